/* SPDX-License-Identifier: Apache-2.0 */
#include "tarmake.h"

static struct ig_node *put(struct ig_tree *tree, const char *parent,
			   const char *name, enum ig_type type)
{
	struct ig_inode *inode = ig_tree_inode(tree, type, &t_err);
	struct ig_node *dir = ig_tree_find(tree, parent);

	assert_non_null(inode);
	assert_non_null(dir);
	if (type == IG_SYMLINK)
		inode->link = "target";
	return ig_tree_put(tree, dir, name, strlen(name), inode, &t_err);
}

static void starts_with_a_root(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_node *root = ig_tree_root(tree);

	(void)state;
	assert_ptr_equal(ig_tree_find(tree, ""), root);
	assert_int_equal(root->inode->mode, 0755);
	assert_int_equal(root->inode->nlink, 1);
	assert_string_equal(root->name, "");
	assert_null(root->parent);
	assert_null(ig_node_next(root));
	ig_tree_free(tree);
	ig_tree_free(NULL);
}

static void finds_what_was_put(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_node *x;

	(void)state;
	put(tree, "", "usr", IG_DIR);
	put(tree, "usr", "bin", IG_DIR);
	x = put(tree, "usr/bin", "x", IG_FILE);
	assert_ptr_equal(ig_tree_find(tree, "usr/bin/x"), x);
	assert_null(ig_tree_find(tree, "usr/bin/y"));
	assert_null(ig_tree_find(tree, "usr/bin/x/z"));
	assert_null(ig_tree_find(tree, "bin"));
	t_expect_tree(tree, "d usr|d usr/bin|f usr/bin/x=");
	ig_tree_free(tree);
}

static void refuses_bad_names(void **state)
{
	static const struct {
		const char *name;
		size_t len;
		const char *part;
	} cases[] = {
		{ "", 0, "empty" },	      { ".", 1, "cannot name" },
		{ "..", 2, "cannot name" },   { "a/b", 3, "cannot name" },
		{ "a\0b", 3, "cannot name" },
	};
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_inode *inode = ig_tree_inode(tree, IG_FILE, &t_err);
	char name[256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(ig_tree_put(tree, ig_tree_root(tree), cases[i].name,
					cases[i].len, inode, &t_err));
		assert_int_equal(t_err.code, IG_EFORMAT);
		assert_non_null(strstr(t_err.msg, cases[i].part));
	}
	memset(name, 'n', sizeof(name));
	assert_null(ig_tree_put(tree, ig_tree_root(tree), name, 256, inode,
				&t_err));
	assert_int_equal(t_err.code, IG_EFORMAT);
	assert_non_null(ig_tree_put(tree, ig_tree_root(tree), name, 255, inode,
				    &t_err));
	ig_tree_free(tree);
}

static void a_file_has_no_children(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);

	(void)state;
	put(tree, "", "f", IG_FILE);
	assert_null(put(tree, "f", "x", IG_FILE));
	assert_int_equal(t_err.code, IG_EFORMAT);
	ig_tree_free(tree);
}

static void a_path_has_an_end(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_node *dir = ig_tree_root(tree);
	char name[256];
	size_t depth = 0;

	(void)state;
	memset(name, 'n', sizeof(name));
	while (dir) {
		dir = ig_tree_put(tree, dir, name, 255,
				  ig_tree_inode(tree, IG_DIR, &t_err), &t_err);
		depth += dir != NULL;
	}
	assert_int_equal(depth, 16); /* 16 * 256 - 1 = 4095 */
	assert_int_equal(t_err.code, IG_ELIMIT);
	ig_tree_free(tree);
}

static void a_directory_over_a_directory_keeps_the_children(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);

	(void)state;
	put(tree, "", "d", IG_DIR);
	put(tree, "d", "x", IG_FILE);
	put(tree, "", "d", IG_DIR);
	t_expect_tree(tree, "d d|f d/x=");
	put(tree, "", "d", IG_FILE);
	t_expect_tree(tree, "f d=");
	put(tree, "", "d", IG_DIR);
	assert_null(ig_tree_find(tree, "d/x"));
	ig_tree_free(tree);
}

