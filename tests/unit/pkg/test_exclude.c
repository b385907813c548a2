/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

#include <ingot/tree.h>

static struct ig_tree *tree_of(const char *const *paths, size_t n)
{
	struct ig_err err = { 0 };
	struct ig_tree *tree = ig_tree_new(&err);

	assert_non_null(tree);
	for (size_t i = 0; i < n; i++) {
		struct ig_inode *inode = ig_tree_inode(tree, IG_FILE, &err);

		assert_non_null(inode);
		assert_int_equal(pkg_put_file(tree, paths[i], inode, &err), 0);
	}
	return tree;
}

static void drops_what_a_glob_matches(void **state)
{
	static const char *const paths[] = {
		"usr/share/doc/a/copyright", "usr/share/x",   "usr/bin/a",
		"lib/x/libanl.so",	     "lib/x/libc.so", "etc/fstab",
	};
	const char *globs[] = { "/usr/share/**", "/lib/*/libanl*", "etc" };
	const struct ig_strs strs = { true, IG_COUNT(globs), globs };
	IG_AUTO(ig_tree_freep)
	struct ig_tree *tree = tree_of(paths, IG_COUNT(paths));
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(pkg_exclude(tree, &strs, &err), 0);
	/* the folder itself stays: it may be wanted as a mount point */
	assert_non_null(ig_tree_find(tree, "usr/share"));
	assert_null(ig_tree_find(tree, "usr/share/x"));
	assert_null(ig_tree_find(tree, "usr/share/doc"));
	assert_non_null(ig_tree_find(tree, "usr/bin/a"));
	assert_null(ig_tree_find(tree, "lib/x/libanl.so"));
	assert_non_null(ig_tree_find(tree, "lib/x/libc.so"));
	assert_null(ig_tree_find(tree, "etc"));
}

static void no_globs_drop_nothing(void **state)
{
	static const char *const paths[] = { "a", "b/c" };
	const struct ig_strs strs = { false, 0, NULL };
	IG_AUTO(ig_tree_freep)
	struct ig_tree *tree = tree_of(paths, IG_COUNT(paths));
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(pkg_exclude(tree, &strs, &err), 0);
	assert_non_null(ig_tree_find(tree, "b/c"));
}

static void everything_can_go(void **state)
{
	static const char *const paths[] = { "a", "b/c/d", "e" };
	const char *globs[] = { "**" };
	const struct ig_strs strs = { true, 1, globs };
	IG_AUTO(ig_tree_freep)
	struct ig_tree *tree = tree_of(paths, IG_COUNT(paths));
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(pkg_exclude(tree, &strs, &err), 0);
	assert_null(ig_tree_root(tree)->child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drops_what_a_glob_matches),
		cmocka_unit_test(no_globs_drop_nothing),
		cmocka_unit_test(everything_can_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
