/* SPDX-License-Identifier: Apache-2.0 */
#include "tarmake.h"

/* a/b, f, and links; what resolving @path gives. */
static const struct member base[] = {
	DIR_("a/"),
	DIR_("a/b/"),
	FILE_("f", "f"),
	SYM_("rel", "a"),
	SYM_("abs", "/a/b"),
	SYM_("a/up", "../../../a"),
	SYM_("out", "../../../../etc"),
	SYM_("dangling", "x/y"),
	SYM_("tofile", "f"),
	SYM_("loop1", "loop2"),
	SYM_("loop2", "loop1"),
	SYM_("self", "self"),
	SYM_("dot", "."),
	SYM_("two", "rel/b"),
	END_,
};

static const char *resolve(struct bench *b, const char *path)
{
	static char out[4096];
	struct ig_node *node = ig_tree_resolve(b->tree, path, NULL, &t_err);

	if (!node)
		return NULL;
	assert_int_equal(node->inode->type, IG_DIR);
	assert_int_equal(ig_node_path(out, sizeof(out), "", node, &t_err), 0);
	return out;
}

static void follows_links_inside_the_tree(void **state)
{
	static const struct {
		const char *path, *want;
	} cases[] = {
		{ "", "" },
		{ "/", "" },
		{ "a", "a" },
		{ "a/b", "a/b" },
		{ "/a//b/.", "a/b" },
		{ "rel", "a" },
		{ "rel/b", "a/b" },
		{ "abs", "a/b" },
		{ "abs/new", "a/b/new" },
		{ "a/up/b", "a/b" },
		{ "two/..", "a" },
		{ "..", "" },
		{ "../../a", "a" },
		{ "abs/../../../../x", "x" },
		{ "out", "etc" },
		{ "out/passwd", "etc/passwd" },
		{ "dangling", "x/y" },
		{ "dangling/z", "x/y/z" },
		{ "dot/dot/a", "a" },
		{ "new/one/two", "new/one/two" },
		{ "f/x", "f/x" },
	};
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, base), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *got = resolve(&b, cases[i].path);

		assert_non_null(got);
		assert_string_equal(got, cases[i].want);
	}
	bench_done(&b);
}

static void gives_up_in_a_circle(void **state)
{
	static const char *const cases[] = { "loop1", "loop1/x", "self/x" };
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, base), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(resolve(&b, cases[i]));
		assert_int_equal(t_err.code, IG_EFORMAT);
		assert_non_null(strstr(t_err.msg, "symbolic links"));
	}
	bench_done(&b);
}

static void replaces_a_file_in_the_way(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, base), 0);
	assert_string_equal(resolve(&b, "f/sub"), "f/sub");
	assert_int_equal(ig_tree_find(b.tree, "f")->inode->type, IG_DIR);
	bench_done(&b);
}

static void makes_directories_like_the_model(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_inode *model = ig_tree_inode(tree, IG_DIR, &t_err);
	struct ig_node *node;

	(void)state;
	model->mode = 0750;
	model->uid = 3;
	model->gid = 4;
	model->mtime = 5;
	node = ig_tree_resolve(tree, "x/y", model, &t_err);
	assert_int_equal(node->parent->inode->mode, 0750);
	assert_int_equal(node->inode->uid, 3);
	assert_int_equal(node->inode->gid, 4);
	assert_int_equal(node->inode->mtime, 5);
	node = ig_tree_resolve(tree, "z", NULL, &t_err);
	assert_int_equal(node->inode->mode, 0755);
	assert_int_equal(node->inode->uid, 0);
	assert_int_equal(node->inode->mtime, 0);
	ig_tree_free(tree);
}

static void stops_where_paths_grow_without_end(void **state)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	char path[20000];

	(void)state;
	memset(path, 'p', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_null(ig_tree_resolve(tree, path, NULL, &t_err));
	assert_int_equal(t_err.code, IG_ELIMIT);
	path[300] = '\0';
	assert_null(ig_tree_resolve(tree, path, NULL, &t_err));
	assert_int_equal(t_err.code, IG_EFORMAT);
	for (size_t i = 1; i < 5000; i += 2)
		path[i] = '/';
	path[300] = 'p';
	path[5000] = '\0';
	assert_null(ig_tree_resolve(tree, path, NULL, &t_err));
	assert_int_equal(t_err.code, IG_ELIMIT);
	ig_tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_links_inside_the_tree),
		cmocka_unit_test(gives_up_in_a_circle),
		cmocka_unit_test(replaces_a_file_in_the_way),
		cmocka_unit_test(makes_directories_like_the_model),
		cmocka_unit_test(stops_where_paths_grow_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