static void counts_names_of_an_inode(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_inode *inode = ig_tree_inode(tree, IG_FILE, &t_err);
	struct ig_node *root = ig_tree_root(tree);

	(void)state;
	put(tree, "", "d", IG_DIR);
	ig_tree_put(tree, root, "a", 1, inode, &t_err);
	ig_tree_put(tree, root, "b", 1, inode, &t_err);
	ig_tree_put(tree, ig_tree_find(tree, "d"), "c", 1, inode, &t_err);
	assert_int_equal(inode->nlink, 3);
	ig_tree_put(tree, root, "a", 1, inode, &t_err);
	assert_int_equal(inode->nlink, 3);
	put(tree, "", "b", IG_FILE);
	assert_int_equal(inode->nlink, 2);
	ig_tree_remove(tree, ig_tree_find(tree, "d"));
	assert_int_equal(inode->nlink, 1);
	assert_null(ig_tree_find(tree, "d"));
	ig_tree_free(tree);
}

static void a_directory_has_one_name(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_node *dir = put(tree, "", "d", IG_DIR);

	(void)state;
	assert_null(ig_tree_put(tree, ig_tree_root(tree), "e", 1, dir->inode,
				&t_err));
	assert_non_null(strstr(t_err.msg, "second name"));
	ig_tree_free(tree);
}

static void removing_the_root_empties_it(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);

	(void)state;
	put(tree, "", "d", IG_DIR);
	put(tree, "d", "x", IG_FILE);
	ig_tree_remove(tree, ig_tree_root(tree));
	t_expect_tree(tree, "");
	put(tree, "", "d", IG_DIR);
	t_expect_tree(tree, "d d");
	ig_tree_free(tree);
}

static void sorts_by_bytes(void **state)
{
	static const char *const names[] = { "b", "a",	 "\xff", "B", "ab",
					     "-", "a b", "10",	 "9", "\x01" };
	struct ig_tree *tree = ig_tree_new(&t_err);

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		put(tree, "", names[i], IG_DIR);
	t_expect_tree(tree,
		      "d \x01|d -|d 10|d 9|d B|d a|d a b|d ab|d b|d \xff");
	/* the links back are right, too */
	ig_tree_remove(tree, ig_tree_find(tree, "a b"));
	ig_tree_remove(tree, ig_tree_find(tree, "\x01"));
	t_expect_tree(tree, "d -|d 10|d 9|d B|d a|d ab|d b|d \xff");
	ig_tree_free(tree);
}

static void holds_many_names(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_node *last = NULL;
	char name[32];
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < 50000; i++) {
		snprintf(name, sizeof(name), "%u", i * 7919 % 50000);
		put(tree, "", name, IG_FILE);
	}
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	for (struct ig_node *node = ig_tree_root(tree)->child; node;
	     node = node->next, n++) {
		if (last)
			assert_true(strcmp(last->name, node->name) < 0);
		last = node;
	}
	assert_int_equal(n, 50000);
	for (unsigned i = 0; i < 50000; i += 2) {
		snprintf(name, sizeof(name), "%u", i);
		ig_tree_remove(tree, ig_tree_find(tree, name));
	}
	assert_null(ig_tree_find(tree, "40000"));
	assert_non_null(ig_tree_find(tree, "40001"));
	ig_tree_free(tree);
}

static void tells_the_path_of_a_node(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_node *x;
	char path[64];

	(void)state;
	put(tree, "", "a", IG_DIR);
	x = put(tree, "a", "x", IG_FILE);
	assert_int_equal(ig_node_path(path, 64, "", x, &t_err), 0);
	assert_string_equal(path, "a/x");
	assert_int_equal(ig_node_path(path, 64, "p/q", x, &t_err), 0);
	assert_string_equal(path, "p/q/a/x");
	assert_int_equal(ig_node_path(path, 64, "", ig_tree_root(tree), &t_err),
			 0);
	assert_string_equal(path, "");
	assert_int_equal(
		ig_node_path(path, 64, "p", ig_tree_root(tree), &t_err), 0);
	assert_string_equal(path, "p");
	assert_int_equal(ig_node_path(path, 3, "", x, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	ig_tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_with_a_root),
		cmocka_unit_test(finds_what_was_put),
		cmocka_unit_test(refuses_bad_names),
		cmocka_unit_test(a_file_has_no_children),
		cmocka_unit_test(a_path_has_an_end),
		cmocka_unit_test(
			a_directory_over_a_directory_keeps_the_children),
		cmocka_unit_test(counts_names_of_an_inode),
		cmocka_unit_test(a_directory_has_one_name),
		cmocka_unit_test(removing_the_root_empties_it),
		cmocka_unit_test(sorts_by_bytes),
		cmocka_unit_test(holds_many_names),
		cmocka_unit_test(tells_the_path_of_a_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
