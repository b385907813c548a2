/* SPDX-License-Identifier: Apache-2.0 */
#include "tarmake.h"

/* Grafts @from at @where of @onto: the tree, or the message. */
static void check(const struct member *onto, const struct member *from,
		  const char *where, const char *want)
{
	struct bench a;
	struct bench b;
	struct ig_node *dir;
	int rc;

	bench_init(&a, IG_LAYERS_OCI);
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&a, onto), 0);
	assert_int_equal(bench_apply(&b, from), 0);
	dir = ig_tree_resolve(a.tree, where, NULL, &t_err);
	assert_non_null(dir);
	rc = ig_tree_graft(a.tree, dir, b.tree, &t_err);
	ig_tree_free(b.tree); /* nothing of it may be in use */
	b.tree = NULL;
	if (want[0] == '!') {
		assert_int_equal(rc, -1);
		assert_int_equal(t_err.code, IG_ESPEC);
		assert_non_null(strstr(t_err.msg, want + 1));
	} else {
		assert_int_equal(rc, 0);
		t_expect_tree(a.tree, want);
	}
	bench_done(&b);
	bench_done(&a);
}

static void merges_at_the_root(void **state)
{
	static const struct member onto[] = { DIR_("etc"), FILE_("etc/a", "1"),
					      FILE_("etc/b", "1"), END_ };
	static const struct member from[] = { DIR_("etc"), FILE_("etc/b", "2"),
					      FILE_("c", "2"), END_ };

	(void)state;
	check(onto, from, "", "f c=2|d etc|f etc/a=1|f etc/b=2");
}

static void grafts_below_a_directory(void **state)
{
	static const struct member onto[] = { DIR_("x"), END_ };
	static const struct member from[] = { DIR_("etc"), SYM_("l", "/etc"),
					      FILE_("etc/b", "2"), END_ };

	(void)state;
	check(onto, from, "x/y",
	      "d x|d x/y|d x/y/etc|f x/y/etc/b=2|l x/y/l>/etc");
}

static void a_directory_goes_where_a_link_leads(void **state)
{
	static const struct member onto[] = { DIR_("usr"), DIR_("usr/lib"),
					      SYM_("lib", "usr/lib"), END_ };
	static const struct member from[] = { DIR_("lib"), DIR_("lib/modules"),
					      FILE_("lib/modules/a", "ko"),
					      END_ };

	(void)state;
	check(onto, from, "",
	      "l lib>usr/lib|d usr|d usr/lib|d usr/lib/modules|f usr/lib/modules/a=ko");
	check(onto, from, "usr",
	      "l lib>usr/lib|d usr|d usr/lib|d usr/lib/modules|f usr/lib/modules/a=ko");
}

static void a_link_below_the_graft_stays_below(void **state)
{
	static const struct member onto[] = { DIR_("c"), DIR_("c/usr"),
					      SYM_("c/lib", "/usr"), END_ };
	static const struct member from[] = { DIR_("lib"), FILE_("lib/a", "1"),
					      END_ };

	(void)state;
	check(onto, from, "c", "d c|l c/lib>/usr|d c/usr|f c/usr/a=1");
}

static void a_link_to_a_file_is_replaced(void **state)
{
	static const struct member onto[] = { FILE_("f", "f"), SYM_("d", "f"),
					      END_ };
	static const struct member from[] = { DIR_("d"), FILE_("d/a", "1"),
					      END_ };

	(void)state;
	check(onto, from, "", "d d|f d/a=1|f f=f");
}

static void refuses_to_lose_a_directory(void **state)
{
	static const struct member onto[] = { DIR_("lib"), FILE_("lib/x", "x"),
					      DIR_("empty"), END_ };
	static const struct member file[] = { FILE_("lib", "f"), END_ };
	static const struct member link[] = { SYM_("lib", "usr/lib"), END_ };
	static const struct member empty[] = { FILE_("empty", "f"), END_ };

	(void)state;
	check(onto, file, "", "!'lib' is a directory with content, and a file");
	check(onto, link, "", "!symbolic link of the same name");
	check(onto, empty, "", "f empty=f|d lib|f lib/x=x");
}

static void keeps_hard_links_together(void **state)
{
	static const struct member onto[] = { FILE_("b", "old"), END_ };
	static const struct member from[] = { FILE_("a", "1"), LINK_("b", "a"),
					      LINK_("d/c", "a"), END_ };

	(void)state;
	check(onto, from, "", "h a=1|h b=1|d d|h d/c=1");
}

static void what_no_layer_says_changes_nothing(void **state)
{
	static const struct member onto[] = {
		{ "./", '5', NULL, 0711, 0, NULL },
		{ "etc", '5', NULL, 0700, 7, NULL },
		END_
	};
	static const struct member from[] = { FILE_("etc/x", "1"), END_ };
	struct bench a;
	struct bench b;

	(void)state;
	bench_init(&a, IG_LAYERS_OCI);
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&a, onto), 0);
	assert_int_equal(bench_apply(&b, from), 0);
	assert_int_equal(
		ig_tree_graft(a.tree, ig_tree_root(a.tree), b.tree, &t_err), 0);
	assert_int_equal(ig_tree_root(a.tree)->inode->mode, 0711);
	assert_int_equal(ig_tree_find(a.tree, "etc")->inode->mode, 0700);
	assert_int_equal(ig_tree_find(a.tree, "etc")->inode->uid, 7);
	bench_done(&b);
	bench_done(&a);
}

static void copies_extended_attributes(void **state)
{
	static const struct member onto[] = { END_ };
	static const struct member from[] = {
		{ "f", '0', "x", 0, 0, "SCHILY.xattr.user.a=value" }, END_
	};
	struct bench a;
	struct bench b;
	const struct ig_inode *inode;

	(void)state;
	bench_init(&a, IG_LAYERS_OCI);
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&a, onto), 0);
	assert_int_equal(bench_apply(&b, from), 0);
	assert_int_equal(
		ig_tree_graft(a.tree, ig_tree_root(a.tree), b.tree, &t_err), 0);
	ig_tree_free(b.tree);
	b.tree = NULL;
	inode = ig_tree_find(a.tree, "f")->inode;
	assert_int_equal(inode->xattrs_n, 1);
	assert_string_equal(inode->xattrs[0].name, "user.a");
	assert_int_equal(inode->xattrs[0].len, 5);
	assert_memory_equal(inode->xattrs[0].value, "value", 5);
	bench_done(&b);
	bench_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_at_the_root),
		cmocka_unit_test(grafts_below_a_directory),
		cmocka_unit_test(a_directory_goes_where_a_link_leads),
		cmocka_unit_test(a_link_below_the_graft_stays_below),
		cmocka_unit_test(a_link_to_a_file_is_replaced),
		cmocka_unit_test(refuses_to_lose_a_directory),
		cmocka_unit_test(keeps_hard_links_together),
		cmocka_unit_test(what_no_layer_says_changes_nothing),
		cmocka_unit_test(copies_extended_attributes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
