/* SPDX-License-Identifier: Apache-2.0 */
#include "tarmake.h"

#define HOSTS_SUM                                                              \
	"43037ff87af87fda11c4377e963593a0f55e513702779db721c6ce574c06e88e"
#define RESOLV_SUM                                                             \
	"e4e2bb7255b53821f06728443b9bf9e69e8a685f9bec4dbb3a6e00150669b210"

#include <ingot/str.h>

static const struct member image[] = {
	FILE_(".dockerenv", ""),
	FILE_("Dockerfile", "FROM scratch\n"),
	{ "dev", '5', NULL, 0700, 5, NULL },
	FILE_("dev/console", ""),
	FILE_("dev/keep", "k"),
	SYM_("dev/pts", "/x"),
	DIR_("etc"),
	{ "etc/hosts", '0', "10.0.0.1 x\n", 0600, 7, NULL },
	FILE_("etc/hostname", "h\n"),
	FILE_("etc/resolv.conf", "nameserver 1\n"),
	FILE_("sub/Dockerfile", "kept"),
	END_,
};

static void sum_is(struct ig_tree *tree, const char *path, const char *want)
{
	const struct ig_node *node = ig_tree_find(tree, path);
	char hex[65];

	assert_non_null(node);
	assert_true(node->inode->has_hash);
	ig_hex(hex, node->inode->sha256, 32);
	assert_string_equal(hex, want);
	assert_int_equal(node->inode->mode, 0644);
	assert_int_equal(node->inode->uid, 0);
	assert_int_equal(node->inode->mtime, IG_FIXED_TIME);
}

static void dresses_a_container(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, image), 0);
	assert_int_equal(ig_tree_dress(b.tree, false, &t_err), 0);
	sum_is(b.tree, "etc/hosts", HOSTS_SUM);
	sum_is(b.tree, "etc/resolv.conf", RESOLV_SUM);
	t_expect_tree(
		b.tree,
		"d dev|f dev/keep=k|d dev/pts|d dev/shm|d etc|f etc/hosts|"
		"l etc/mtab>/proc/mounts|f etc/resolv.conf=\n"
		"# no resolv.conf configured\n"
		"|d proc|d sub|f sub/Dockerfile=kept|d sys");
	assert_int_equal(ig_tree_find(b.tree, "dev")->inode->mode, 0755);
	assert_int_equal(ig_tree_find(b.tree, "dev")->inode->uid, 0);
	assert_int_equal(ig_tree_find(b.tree, "etc/mtab")->inode->mode, 0755);
	bench_done(&b);
}

static void dresses_an_init_image(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(ig_tree_dress(b.tree, true, &t_err), 0);
	t_expect_tree(
		b.tree,
		"d dev|d dev/pts|d dev/shm|d etc|f etc/hosts|"
		"l etc/mtab>/proc/mounts|"
		"l etc/resolv.conf>/run/resolvconf/resolv.conf|d proc|d sys");
	assert_int_equal(ig_tree_find(b.tree, "etc/resolv.conf")->inode->mode,
			 0644);
	bench_done(&b);
}

static void keeps_an_mtab_that_is_there(void **state)
{
	static const struct member with[] = { SYM_("etc/mtab", "/old"), END_ };
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, with), 0);
	assert_int_equal(ig_tree_dress(b.tree, true, &t_err), 0);
	assert_string_equal(ig_tree_find(b.tree, "etc/mtab")->inode->link,
			    "/old");
	assert_int_equal(ig_tree_find(b.tree, "etc/mtab")->inode->mtime,
			 IG_FIXED_TIME);
	bench_done(&b);
}

static void dressing_twice_is_dressing_once(void **state)
{
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(ig_tree_dress(b.tree, true, &t_err), 0);
	assert_int_equal(ig_tree_dress(b.tree, true, &t_err), 0);
	t_expect_tree(
		b.tree,
		"d dev|d dev/pts|d dev/shm|d etc|f etc/hosts|"
		"l etc/mtab>/proc/mounts|"
		"l etc/resolv.conf>/run/resolvconf/resolv.conf|d proc|d sys");
	bench_done(&b);
}

static void leaves_other_names_of_a_replaced_file(void **state)
{
	static const struct member with[] = { FILE_("etc/hosts", "old"),
					      LINK_("copy", "etc/hosts"),
					      END_ };
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, with), 0);
	assert_int_equal(ig_tree_dress(b.tree, false, &t_err), 0);
	sum_is(b.tree, "etc/hosts", HOSTS_SUM);
	assert_int_equal(ig_tree_find(b.tree, "copy")->inode->size, 3);
	assert_int_equal(ig_tree_find(b.tree, "copy")->inode->nlink, 1);
	bench_done(&b);
}

static void follows_a_folder_that_is_a_link(void **state)
{
	static const struct member with[] = { DIR_("usr"), DIR_("usr/etc"),
					      SYM_("etc", "usr/etc"), END_ };
	struct bench b;

	(void)state;
	bench_init(&b, IG_LAYERS_OCI);
	assert_int_equal(bench_apply(&b, with), 0);
	assert_int_equal(ig_tree_dress(b.tree, false, &t_err), 0);
	assert_int_equal(ig_tree_find(b.tree, "etc")->inode->type, IG_SYMLINK);
	sum_is(b.tree, "usr/etc/hosts", HOSTS_SUM);
	bench_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dresses_a_container),
		cmocka_unit_test(dresses_an_init_image),
		cmocka_unit_test(keeps_an_mtab_that_is_there),
		cmocka_unit_test(dressing_twice_is_dressing_once),
		cmocka_unit_test(leaves_other_names_of_a_replaced_file),
		cmocka_unit_test(follows_a_folder_that_is_a_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
