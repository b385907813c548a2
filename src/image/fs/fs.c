/* SPDX-License-Identifier: Apache-2.0 */
#include "fs.h"

#include <stdbool.h>
#include <sys/stat.h>

#include <ingot/disk.h>
#include <ingot/tree.h>

static void swap(unsigned char *a, unsigned char *b)
{
	unsigned char was = *a;

	*a = *b;
	*b = was;
}

void ig_fs_uuid(unsigned char out[16], const char *seed, const char *use)
{
	ig_seed_uuid(out, seed, use);
	swap(&out[0], &out[3]);
	swap(&out[1], &out[2]);
	swap(&out[4], &out[5]);
	swap(&out[6], &out[7]);
}

uint32_t ig_fs_number(struct ig_tree *tree)
{
	struct ig_node *root = ig_tree_root(tree);
	const struct ig_node *n;
	uint32_t count = 0;

	for (n = root; n; n = ig_node_next(n))
		n->inode->mark = 0;
	for (n = root; n; n = ig_node_next(n))
		if (!n->inode->mark)
			n->inode->mark = ++count;
	return count;
}

uint16_t ig_fs_mode(const struct ig_inode *inode)
{
	static const uint16_t types[] = {
		[IG_DIR] = S_IFDIR,	[IG_FILE] = S_IFREG,
		[IG_SYMLINK] = S_IFLNK, [IG_CHAR] = S_IFCHR,
		[IG_BLOCK] = S_IFBLK,	[IG_FIFO] = S_IFIFO,
	};

	return (uint16_t)(types[inode->type] | (inode->mode & 07777));
}

uint32_t ig_fs_dev(const struct ig_inode *inode)
{
	return (inode->minor & 0xff) | (inode->major & 0xfff) << 8 |
	       (inode->minor & ~0xffu) << 12;
}

int64_t ig_fs_time(const struct ig_inode *inode, int64_t max)
{
	int64_t time = inode->mtime < max ? inode->mtime : max;

	return time < 0 ? 0 : time;
}

uint64_t ig_fs_image_time(const struct ig_fs_opts *opts, int64_t most)
{
	bool good = opts->max_time >= 0 && opts->max_time <= most;

	return good ? (uint64_t)opts->max_time : 0;
}
