/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/glob.h>
#include <ingot/own.h>
#include <ingot/tree.h>

#define PATH_ROOM 4200

bool pkg_glob_any(const struct ig_strs *globs, const char *path)
{
	for (size_t i = 0; i < globs->n; i++) {
		if (ig_glob(globs->v[i], path))
			return true;
	}
	return false;
}

int pkg_exclude(struct ig_tree *tree, const struct ig_strs *globs,
		struct ig_err *err)
{
	ig_autofree char *path = malloc(PATH_ROOM);
	struct ig_node *node = ig_tree_root(tree)->child;

	if (!path)
		return ig_fail_mem(err);
	while (node) {
		struct ig_node *next = ig_node_next(node);

		if (ig_node_path(path, PATH_ROOM, "", node, err) < 0)
			return -1;
		if (pkg_glob_any(globs, path)) {
			/* what is below goes with it */
			while (node->child)
				ig_tree_remove(tree, node->child);
			next = ig_node_next(node);
			ig_tree_remove(tree, node);
		}
		node = next;
	}
	return 0;
}
