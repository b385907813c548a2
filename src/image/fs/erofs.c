/* SPDX-License-Identifier: Apache-2.0 */
#include "erofs.h"
#include "fs.h"

#include <stdlib.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/tree.h>

static int number(struct ig_erofs *fs, struct ig_tree *tree, struct ig_err *err)
{
	struct ig_node *root = ig_tree_root(tree);
	const struct ig_node *n;

	fs->count = ig_fs_number(tree);
	fs->v = calloc(fs->count + 1, sizeof(*fs->v));
	if (!fs->v)
		return ig_fail_mem(err);
	for (n = root; n; n = ig_node_next(n))
		if (!fs->v[n->inode->mark - 1].node)
			fs->v[n->inode->mark - 1].node = n;
	return 0;
}

static int add_files(struct ig_rope *out, const struct ig_erofs *fs,
		     struct ig_err *err)
{
	for (uint32_t i = 0; i < fs->count; i++) {
		const struct ig_inode *inode = fs->v[i].node->inode;
		int ret;

		if (inode->type != IG_FILE || !inode->size)
			continue;
		if (inode->mem)
			ret = ig_rope_mem(out, inode->mem, (size_t)inode->size,
					  err);
		else
			ret = ig_rope_file(out, inode->fd, inode->off,
					   inode->size, err);
		if (ret < 0 || ig_rope_align(out, IG_EROFS_BLOCK, err) < 0)
			return -1;
	}
	return 0;
}

static void erofs_done(struct ig_erofs *fs)
{
	free(fs->v);
}

int ig_erofs_write(struct ig_rope *out, struct ig_tree *tree,
		   const struct ig_fs_opts *opts, struct ig_err *err)
{
	IG_AUTO(erofs_done) struct ig_erofs fs = { .opts = opts };
	unsigned char *meta;

	if (number(&fs, tree, err) < 0 || ig_erofs_plan(&fs, err) < 0)
		return -1;
	meta = ig_rope_room(out, (size_t)fs.meta, err);
	if (!meta || ig_erofs_fill(&fs, meta, err) < 0 ||
	    add_files(out, &fs, err) < 0)
		return -1;
	if (fs.xattrs_lost)
		ig_warn("erofs: left out %zu extended attributes of kinds that it does not have",
			fs.xattrs_lost);
	return 0;
}
