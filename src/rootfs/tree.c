/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/tree.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "tree_priv.h"

struct tnode *node_detached(struct ig_tree *tree, struct ig_err *err)
{
	struct ig_inode *inode = ig_tree_inode(tree, IG_DIR, err);
	struct tnode *node;

	if (!inode)
		return NULL;
	inode->mode = 0755;
	inode->nlink = 1;
	node = ig_arena_alloc(tree->arena, sizeof(*node), err);
	if (!node)
		return NULL;
	node->pub.name = "";
	node->pub.inode = inode;
	node->implied = true;
	return node;
}

struct ig_tree *ig_tree_new(struct ig_err *err)
{
	struct ig_tree *tree = calloc(1, sizeof(*tree));

	if (!tree) {
		ig_fail_mem(err);
		return NULL;
	}
	tree->arena = ig_arena_new(TREE_MEMORY_MAX, err);
	if (!tree->arena || index_init(tree, err) < 0) {
		ig_tree_free(tree);
		return NULL;
	}
	tree->root = node_detached(tree, err);
	if (!tree->root) {
		ig_tree_free(tree);
		return NULL;
	}
	return tree;
}

void ig_tree_free(struct ig_tree *tree)
{
	if (!tree)
		return;
	ig_arena_free(tree->arena);
	ig_freep(&tree->bucket);
	ig_freep(&tree);
}

void ig_tree_freep(struct ig_tree **tree)
{
	ig_tree_free(*tree);
	*tree = NULL;
}

struct ig_node *ig_tree_root(struct ig_tree *tree)
{
	return &tree->root->pub;
}

struct ig_arena *ig_tree_arena(struct ig_tree *tree)
{
	return tree->arena;
}

struct ig_node *ig_node_child(const struct ig_tree *tree,
			      const struct ig_node *dir, const char *name,
			      size_t len)
{
	struct tnode *node = index_find(tree, dir, name, len);

	return node ? &node->pub : NULL;
}

struct ig_node *node_find(const struct ig_tree *tree, struct ig_node *dir,
			  const char *path)
{
	struct ig_node *at = dir;

	while (at && *path) {
		size_t len = strcspn(path, "/");

		at = ig_node_child(tree, at, path, len);
		path += len;
		if (*path == '/')
			path++;
	}
	return at;
}

struct ig_node *ig_tree_find(const struct ig_tree *tree, const char *path)
{
	return node_find(tree, &tree->root->pub, path);
}

bool ig_node_implied(const struct ig_node *node)
{
	return ((const struct tnode *)(const void *)node)->implied;
}

struct ig_inode *ig_tree_inode(struct ig_tree *tree, enum ig_type type,
			       struct ig_err *err)
{
	struct ig_inode *inode =
		ig_arena_alloc(tree->arena, sizeof(*inode), err);

	if (!inode)
		return NULL;
	inode->type = type;
	inode->fd = -1;
	return inode;
}

static void sibling_add(struct tnode *node, struct ig_node *dir)
{
	node->pub.parent = dir;
	node->prev = NULL;
	node->pub.next = dir->child;
	if (dir->child)
		tnode_of(dir->child)->prev = node;
	dir->child = &node->pub;
}

static void sibling_remove(struct tnode *node)
{
	if (node->prev)
		node->prev->pub.next = node->pub.next;
	else
		node->pub.parent->child = node->pub.next;
	if (node->pub.next)
		tnode_of(node->pub.next)->prev = node->prev;
	node->prev = NULL;
	node->pub.next = NULL;
}

int node_move(struct ig_tree *tree, struct tnode *node, struct ig_node *dir,
	      struct ig_err *err)
{
	index_remove(tree, node);
	sibling_remove(node);
	sibling_add(node, dir);
	return index_add(tree, node, err);
}

/* Takes one node without children out of the tree. */
static void drop_leaf(struct ig_tree *tree, struct ig_node *node)
{
	index_remove(tree, tnode_of(node));
	sibling_remove(tnode_of(node));
	node->inode->nlink--;
}

static void drop_below(struct ig_tree *tree, struct ig_node *top)
{
	struct ig_node *at = top;

	while (at != top || at->child) {
		struct ig_node *parent = at->parent;

		if (at->child) {
			at = at->child;
			continue;
		}
		drop_leaf(tree, at);
		at = parent;
	}
}

void ig_tree_remove(struct ig_tree *tree, struct ig_node *node)
{
	drop_below(tree, node);
	if (node->parent)
		drop_leaf(tree, node);
}

void node_set(struct ig_tree *tree, struct ig_node *node,
	      struct ig_inode *inode)
{
	if (node->inode->type != IG_DIR || inode->type != IG_DIR)
		drop_below(tree, node);
	inode->nlink++;
	node->inode->nlink--;
	node->inode = inode;
	node->seq = ++tree->seq;
	tnode_of(node)->implied = false;
}

static int check_name(const struct ig_node *dir, const char *name, size_t len,
		      struct ig_err *err)
{
	if (len == 0)
		return ig_fail(err, IG_EFORMAT, "an empty file name");
	if (len > NAME_MAX_LEN)
		return ig_fail(
			err, IG_EFORMAT,
			"the file name '%.40s...' is longer than %d bytes",
			name, NAME_MAX_LEN);
	if (memchr(name, '/', len) || memchr(name, '\0', len) ||
	    (name[0] == '.' && len == 1) ||
	    (name[0] == '.' && name[1] == '.' && len == 2))
		return ig_fail(err, IG_EFORMAT, "'%.*s' cannot name a file",
			       (int)len, name);
	if (dir->inode->type != IG_DIR)
		return ig_fail(
			err, IG_EFORMAT,
			"'%s' is not a directory, '%.*s' cannot be in it",
			dir->name, (int)len, name);
	return 0;
}

static struct ig_node *add_node(struct ig_tree *tree, struct ig_node *dir,
				const char *name, size_t len,
				struct ig_inode *inode, struct ig_err *err)
{
	size_t path_len = tnode_of(dir)->path_len + (dir->parent ? 1u : 0u);
	struct tnode *node;

	if (path_len + len > PATH_MAX_LEN) {
		ig_fail(err, IG_ELIMIT,
			"a path to '%.*s' of more than %d bytes", (int)len,
			name, PATH_MAX_LEN);
		return NULL;
	}
	node = ig_arena_alloc(tree->arena, sizeof(*node), err);
	if (!node)
		return NULL;
	node->pub.name = ig_arena_strn(tree->arena, name, len, err);
	if (!node->pub.name)
		return NULL;
	node->pub.inode = inode;
	node->pub.parent = dir;
	node->pub.seq = ++tree->seq;
	node->len = (uint8_t)len;
	node->path_len = (uint16_t)(path_len + len);
	if (index_add(tree, node, err) < 0)
		return NULL;
	sibling_add(node, dir);
	inode->nlink++;
	return &node->pub;
}

struct ig_node *ig_tree_put(struct ig_tree *tree, struct ig_node *dir,
			    const char *name, size_t len,
			    struct ig_inode *inode, struct ig_err *err)
{
	struct tnode *node;

	if (check_name(dir, name, len, err) < 0)
		return NULL;
	node = index_find(tree, dir, name, len);
	if (node && node->pub.inode == inode)
		return &node->pub;
	if (inode->type == IG_DIR && inode->nlink > 0) {
		ig_fail(err, IG_EFORMAT, "'%.*s': a second name of a directory",
			(int)len, name);
		return NULL;
	}
	if (!node)
		return add_node(tree, dir, name, len, inode, err);
	node_set(tree, &node->pub, inode);
	return &node->pub;
}
