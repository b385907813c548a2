/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_WALK_H
#define IG_IMAGE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/format.h>
#include <ingot/tree.h>

/*
 * The entries of one archive in their order: the prefix's parents, the root,
 * then the tree. Encoders and the piece cutter go over the same list.
 */
struct ig_entry_ref {
	const char *parent; /* a component of the prefix; then node is NULL */
	const struct ig_node *node;
	uint32_t ino; /* from 1, the same for all names of an inode */
	bool last;    /* last name of its inode in this archive */
	const struct ig_node *origin; /* of its names, the one made first */
};

struct ig_walk {
	struct ig_entry_ref *v; /* owned */
	size_t n;
	char *parents; /* storage behind .parent */
	const struct ig_encode_opts *opts;
};

int ig_walk_init(struct ig_walk *walk, const struct ig_tree *tree,
		 const struct ig_encode_opts *opts, struct ig_err *err);
void ig_walk_done(struct ig_walk *walk);

#define IG_PATH_ROOM 8192

/** ig_walk_path() - the path of entry @ref in the archive into @out. */
int ig_walk_path(char out[IG_PATH_ROOM], const struct ig_walk *walk,
		 const struct ig_entry_ref *ref, struct ig_err *err);

/** ig_walk_inode() - what @ref stands for; a parent's is the fixed one. */
const struct ig_inode *ig_walk_inode(const struct ig_entry_ref *ref);

/** ig_walk_time() - mtime after clamping. */
int64_t ig_walk_time(const struct ig_walk *walk, const struct ig_inode *inode);

/** ig_inode_write() - a file's data to @out. */
int ig_inode_write(struct ig_sink *out, const struct ig_inode *inode,
		   struct ig_err *err);

#endif
