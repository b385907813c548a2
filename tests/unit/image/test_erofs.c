/* SPDX-License-Identifier: Apache-2.0 */
#include "image_test.h"

#include "../../support/scratch.h"
#include "fs_test.h"

static void save(struct ig_tree *tree, const char *path)
{
	struct ig_fs_opts opts = fs_opts();
	IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();

	if (ig_erofs_write(out, tree, &opts, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	assert_int_equal(ig_rope_size(out) % 4096, 0);
	o_save(out, path);
}

static const char *const fsck[] = { "fsck.erofs", "image", NULL };

static void fsck_accepts_and_unpacks_it(void **state)
{
	static const char *const argv[] = { "fsck.erofs", "--extract=out",
					    "--no-preserve", "image", NULL };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();

	(void)state;
	if (geteuid() != 0) { /* it stops at the first device */
		ig_tree_remove(tree, ig_tree_find(tree, "d/c"));
		ig_tree_remove(tree, ig_tree_find(tree, "d/b"));
	}
	save(tree, "image");
	o_passes(fsck);
	o_passes(argv);
	fs_same(tree);
}

static const struct {
	const char *path, *says;
} facts[] = {
	{ "--path=/d/f", "Access: 0755" },
	{ "--path=/d/f", "Timestamp: 1970-01-01 00:16:40" },
	{ "--path=/noise", "Timestamp: 2023-11-14 22:13:20" },
	{ "--path=/noise", "Links: 2" },
	{ "--path=/d/noise-too", "Size: 300000" },
	{ "--path=/owned", "Uid: 1000   Gid: 100" },
	{ "--path=/d/l", "symlink" },
	{ "--path=/d/c", "char dev" },
	{ "--path=/many", "Layout: 0" },
	{ "--path=/many/a-rather-long-name-299", "Size: 3 " },
	{ "--path=/...", "Size: 3 " },
	{ "--path=/~", "Size: 1 " },
};

static void dump_finds_every_fact(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();

	(void)state;
	save(tree, "image");
	for (size_t i = 0; i < IG_COUNT(facts); i++) {
		const char *argv[] = { "dump.erofs", facts[i].path, "image",
				       NULL };

		o_tells(argv, facts[i].says);
	}
}

static void the_superblock_has_uuid_and_count(void **state)
{
	static const char *const argv[] = { "dump.erofs", "-s", "image", NULL };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();

	(void)state;
	save(tree, "image");
	o_tells(argv, "inode count:                       9\n");
	o_tells(argv,
		"Filesystem features:                          sb_csum mtime");
}

/* Directories of every length around a block, and names as long as can be. */
static void directories_of_any_size_hold(void **state)
{
	char path[300];

	(void)state;
	for (int n = 1; n < 40; n++) {
		IG_AUTO(ig_tree_freep)
		struct ig_tree *tree = ig_tree_new(&t_err);

		for (int i = 0; i < n; i++) {
			memset(path, 'x', sizeof(path));
			snprintf(path + 250, 6, "%05d", i);
			t_file(tree, path, "");
		}
		assert_int_equal(ig_tree_sort(tree, &t_err), 0);
		save(tree, "image");
		o_passes(fsck);
	}
}

static void long_links_lie_in_blocks(void **state)
{
	static char target[4096];
	static const size_t lengths[] = { 1, 4031, 4032, 4033, 4034, 4095 };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(lengths); i++) {
		IG_AUTO(ig_tree_freep)
		struct ig_tree *tree = ig_tree_new(&t_err);

		memset(target, 'y', lengths[i]);
		target[lengths[i]] = '\0';
		t_symlink(tree, "l", target);
		save(tree, "image");
		o_passes(fsck);
	}
}

static void attributes_too_large_are_refused(void **state)
{
	static char big[70000];
	struct ig_xattr one = { "user.big", big, sizeof(big) };
	struct ig_fs_opts opts = fs_opts();
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();
	IG_AUTO(ig_rope_freep) struct ig_rope *out = o_rope();
	struct ig_inode *inode = ig_tree_find(tree, "d/f")->inode;

	(void)state;
	inode->xattrs = &one;
	inode->xattrs_n = 1;
	assert_int_equal(ig_erofs_write(out, tree, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_non_null(strstr(t_err.msg, "user.big"));
	one.len = 60000; /* over many blocks */
	save(tree, "image");
	o_passes(fsck);
}

static void unknown_attributes_are_left_out_with_one_warning(void **state)
{
	struct ig_xattr odd[2] = { fs_xattr("lustre.lov", "x"),
				   fs_xattr("system.posix_acl_accessory",
					    "y") };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();
	struct ig_inode *inode = ig_tree_find(tree, "d/f")->inode;

	(void)state;
	t_listen();
	inode->xattrs = odd;
	inode->xattrs_n = 2;
	save(tree, "image");
	assert_int_equal(t_warnings, 1);
	ig_log_set(NULL);
	o_passes(fsck);
}

static void the_same_tree_gives_the_same_bytes(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *a = fs_tree();
	IG_AUTO(ig_tree_freep) struct ig_tree *b = fs_tree();
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(0);
	IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT(0);

	(void)state;
	save(a, "one");
	save(b, "two");
	o_read(&one, "one");
	o_read(&two, "two");
	t_same(&one, &two);
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(fsck_accepts_and_unpacks_it),
		T(dump_finds_every_fact),
		T(the_superblock_has_uuid_and_count),
		T(directories_of_any_size_hold),
		T(long_links_lie_in_blocks),
		T(attributes_too_large_are_refused),
		T(unknown_attributes_are_left_out_with_one_warning),
		T(the_same_tree_gives_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
