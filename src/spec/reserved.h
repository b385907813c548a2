/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_RESERVED_H
#define IG_SPEC_RESERVED_H

#include <stdbool.h>

/* What belongs to init and to the build; paths begin with '/'. */
struct ig_reserved {
	const char *path;
	const char *what; /* it is, for messages */
	bool below;	  /* nothing may be mounted below it either */
};

/** ig_path_is_below() - @path is @folder or lies in it. */
bool ig_path_is_below(const char *path, const char *folder);

/** ig_reserved_mount() - what a mount on @target would hide or change; NULL:
 * nothing that matters. */
const struct ig_reserved *ig_reserved_mount(const char *target);

/** ig_reserved_file() - as what `files` cannot bring @path; NULL: it can. */
const struct ig_reserved *ig_reserved_file(const char *path);

#endif
