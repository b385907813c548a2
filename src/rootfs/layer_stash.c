/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <string.h>

#include <ingot/err.h>

struct ig_node *stash_sub(struct layer *l, struct ig_node *dir,
			  const char *name, size_t len, struct ig_err *err)
{
	struct ig_node *node = ig_node_child(l->tree, dir, name, len);
	struct ig_inode *inode;

	if (node && node->inode->type == IG_DIR)
		return node;
	inode = ig_tree_inode(l->tree, IG_DIR, err);
	if (!inode)
		return NULL;
	node = ig_tree_put(l->tree, dir, name, len, inode, err);
	if (node)
		tnode_of(node)->implied = true;
	return node;
}

struct ig_node *stash_dir(struct layer *l, const char *path, struct ig_err *err)
{
	struct ig_node *dir;

	if (!l->tree->stash)
		l->tree->stash = node_detached(l->tree, err);
	if (!l->tree->stash)
		return NULL;
	dir = &l->tree->stash->pub;
	while (dir && *path) {
		size_t len = strcspn(path, "/");

		dir = stash_sub(l, dir, path, len, err);
		path += len;
		path += *path == '/';
	}
	return dir;
}

/* Recursion as deep as paths have components. */
int stash_take(struct layer *l, struct ig_node *into, struct ig_node *node,
	       struct ig_err *err)
{
	struct ig_tree *tree = l->tree;
	struct ig_node *old =
		ig_node_child(tree, into, node->name, tnode_of(node)->len);
	struct ig_node *next;

	if (!old || old->inode->type != IG_DIR || node->inode->type != IG_DIR) {
		if (old)
			ig_tree_remove(tree, old);
		return node_move(tree, tnode_of(node), into, err);
	}
	node_set(tree, old, node->inode);
	for (struct ig_node *n = node->child; n; n = next) {
		next = n->next;
		if (stash_take(l, old, n, err) < 0)
			return -1;
	}
	ig_tree_remove(tree, node);
	return 0;
}

static struct ig_node *stash_find(const struct layer *l, const char *path)
{
	if (!l->tree->stash)
		return NULL;
	return node_find(l->tree, &l->tree->stash->pub, path);
}

void stash_whiteout(struct layer *l, const char *path)
{
	struct ig_node *node = stash_find(l, path);

	if (!node)
		return;
	if (node->inode->type == IG_DIR)
		tnode_of(node)->stashed = l->number;
	else
		ig_tree_remove(l->tree, node);
}

void stash_drop(struct layer *l, const char *path)
{
	struct ig_node *node = stash_find(l, path);

	if (node)
		ig_tree_remove(l->tree, node);
}

static int give_back(struct layer *l, struct ig_node *from, struct ig_node *to,
		     struct ig_err *err);

/* Whether @dir is more than the way to what has a whiteout of its own. */
static bool has_content(const struct ig_node *dir)
{
	for (struct ig_node *n = dir->child; n; n = n->next) {
		if (tnode_of(n)->stashed)
			continue;
		if (n->inode->type != IG_DIR || !tnode_of(n)->implied ||
		    has_content(n))
			return true;
	}
	return false;
}

static int give_dir(struct layer *l, struct ig_node *node, struct ig_node *to,
		    struct ig_node *there, struct ig_err *err)
{
	struct tnode *from = tnode_of(node);

	if (!there) {
		if (from->implied && !has_content(node))
			return 0;
		/* A copy: the node may have to stay, for what it leads to. */
		struct ig_inode *inode = ig_tree_inode(l->tree, IG_DIR, err);

		if (!inode)
			return -1;
		*inode = *node->inode;
		inode->nlink = 0;
		there = ig_tree_put(l->tree, to, node->name, from->len, inode,
				    err);
		if (!there)
			return -1;
	}
	if (give_back(l, node, there, err) < 0)
		return -1;
	from->implied = true;
	if (!node->child)
		ig_tree_remove(l->tree, node);
	return 0;
}

/* What is in the tree by now wins over what comes back. */
static int give_back(struct layer *l, struct ig_node *from, struct ig_node *to,
		     struct ig_err *err)
{
	struct ig_node *next;

	for (struct ig_node *n = from->child; n; n = next) {
		struct ig_node *there =
			ig_node_child(l->tree, to, n->name, tnode_of(n)->len);
		bool dir = n->inode->type == IG_DIR;

		next = n->next;
		if (tnode_of(n)->stashed)
			continue; /* has a whiteout of its own */
		if (there && (!dir || there->inode->type != IG_DIR)) {
			ig_tree_remove(l->tree, n);
		} else if (dir) {
			if (give_dir(l, n, to, there, err) < 0)
				return -1;
		} else if (node_move(l->tree, tnode_of(n), to, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int stash_show(struct layer *l, struct ig_node *dir, struct ig_err *err)
{
	char path[PATH_MAX_LEN + 1];
	struct ig_node *node;
	struct ig_node *up = dir;

	if (!l->tree->stash)
		return 0;
	if (ig_node_path(path, sizeof(path), "", dir, err) < 0)
		return -1;
	node = stash_find(l, path);
	if (!node || !tnode_of(node)->stashed ||
	    tnode_of(node)->stashed == l->number)
		return 0;
	if (give_back(l, node, dir, err) < 0)
		return -1;
	tnode_of(node)->stashed = 0;
	tnode_of(node)->implied = true;
	if (!node->child)
		ig_tree_remove(l->tree, node);
	do {
		tnode_of(up)->pruned = 0;
		up = up->parent;
	} while (up);
	if (dir->child) {
		layer_note(l, NOTE_SHOWN, path);
		l->shown = dir;
	}
	return 0;
}
