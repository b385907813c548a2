/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/str.h>

/*
 * What lower layers brought below @dir goes, into the stash's @into unless
 * that is NULL. Recursion as deep as paths have components.
 */
static int prune(struct layer *l, struct ig_node *dir, struct ig_node *into,
		 struct ig_err *err)
{
	struct ig_node *next;

	/* Many markers for one large directory must not cost many walks. */
	if (tnode_of(dir)->pruned == l->number)
		return 0;
	tnode_of(dir)->pruned = l->number;
	for (struct ig_node *n = dir->child; n; n = next) {
		struct ig_node *sub = NULL;

		next = n->next;
		if (!layer_touched(l, n)) {
			if (!into)
				ig_tree_remove(l->tree, n);
			else if (stash_take(l, into, n, err) < 0)
				return -1;
			continue;
		}
		if (!n->child)
			continue;
		if (into) {
			sub = stash_sub(l, into, n->name, tnode_of(n)->len,
					err);
			if (!sub)
				return -1;
		}
		if (prune(l, n, sub, err) < 0)
			return -1;
	}
	return 0;
}

static int opaque(struct layer *l, struct ig_node *dir, const char *path,
		  struct ig_err *err)
{
	stash_drop(l, path);
	if (dir && dir == l->shown && l->notes[NOTE_SHOWN].count == 1)
		l->notes[NOTE_SHOWN].count = 0;
	return dir ? prune(l, dir, NULL, err) : 0;
}

static int hide_dir(struct layer *l, struct ig_node *node, const char *path,
		    struct ig_err *err)
{
	struct ig_node *into = stash_dir(l, path, err);

	return into ? prune(l, node, into, err) : -1;
}

static int hide(struct layer *l, struct ig_node *dir, const char *name,
		const char *path, struct ig_err *err)
{
	struct ig_node *node =
		dir ? ig_node_child(l->tree, dir, name, strlen(name)) : NULL;
	bool keep = l->opts->rules == IG_LAYERS_LINUXKIT;

	if (node && layer_touched(l, node)) {
		if (node->child && keep && hide_dir(l, node, path, err) < 0)
			return -1;
		if (node->child && !keep && prune(l, node, NULL, err) < 0)
			return -1;
	} else if (node) {
		if (node->child && keep && hide_dir(l, node, path, err) < 0)
			return -1;
		ig_tree_remove(l->tree, node);
	}
	stash_whiteout(l, path);
	return 0;
}

/* The path in the tree of @name in @dir; where there is no @dir, as named. */
static int real_path(char out[2 * PATH_MAX_LEN], const struct ig_node *dir,
		     const char *parent, const char *name, struct ig_err *err)
{
	size_t len = strlen(name);
	size_t before;

	if (!dir)
		memcpy(out, parent, strlen(parent) + 1);
	else if (ig_node_path(out, PATH_MAX_LEN + 1, "", dir, err) < 0)
		return -1;
	before = strlen(out);
	if (before > 0 && len > 0)
		out[before++] = '/';
	memcpy(out + before, name, len + 1);
	return 0;
}

int layer_whiteout(struct layer *l, const char *base, struct ig_err *err)
{
	const char *name = base + strlen(WHITEOUT_PREFIX);
	bool all = ig_streq(base, WHITEOUT_OPAQUE);
	char parent[PATH_MAX_LEN + 1];
	char path[2 * PATH_MAX_LEN];
	struct ig_node *dir;

	if (!all && ig_starts(base, WHITEOUT_META)) {
		layer_note(l, NOTE_META, l->path);
		return 0;
	}
	if (!name[0] || ig_streq(name, ".") || ig_streq(name, ".."))
		return ig_fail(err, IG_EFORMAT,
			       "a whiteout that names no file");
	memcpy(parent, l->path, (size_t)(base - l->path));
	parent[base - l->path] = '\0';
	if (base > l->path)
		parent[base - l->path - 1] = '\0';
	if (tree_walk(&dir, l->tree, ig_tree_root(l->tree), parent, err) < 0 ||
	    real_path(path, dir, parent, all ? "" : name, err) < 0)
		return -1;
	return all ? opaque(l, dir, path, err) : hide(l, dir, name, path, err);
}
