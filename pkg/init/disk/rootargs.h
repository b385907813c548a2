/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_ROOTARGS_H
#define INIT_ROOTARGS_H

#include "disk/verity.h"

#include <stdbool.h>
#include <stddef.h>

#define ROOTARGS_TEXT 256u
#define ROOTARGS_WAIT 15u /* seconds, when nothing is said */

/** What a device is known by. */
enum root_by {
	ROOT_NOTHING,
	ROOT_NAME, /* of /dev */
	ROOT_PARTUUID,
	ROOT_PARTLABEL,
	ROOT_LABEL,
	ROOT_UUID
};

struct root_want {
	enum root_by by;
	char value[ROOTARGS_TEXT]; /* UUIDs in lower case */
};

/** What the kernel's command line says of the root file system. */
struct rootargs {
	struct root_want data;
	struct root_want hash;	       /* nothing, when there is no root hash */
	char fstype[32];	       /* empty: look */
	char init[ROOTARGS_TEXT];      /* empty: the usual ones */
	char roothash[VERITY_HEX + 1]; /* lower case; empty: no dm-verity */
	enum verity_mode verity;
	bool rw;
	bool wait; /* without end */
	unsigned seconds;
};

/**
 * rootargs_parse() - read root=, roothash= and what belongs to them.
 * @cmdline: borrowed, ends in NUL. Words after "--" belong to init.
 * Returns NULL, or the reason why it is refused.
 */
const char *rootargs_parse(struct rootargs *out, const char *cmdline);

/** root_by_prefix() - "PARTUUID=" and the like. */
const char *root_by_prefix(enum root_by by);

#endif
