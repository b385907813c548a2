/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_ROOT_FS_H
#define IG_BUILD_ROOT_FS_H

#include <ingot/hash.h>

#include "compose.h"

/* The whole system as a file system that is mounted: roots of media. */

/** ig_root_tree() - all parts and what the spec generates, without boot/,
 * sorted; data to @spool. */
int ig_root_tree(struct ig_tree *tree, struct ig_spool *spool,
		 struct ig_compose *c, struct ig_err *err);

/** ig_compose_root() - as @kind, whole blocks of 4096 bytes; borrowed. */
int ig_compose_root(const struct ig_rope **out, struct ig_compose *c,
		    enum ig_root_fs kind, struct ig_err *err);

/** ig_compose_verity() - the hash device of that (superblock and tree) and
 * its root hash in hex; borrowed. */
int ig_compose_verity(const struct ig_rope **out, char hash[IG_SHA256_HEX],
		      struct ig_compose *c, enum ig_root_fs kind,
		      struct ig_err *err);

#endif
