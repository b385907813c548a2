/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/tree.h>

/* Steps that bring nothing new: other names, and fewer of them. */

#define PATH_ROOM 4200

char *pkg_clean_path(const char *path, struct ig_err *err)
{
	char *out = malloc(strlen(path) + 1);
	size_t len = 0;

	if (!out) {
		ig_fail_mem(err);
		return NULL;
	}
	while (*(path += strspn(path, "/"))) {
		size_t part = strcspn(path, "/");

		if (part != 1 || *path != '.') {
			if (len > 0)
				out[len++] = '/';
			memcpy(out + len, path, part);
			len += part;
		}
		path += part;
	}
	out[len] = '\0';
	return out;
}

/* ---- keep ---- */

enum {
	KEPT = 1, /* a glob names it, or what it lies in */
	ABOVE	  /* what is kept lies below */
};

/* With a folder that a glob names all below it stays. */
static int mark_kept(struct ig_tree *tree, const struct ig_strs *globs,
		     struct ig_err *err)
{
	ig_autofree char *path = malloc(PATH_ROOM);
	struct ig_node *node = ig_tree_root(tree);

	if (!path)
		return ig_fail_mem(err);
	node->mark = ABOVE;
	while ((node = ig_node_next(node))) {
		if (ig_node_path(path, PATH_ROOM, "", node, err) < 0)
			return -1;
		node->mark = 0;
		if (node->parent->mark != KEPT && !pkg_glob_any(globs, path))
			continue;
		node->mark = KEPT;
		for (struct ig_node *up = node->parent; !up->mark;
		     up = up->parent)
			up->mark = ABOVE;
	}
	return 0;
}

/* Parents come before children: a folder without mark has nothing marked. */
static void remove_unmarked(struct ig_tree *tree)
{
	struct ig_node *node = ig_tree_root(tree)->child;

	while (node) {
		struct ig_node *next;

		if (!node->mark)
			while (node->child)
				ig_tree_remove(tree, node->child);
		next = ig_node_next(node);
		if (!node->mark)
			ig_tree_remove(tree, node);
		node = next;
	}
}

int pkg_keep(struct ig_tree *tree, const struct ig_strs *globs,
	     struct ig_err *err)
{
	if (mark_kept(tree, globs, err) < 0)
		return -1;
	remove_unmarked(tree);
	return 0;
}

/* A glob that names nothing is a typing error, or a package changed. */
static int check_used(struct ig_tree *tree, const char *glob,
		      struct ig_err *err)
{
	const struct ig_strs one = { true, 1, &glob };
	ig_autofree char *path = malloc(PATH_ROOM);

	if (!path)
		return ig_fail_mem(err);
	for (const struct ig_node *node = ig_tree_root(tree)->child; node;
	     node = ig_node_next(node)) {
		if (ig_node_path(path, PATH_ROOM, "", node, err) < 0)
			return -1;
		if (pkg_glob_any(&one, path))
			return 0;
	}
	return ig_fail(err, IG_ESPEC, "keep: nothing there is named by '%s'",
		       glob);
}

int pkg_step_keep(struct pkg *pkg, const struct ig_recipe_step *step,
		  struct ig_err *err)
{
	for (size_t i = 0; i < step->keep.n; i++)
		if (check_used(pkg->tree, step->keep.v[i], err) < 0)
			return -1;
	return pkg_keep(pkg->tree, &step->keep, err);
}

/* ---- rename ---- */

static int rename_one(struct ig_tree *tree, const struct ig_kv *kv,
		      struct ig_err *err)
{
	ig_autofree char *from = pkg_clean_path(kv->key, err);
	ig_autofree char *to = pkg_clean_path(kv->value, err);
	struct ig_node *node;
	struct ig_inode *inode;

	if (!from || !to)
		return -1;
	node = ig_tree_find(tree, from);
	if (!node || !*from)
		return ig_fail(err, IG_ESPEC, "rename: there is no '%s'",
			       kv->key);
	if (node->inode->type == IG_DIR)
		return ig_fail(err, IG_ESPEC,
			       "rename: '%s' is a folder, only files can move",
			       kv->key);
	if (!*to)
		return ig_fail(err, IG_ESPEC,
			       "rename: '%s' is no path for '%s'", kv->value,
			       kv->key);
	inode = node->inode;
	ig_tree_remove(tree, node);
	return pkg_put_file(tree, to, inode, err);
}

int pkg_step_rename(struct pkg *pkg, const struct ig_recipe_step *step,
		    struct ig_err *err)
{
	for (size_t i = 0; i < step->renames.n; i++)
		if (rename_one(pkg->tree, &step->renames.v[i], err) < 0)
			return -1;
	return 0;
}
