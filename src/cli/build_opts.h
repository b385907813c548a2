/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_BUILD_OPTS_H
#define IG_CLI_BUILD_OPTS_H

#include <ingot/build.h>

struct cli_build;
struct ig_err;

/**
 * cli_build_check() - what the options of a build mean, before anything is
 * read or made.
 * @plan: receives all but arch. @want: what the formats are made of.
 * @o: formats and arch are there; bytes is filled from size. IG_EUSAGE.
 */
int cli_build_check(struct ig_plan_opts *plan, unsigned *want,
		    struct cli_build *o, struct ig_err *err);

/** cli_root_fs() - "squashfs" or "erofs"; NULL: the default. IG_EUSAGE. */
int cli_root_fs(enum ig_root_fs *out, const char *text, struct ig_err *err);

#endif
