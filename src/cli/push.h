/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_PUSH_H
#define IG_CLI_PUSH_H

struct cli_build;
struct ig_err;
struct ig_outputs;
struct ig_registry_opts;

/** cli_push_check() - that the options go with --push, before anything is
 * read or made. IG_EUSAGE. */
int cli_push_check(const struct cli_build *opts, struct ig_err *err);

/** cli_push() - the OCI layout among @out, all of which are whole, to the
 * registry and name of @ref. Prints "NAME@DIGEST". */
int cli_push(const char *ref, const struct ig_outputs *out,
	     const struct ig_registry_opts *opts, struct ig_err *err);

#endif
