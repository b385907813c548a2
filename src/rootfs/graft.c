/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/tree.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "tree_priv.h"

/* Copies of inodes with several names: open addressing, a power of two. */
struct twin {
	const struct ig_inode *old;
	struct ig_inode *copy;
};

struct graft {
	struct ig_tree *tree;
	struct ig_node *top;
	struct twin *twins;
	size_t slots;
};

static int count_twins(struct graft *g, const struct ig_tree *from,
		       struct ig_err *err)
{
	size_t linked = 0;

	for (struct ig_node *n = &from->root->pub; n; n = ig_node_next(n))
		linked += n->inode->nlink > 1;
	for (g->slots = 16; g->slots < 2 * linked;)
		g->slots *= 2;
	g->twins = calloc(g->slots, sizeof(*g->twins));
	return g->twins ? 0 : ig_fail_mem(err);
}

static struct twin *twin_of(struct graft *g, const struct ig_inode *old)
{
	uint64_t hash = (uint64_t)(uintptr_t)old * 0x9e3779b97f4a7c15u;
	size_t at = (size_t)(hash >> 32) & (g->slots - 1);

	while (g->twins[at].old && g->twins[at].old != old)
		at = (at + 1) & (g->slots - 1);
	return &g->twins[at];
}

/* What @old points to in the arena of the other tree, into ours. */
static int copy_owned(struct graft *g, struct ig_inode *copy,
		      const struct ig_inode *old, struct ig_err *err)
{
	struct ig_arena *arena = g->tree->arena;

	if (old->link) {
		copy->link = ig_arena_str(arena, old->link, err);
		if (!copy->link)
			return -1;
	}
	if (old->mem) {
		copy->mem =
			ig_arena_strn(arena, old->mem, (size_t)old->size, err);
		if (!copy->mem)
			return -1;
	}
	if (old->xattrs_n == 0)
		return 0;
	copy->xattrs = ig_arena_array(arena, old->xattrs_n,
				      sizeof(*copy->xattrs), err);
	if (!copy->xattrs)
		return -1;
	for (size_t i = 0; i < old->xattrs_n; i++) {
		const struct ig_xattr *x = &old->xattrs[i];

		copy->xattrs[i].name = ig_arena_str(arena, x->name, err);
		copy->xattrs[i].value =
			ig_arena_strn(arena, x->value, x->len, err);
		copy->xattrs[i].len = x->len;
		if (!copy->xattrs[i].name || !copy->xattrs[i].value)
			return -1;
	}
	return 0;
}

static struct ig_inode *copy_inode(struct graft *g, const struct ig_inode *old,
				   struct ig_err *err)
{
	struct twin *twin = old->nlink > 1 ? twin_of(g, old) : NULL;
	struct ig_inode *copy;

	if (twin && twin->old)
		return twin->copy;
	copy = ig_tree_inode(g->tree, old->type, err);
	if (!copy)
		return NULL;
	*copy = *old;
	copy->nlink = 0;
	if (copy_owned(g, copy, old, err) < 0)
		return NULL;
	if (twin) {
		twin->old = old;
		twin->copy = copy;
	}
	return copy;
}

static int fail_lost(struct graft *g, const struct ig_node *there,
		     const struct ig_node *node, struct ig_err *err)
{
	char path[PATH_MAX_LEN + 1];

	(void)g;
	if (ig_node_path(path, sizeof(path), "", there, err) < 0)
		return -1;
	return ig_fail(
		err, IG_ESPEC,
		"'%.300s' is a directory with content, and a %s of the same name would hide it",
		path,
		node->inode->type == IG_SYMLINK ? "symbolic link" : "file");
}

