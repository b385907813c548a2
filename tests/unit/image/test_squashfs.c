/* SPDX-License-Identifier: Apache-2.0 */
#include "image_test.h"

#include <errno.h>

#include "../../support/scratch.h"
#include "fs_test.h"

static void save(struct ig_tree *tree, const char *path)
{
	struct ig_fs_opts opts = fs_opts();
	ig_autofd int fd = o_create(path);

	if (ig_squashfs_write(fd, tree, &opts, &t_err) < 0)
		fail_msg("%s", t_err.msg);
}

static void unsquashfs_lists_what_is_there(void **state)
{
	static const char *const argv[] = { "unsquashfs", "-UTC", "-lln",
					    "image", NULL };
	static const char *const lines[] = {
		"drwxrwxrwt 0/0 ",
		"-rwsr-xr-x 0/0                       5 1970-01-01 00:16 squashfs-root/d/f\n",
		" squashfs-root/d/l -> ../d/f\n",
		"crw--w---- 0/0                   5,  1 1970-01-01 00:16 squashfs-root/d/c\n",
		"prw------- 0/0 ",
		"-rw-r--r-- 1000/100 ",
		" 300000 2023-11-14 22:13 squashfs-root/noise\n",
		"drwx------ 0/0                       3 1970-01-01 00:16 squashfs-root/d/none\n",
	};
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(0);

	(void)state;
	save(tree, "image");
	o_says(&said, argv);
	for (size_t i = 0; i < IG_COUNT(lines); i++)
		if (!strstr(said.data, lines[i]))
			fail_msg("no '%s' in: %s", lines[i], said.data);
}

static void unsquashfs_reads_the_data(void **state)
{
	static const char *const argv[] = {
		"unsquashfs",	 "-q", "-n",  "-no-xattrs", "-ignore-errors",
		"-no-exit-code", "-d", "out", "image",	    NULL
	};
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();

	(void)state;
	save(tree, "image");
	o_passes(argv);
	fs_same(tree);
}

static void rdsquashfs_reads_the_attributes(void **state)
{
	static const char *const argv[] = { "rdsquashfs", "-x", "noise",
					    "image", NULL };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();

	(void)state;
	save(tree, "image");
	o_tells(argv, "user.colour=green");
}

static void hard_links_are_one_inode(void **state)
{
	static const char *const argv[] = { "rdsquashfs", "--stat",
					    "d/noise-too", "image", NULL };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();

	(void)state;
	save(tree, "image");
	o_tells(argv, "Hard link count: 2");
}

static void bytes_do_not_depend_on_threads(void **state)
{
	static const char *const threads[] = { "1", "2", "9" };
	IG_AUTO(ig_buf_done) struct ig_buf first = IG_BUF_INIT(0);

	(void)state;
	for (size_t i = 0; i < IG_COUNT(threads); i++) {
		IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();
		IG_AUTO(ig_buf_done) struct ig_buf next = IG_BUF_INIT(0);

		setenv("INGOT_THREADS", threads[i], 1);
		save(tree, "image");
		unsetenv("INGOT_THREADS");
		if (!i)
			o_read(&first, "image");
		o_read(&next, "image");
		assert_int_equal(next.len % 4096, 0);
		t_same(&first, &next);
	}
}

static void unknown_attributes_are_left_out_with_one_warning(void **state)
{
	struct ig_xattr odd[2] = { fs_xattr("lustre.lov", "x"),
				   fs_xattr("system.posix_acl_access", "y") };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();
	struct ig_inode *inode = ig_tree_find(tree, "d/f")->inode;

	(void)state;
	t_listen();
	inode->xattrs = odd;
	inode->xattrs_n = 2;
	save(tree, "image");
	assert_int_equal(t_warnings, 1);
	ig_log_set(NULL);
}

static void an_empty_tree_is_a_file_system(void **state)
{
	static const char *const argv[] = { "unsquashfs", "-l", "image", NULL };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);

	(void)state;
	save(tree, "image");
	o_tells(argv, "squashfs-root");
}

static void levels_out_of_range_are_refused(void **state)
{
	static const int levels[] = { -1, 23, 1000 };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();
	struct ig_fs_opts opts = fs_opts();

	(void)state;
	for (size_t i = 0; i < IG_COUNT(levels); i++) {
		ig_autofd int fd = o_create("image");

		opts.level = levels[i];
		assert_int_equal(ig_squashfs_write(fd, tree, &opts, &t_err),
				 -1);
		assert_int_equal(t_err.code, IG_EUSAGE);
		assert_non_null(strstr(t_err.msg, "from 1 to 22"));
	}
}

static void a_full_disk_is_told(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = fs_tree();
	struct ig_fs_opts opts = fs_opts();
	ig_autofd int fd = open("/dev/full", O_RDWR | O_CLOEXEC);

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(ig_squashfs_write(fd, tree, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_ESYS);
	assert_int_equal(t_err.sys, ENOSPC);
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(unsquashfs_lists_what_is_there),
		T(unsquashfs_reads_the_data),
		T(rdsquashfs_reads_the_attributes),
		T(hard_links_are_one_inode),
		T(bytes_do_not_depend_on_threads),
		T(unknown_attributes_are_left_out_with_one_warning),
		T(an_empty_tree_is_a_file_system),
		T(levels_out_of_range_are_refused),
		T(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
