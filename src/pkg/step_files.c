/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store_image.h>
#include <ingot/tree.h>

#define NAMED	  1
#define PATH_ROOM 4200

/* Mark the folders that the recipe names. */
static int mark_named(struct ig_tree *files, const struct ig_recipe_step *step,
		      struct ig_err *err)
{
	for (size_t i = 0; i < step->files_n; i++) {
		ig_autofree char *path = NULL;
		struct ig_node *node;

		if (!step->files[i].directory)
			continue;
		path = pkg_clean_path(step->files[i].path, err);
		if (!path)
			return -1;
		node = ig_tree_find(files, path);
		if (node)
			node->inode->mark = NAMED;
	}
	return 0;
}

/*
 * In a spec the parents of a file get permissions after the file's, also
 * those that are there: that is LinuxKit's way. A package is put together
 * from parts, and its /bin must stay what it was.
 */
static int soften(struct ig_tree *files, const struct ig_tree *tree,
		  struct ig_err *err)
{
	ig_autofree char *path = malloc(PATH_ROOM);

	if (!path)
		return ig_fail_mem(err);
	for (struct ig_node *node = ig_tree_root(files); node;
	     node = ig_node_next(node)) {
		struct ig_inode *inode = node->inode;
		const struct ig_node *old;

		if (inode->type == IG_SYMLINK)
			inode->mode = 0777;
		if (inode->type != IG_DIR || inode->mark == NAMED)
			continue;
		if (ig_node_path(path, PATH_ROOM, "", node, err) < 0)
			return -1;
		old = ig_tree_find(tree, path);
		if (old && old->inode->type != IG_DIR)
			old = NULL;
		inode->mode = old ? old->inode->mode : 0755;
		inode->uid = old ? old->inode->uid : 0;
		inode->gid = old ? old->inode->gid : 0;
	}
	return 0;
}

int pkg_step_files(struct pkg *pkg, const struct ig_recipe_step *step,
		   struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *files = ig_tree_new(err);

	if (!files ||
	    ig_files_tree(files, &pkg->spool, NULL, step->files, step->files_n,
			  pkg->dir, err) < 0 ||
	    mark_named(files, step, err) < 0 ||
	    soften(files, pkg->tree, err) < 0)
		return -1;
	return ig_tree_graft(pkg->tree, ig_tree_root(pkg->tree), files, err);
}

int pkg_step_base(struct pkg *pkg, const struct ig_recipe_step *step,
		  struct ig_err *err)
{
	const struct ig_layers_opts opts = { .rules = IG_LAYERS_OCI };
	IG_AUTO(ig_image_done) struct ig_image image = { 0 };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = NULL;
	ig_autofree char *name = ig_ref_expand(step->base, err);

	if (!name ||
	    ig_image_load(&image, pkg->store, name, pkg->opts->arch, err) < 0)
		return ig_wrap(err, "base");
	tree = ig_tree_new(err);
	if (!tree ||
	    ig_image_tree(tree, &pkg->spool, pkg->store, &image, &opts, err) <
		    0 ||
	    ig_tree_graft(pkg->tree, ig_tree_root(pkg->tree), tree, err) < 0)
		return ig_wrap(err, "base");
	return 0;
}
