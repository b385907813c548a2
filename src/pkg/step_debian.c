/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/tree.h>

/* What belongs to the machine that a package is installed on. */
static void drop_state(struct ig_tree *tree)
{
	static const char *const paths[] = { "dev", "var/lib/apt",
					     "var/cache/apt", "var/lib/dpkg" };

	for (size_t i = 0; i < IG_COUNT(paths); i++) {
		struct ig_node *node = ig_tree_find(tree, paths[i]);

		while (node && node->child)
			ig_tree_remove(tree, node->child);
	}
}

int pkg_step_debian(struct pkg *pkg, const struct ig_recipe_step *step,
		    struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	bool alone = step->depends.set && !step->depends.v;

	if (!tree || pkg_debs_fetch(tree, pkg, step, alone, err) < 0)
		return ig_wrap(err, "debian");
	drop_state(tree);
	if (pkg_exclude(tree, &step->exclude, err) < 0 ||
	    ig_tree_graft(pkg->tree, ig_tree_root(pkg->tree), tree, err) < 0)
		return ig_wrap(err, "debian");
	return 0;
}
