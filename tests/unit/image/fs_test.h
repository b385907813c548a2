/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FS_TEST_H
#define FS_TEST_H

/* A tree with everything that a file system image must keep. Include after
 * image_test.h. */
#include <stdio.h>

#include <ingot/disk.h>

#include "outside.h"

#define FS_NAMES 300
#define FS_NOISE 300000u
#define FS_TIME	 1700000000

static inline struct ig_xattr fs_xattr(const char *name, const char *value)
{
	return (struct ig_xattr){ name, value, strlen(value) };
}

static inline void fs_many(struct ig_tree *tree)
{
	char path[64];

	t_add(tree, "many", IG_DIR, 0755);
	for (int i = 0; i < FS_NAMES; i++) {
		snprintf(path, sizeof(path), "many/a-rather-long-name-%d", i);
		t_file(tree, path, i % 2 ? "odd" : "even");
	}
}

static inline struct ig_tree *fs_tree(void)
{
	static unsigned char noise[FS_NOISE];
	static struct ig_xattr xattrs[2];
	static const char *const early[] = { "!", "+x", "-", "...", "~" };
	struct ig_tree *tree = t_every_type();
	struct ig_inode *inode;

	o_noise(noise, sizeof(noise), 3);
	inode = t_file(tree, "noise", "");
	inode->mem = noise;
	inode->size = sizeof(noise);
	xattrs[0] = fs_xattr("security.capability", "cap");
	xattrs[1] = fs_xattr("user.colour", "green");
	inode->xattrs = xattrs;
	inode->xattrs_n = 2;
	t_name(tree, "d/noise-too", inode);
	inode->nlink = 2;
	inode->mtime = FS_TIME + 1000; /* after the limit */
	for (size_t i = 0; i < IG_COUNT(early); i++)
		t_file(tree, early[i], early[i]);
	t_add(tree, "d/none", IG_DIR, 0700);
	fs_many(tree);
	assert_int_equal(ig_tree_sort(tree, &t_err), 0);
	return tree;
}

static inline struct ig_fs_opts fs_opts(void)
{
	return (struct ig_fs_opts){ .seed = T_KEY, .max_time = FS_TIME };
}

/* The file @path of the folder "out" is @inode's data. */
static inline void fs_same_file(const char *path, const struct ig_inode *inode)
{
	IG_AUTO(ig_buf_done) struct ig_buf got = IG_BUF_INIT(0);

	o_read(&got, path);
	assert_int_equal(got.len, inode->size);
	if (got.len)
		assert_memory_equal(got.data, inode->mem, got.len);
}

/* Everything of @tree lies below the folder "out", as an unprivileged reader
 * unpacks it: devices may be missing. */
static inline void fs_same(struct ig_tree *tree)
{
	char path[4200], link[4200];

	for (const struct ig_node *n = ig_tree_root(tree); n;
	     n = ig_node_next(n)) {
		ssize_t len;

		assert_int_equal(
			ig_node_path(path, sizeof(path), "out/", n, &t_err), 0);
		if (n->inode->type == IG_FILE)
			fs_same_file(path, n->inode);
		if (n->inode->type == IG_DIR)
			assert_int_equal(access(path, F_OK), 0);
		if (n->inode->type != IG_SYMLINK)
			continue;
		len = readlink(path, link, sizeof(link));
		assert_int_equal(len, strlen(n->inode->link));
		assert_memory_equal(link, n->inode->link, (size_t)len);
	}
}

#endif