/* Where a link of the tree leads, made when it leads to nothing. */
static int follow_link(struct graft *g, struct ig_node **out,
		       const struct ig_node *link, struct ig_err *err)
{
	char path[PATH_MAX_LEN + 1];
	const char *in = path;

	if (ig_node_path(path, sizeof(path), "", link, err) < 0)
		return -1;
	if (g->top->parent)
		in += tnode_of(g->top)->path_len;
	*out = tree_make(g->tree, g->top, in, NULL, err);
	return *out ? 0 : -1;
}

/* Whether @link leads to something that is not a directory. */
static bool leads_to_file(struct graft *g, const struct ig_node *link)
{
	const char *target = link->inode->link;
	struct ig_node *at = target[0] == '/' ? g->top : link->parent;

	while (*target) {
		size_t len = strcspn(target, "/");

		if (len == 2 && target[0] == '.' && target[1] == '.')
			at = at != g->top && at->parent ? at->parent : at;
		else if (len > 0 && !(len == 1 && target[0] == '.'))
			at = ig_node_child(g->tree, at, target, len);
		if (!at)
			return false;
		target += len;
		target += *target == '/';
	}
	return at->inode->type != IG_DIR && at->inode->type != IG_SYMLINK;
}

/* The directory in the tree that @node, a directory, goes to. */
static int graft_dir(struct graft *g, struct ig_node **out, struct ig_node *dir,
		     struct ig_node *node, struct ig_err *err)
{
	size_t len = tnode_of(node)->len;
	bool implied = tnode_of(node)->implied;
	struct ig_node *there = ig_node_child(g->tree, dir, node->name, len);
	struct ig_inode *copy;

	if (there && there->inode->type == IG_SYMLINK &&
	    !leads_to_file(g, there))
		return follow_link(g, out, there, err);
	*out = there;
	if (there && there->inode->type == IG_DIR && implied)
		return 0; /* no layer says anything about it */
	copy = copy_inode(g, node->inode, err);
	if (!copy)
		return -1;
	*out = ig_tree_put(g->tree, dir, node->name, len, copy, err);
	if (!*out)
		return -1;
	tnode_of(*out)->implied = implied;
	return 0;
}

static int graft_other(struct graft *g, struct ig_node *dir,
		       struct ig_node *node, struct ig_err *err)
{
	size_t len = tnode_of(node)->len;
	struct ig_node *there = ig_node_child(g->tree, dir, node->name, len);
	struct ig_inode *copy;

	if (there && there->child)
		return fail_lost(g, there, node, err);
	copy = copy_inode(g, node->inode, err);
	if (!copy)
		return -1;
	there = ig_tree_put(g->tree, dir, node->name, len, copy, err);
	if (!there)
		return -1;
	/* Siblings come in any order: keep which of the names of an inode was
	 * made first. */
	there->seq = node->seq;
	return 0;
}

/* Recursion as deep as paths have components: 2048. */
static int graft_below(struct graft *g, struct ig_node *dir,
		       const struct ig_node *from, struct ig_err *err)
{
	for (struct ig_node *n = from->child; n; n = n->next) {
		struct ig_node *sub;

		if (n->inode->type != IG_DIR) {
			if (graft_other(g, dir, n, err) < 0)
				return -1;
			continue;
		}
		if (graft_dir(g, &sub, dir, n, err) < 0 ||
		    graft_below(g, sub, n, err) < 0)
			return -1;
	}
	return 0;
}

int ig_tree_graft(struct ig_tree *tree, struct ig_node *dir,
		  const struct ig_tree *from, struct ig_err *err)
{
	struct graft g = { tree, dir, NULL, 0 };
	struct ig_inode *copy;
	int rc;

	if (count_twins(&g, from, err) < 0)
		return -1;
	rc = 0;
	if (!from->root->implied) {
		copy = copy_inode(&g, from->root->pub.inode, err);
		if (copy)
			node_set(tree, dir, copy);
		else
			rc = -1;
	}
	if (rc == 0)
		rc = graft_below(&g, dir, &from->root->pub, err);
	free(g.twins);
	return rc;
}
