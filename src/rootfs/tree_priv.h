/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_TREE_PRIV_H
#define IG_TREE_PRIV_H

#include <ingot/tree.h>

struct ig_arena;

#define TREE_NAMES_MAX	2000000u
#define TREE_MEMORY_MAX ((size_t)1 << 30)
#define NAME_MAX_LEN	255
#define PATH_MAX_LEN	4095

/* What a node has besides what others may see. */
struct tnode {
	struct ig_node pub; /* first, so that pointers convert */
	struct tnode *prev; /* sibling */
	struct tnode *chain;
	uint32_t hash;
	uint16_t path_len;
	uint8_t len;
	bool implied;	  /* a directory that only paths imply */
	uint32_t layer;	  /* the last layer that touched it or below it */
	uint32_t entry;	  /* the last layer that has an entry for it */
	uint32_t pruned;  /* the last layer that hid all that is below */
	uint32_t stashed; /* in the stash: the layer that whited it out */
};

struct ig_tree {
	struct ig_arena *arena;
	struct tnode *root;
	struct tnode **bucket;
	size_t buckets; /* a power of two */
	size_t names;
	uint32_t seq; /* puts so far */
	/* While layers are applied: */
	uint32_t layer;	     /* number of the one at hand, from 1 */
	struct tnode *stash; /* what layers whited out, see layer_stash.c */
	bool told;	     /* the warning about the stash */
};

static inline struct tnode *tnode_of(struct ig_node *node)
{
	return (struct tnode *)node;
}

/* The index: nodes by (directory, name). */
int index_init(struct ig_tree *tree, struct ig_err *err);
int index_add(struct ig_tree *tree, struct tnode *node, struct ig_err *err);
void index_remove(struct ig_tree *tree, struct tnode *node);
struct tnode *index_find(const struct ig_tree *tree, const struct ig_node *dir,
			 const char *name, size_t len);

/** node_move() - @node with all below it becomes a child of @dir, which has
 * no child of that name. */
int node_move(struct ig_tree *tree, struct tnode *node, struct ig_node *dir,
	      struct ig_err *err);
/** node_set() - @node gets @inode; children go unless both are directories. */
void node_set(struct ig_tree *tree, struct ig_node *node,
	      struct ig_inode *inode);
/** node_detached() - a directory that is in no tree, for the stash. */
struct tnode *node_detached(struct ig_tree *tree, struct ig_err *err);
/** node_find() - as ig_tree_find(), from @dir. */
struct ig_node *node_find(const struct ig_tree *tree, struct ig_node *dir,
			  const char *path);

/** tree_walk() - as tree_make() without making anything: *@out is NULL when
 * there is no such directory (or the links lead in a circle). */
int tree_walk(struct ig_node **out, struct ig_tree *tree, struct ig_node *top,
	      const char *path, struct ig_err *err);
/** tree_make() - as ig_tree_resolve(), in the tree below @top. */
struct ig_node *tree_make(struct ig_tree *tree, struct ig_node *top,
			  const char *path, const struct ig_inode *model,
			  struct ig_err *err);

#endif
