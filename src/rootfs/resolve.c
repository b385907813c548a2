/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/tree.h>

#include <string.h>

#include <ingot/err.h>

#include "tree_priv.h"

#define LINKS_MAX 40
#define REST_MAX  16384

/*
 * What of the path is still to go stands at the end of rest[], so that the
 * target of a link can be put in front of it.
 */
struct walk {
	struct ig_tree *tree;
	struct ig_node *top; /* "/", and no way out */
	const char *path;
	bool make;
	const struct ig_inode *model;
	unsigned links;
	size_t at;
	char rest[REST_MAX];
};

/* 1, or 0 when there is no room (without @err in a walk that only looks). */
static int push(struct walk *w, const char *text, struct ig_err *err)
{
	size_t len = strlen(text);

	if (len + 1 <= w->at) {
		w->rest[--w->at] = '/';
		w->at -= len;
		memcpy(w->rest + w->at, text, len);
		return 1;
	}
	if (!w->make)
		return 0;
	return ig_fail(err, IG_ELIMIT, "the path '%.100s' is too long",
		       w->path);
}

static struct ig_inode *new_dir(struct walk *w, struct ig_err *err)
{
	struct ig_inode *inode = ig_tree_inode(w->tree, IG_DIR, err);

	if (!inode)
		return NULL;
	inode->mode = w->model ? w->model->mode : 0755;
	if (w->model) {
		inode->uid = w->model->uid;
		inode->gid = w->model->gid;
		inode->mtime = w->model->mtime;
	}
	return inode;
}

static int make_dir(struct walk *w, struct ig_node **at, const char *name,
		    size_t len, struct ig_err *err)
{
	struct ig_inode *inode = new_dir(w, err);
	struct ig_node *node;

	if (!inode)
		return -1;
	node = ig_tree_put(w->tree, *at, name, len, inode, err);
	if (!node)
		return -1;
	tnode_of(node)->implied = !w->model;
	*at = node;
	return 1;
}

static int follow(struct walk *w, struct ig_node **at,
		  const struct ig_node *link, struct ig_err *err)
{
	const char *target = link->inode->link;

	if (++w->links > LINKS_MAX) {
		if (!w->make)
			return 0;
		return ig_fail(
			err, IG_EFORMAT,
			"more than %d symbolic links on the way to '%.200s'",
			LINKS_MAX, w->path);
	}
	if (target[0] == '/')
		*at = w->top;
	return push(w, target, err);
}

/* One component on from *@at: 1 when done, 0 when there is no way. */
static int step(struct walk *w, struct ig_node **at, const char *name,
		size_t len, struct ig_err *err)
{
	struct ig_node *child;

	if (len == 0 || (len == 1 && name[0] == '.'))
		return 1;
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		if (*at != w->top)
			*at = (*at)->parent;
		return 1;
	}
	child = ig_node_child(w->tree, *at, name, len);
	if (child && child->inode->type == IG_DIR) {
		*at = child;
		return 1;
	}
	if (child && child->inode->type == IG_SYMLINK)
		return follow(w, at, child, err);
	return w->make ? make_dir(w, at, name, len, err) : 0;
}

static int walk(struct walk *w, struct ig_node **at, struct ig_err *err)
{
	int rc;

	w->at = REST_MAX;
	rc = push(w, w->path, err);
	while (rc > 0 && w->at < REST_MAX) {
		const char *name = w->rest + w->at;
		size_t len = (size_t)((const char *)memchr(name, '/',
							   REST_MAX - w->at) -
				      name);
		/* A followed link writes over what was read. */
		w->at += len + 1;
		rc = step(w, at, name, len, err);
	}
	return rc;
}

int tree_walk(struct ig_node **out, struct ig_tree *tree, struct ig_node *top,
	      const char *path, struct ig_err *err)
{
	struct walk w;
	struct ig_node *at = top;
	int rc;

	w.tree = tree;
	w.top = top;
	w.path = path;
	w.make = false;
	w.model = NULL;
	w.links = 0;
	rc = walk(&w, &at, err);
	*out = rc > 0 ? at : NULL;
	return rc < 0 ? -1 : 0;
}

struct ig_node *tree_make(struct ig_tree *tree, struct ig_node *top,
			  const char *path, const struct ig_inode *model,
			  struct ig_err *err)
{
	struct walk w;
	struct ig_node *at = top;

	w.tree = tree;
	w.top = top;
	w.path = path;
	w.make = true;
	w.model = model;
	w.links = 0;
	return walk(&w, &at, err) < 0 ? NULL : at;
}

struct ig_node *ig_tree_resolve(struct ig_tree *tree, const char *path,
				const struct ig_inode *model,
				struct ig_err *err)
{
	return tree_make(tree, ig_tree_root(tree), path, model, err);
}
