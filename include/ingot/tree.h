/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_TREE_H
#define IG_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;

/*
 * A file tree in memory: names and inodes. File data is not in it; it lies in
 * a spool file (one descriptor, many extents) or in memory.
 *
 * Paths are relative to the root of the tree, without leading or trailing
 * slash, "." and "..": "usr/bin/x"; the root is "". A component is 1 to 255
 * bytes, any but NUL and '/'; a path at most 4095. Not for threads while it
 * changes; many threads may read.
 */
enum ig_type {
	IG_DIR,
	IG_FILE,
	IG_SYMLINK,
	IG_CHAR,
	IG_BLOCK,
	IG_FIFO,
};

struct ig_xattr {
	const char *name; /* "security.capability" */
	const void *value;
	size_t len;
};

/* What one or more names (hard links) share. Lives in the tree's arena. */
struct ig_inode {
	enum ig_type type;
	uint32_t mode; /* the 12 permission bits */
	uint32_t uid, gid;
	int64_t mtime; /* seconds */
	uint64_t size; /* bytes of a file; else 0 */
	uint32_t major, minor;
	const char *link; /* target of a symbolic link */
	const void *mem;  /* file data in memory, or NULL */
	int fd;		  /* file data in a file (borrowed), or -1 */
	uint64_t off;	  /* where it begins there */
	size_t xattrs_n;
	struct ig_xattr *xattrs; /* sorted by name */
	uint32_t nlink;		 /* names in this tree */
	bool has_hash;
	unsigned char sha256[32]; /* of a file's data, when has_hash */
	uint32_t mark;		  /* scratch for who walks */
};

struct ig_node {
	struct ig_node *parent; /* NULL: root */
	const char *name;	/* the component; "" for the root */
	struct ig_inode *inode;
	struct ig_node *child; /* first; in no order, see ig_tree_sort() */
	struct ig_node *next;  /* sibling */
	uint32_t seq;	       /* order of making: of the names of an inode
				* the one made first is the file, the others
				* are links to it */
	uint32_t mark;
};

struct ig_tree;

/** ig_tree_new() - a tree with a root directory 0755, 0:0, mtime 0.
 * Limits: 2,000,000 names, 1 GiB of memory. */
struct ig_tree *ig_tree_new(struct ig_err *err);
void ig_tree_free(struct ig_tree *tree); /* accepts NULL */
void ig_tree_freep(struct ig_tree **tree);
struct ig_node *ig_tree_root(struct ig_tree *tree);
struct ig_arena *ig_tree_arena(struct ig_tree *tree);

/** ig_tree_find() - the node at @path, following no link; NULL. */
struct ig_node *ig_tree_find(const struct ig_tree *tree, const char *path);
struct ig_node *ig_node_child(const struct ig_tree *tree,
			      const struct ig_node *dir, const char *name,
			      size_t len);
/** ig_tree_inode() - a fresh inode of the arena, fd -1. */
struct ig_inode *ig_tree_inode(struct ig_tree *tree, enum ig_type type,
			       struct ig_err *err);
/** ig_tree_put() - the name @name (@len bytes) in @dir gets @inode. A name
 * that is there loses what it had; with its children, unless both are
 * directories. IG_EFORMAT for a bad name. */
struct ig_node *ig_tree_put(struct ig_tree *tree, struct ig_node *dir,
			    const char *name, size_t len,
			    struct ig_inode *inode, struct ig_err *err);
/** ig_node_implied() - a directory that no layer has an entry for: only
 * paths below it need it. */
bool ig_node_implied(const struct ig_node *node);
void ig_tree_remove(struct ig_tree *tree, struct ig_node *node);

/** ig_tree_resolve() - the directory that @path names, following symbolic
 * links inside the tree (".." and absolute targets stay inside it; at most 40
 * links), making what is missing as directories like @model (NULL: 0755, 0:0,
 * mtime 0). A non-directory in the way is replaced by a directory. */
struct ig_node *ig_tree_resolve(struct ig_tree *tree, const char *path,
				const struct ig_inode *model,
				struct ig_err *err);

/** ig_tree_sort() - siblings in byte order, all the way down. */
int ig_tree_sort(struct ig_tree *tree, struct ig_err *err);

/** ig_node_path() - the path of @node after @prefix ("" or "a/b"), into
 * @out of at least 4096 + strlen(prefix) bytes. */
int ig_node_path(char *out, size_t max, const char *prefix,
		 const struct ig_node *node, struct ig_err *err);

/** ig_node_next() - the walk: parents before children, siblings as sorted.
 * NULL at the end. Start with the root. */
struct ig_node *ig_node_next(const struct ig_node *node);

/** ig_tree_graft() - everything of @from at @dir of @tree, as if copied by
 * somebody who follows links: a directory of @from over a symbolic link to a
 * directory goes where the link leads; a file over a directory with content
 * is IG_ESPEC (would be lost in silence by the kernel's unpacker). Inodes are
 * copied with their marks, data in memory too; data in a file stays there. */
int ig_tree_graft(struct ig_tree *tree, struct ig_node *dir,
		  const struct ig_tree *from, struct ig_err *err);

#endif
