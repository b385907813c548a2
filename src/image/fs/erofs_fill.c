/* SPDX-License-Identifier: Apache-2.0 */
#include "erofs.h"

#include <string.h>

#include <ingot/disk.h>
#include <ingot/tree.h>

#include "fs.h"
#include "put.h"

#define SUPER	 1024u
#define MAGIC	 0xe0f5e1e2u
#define CHECKSUM 1u /* features */
#define MTIME	 2u
#define EXTENDED 1u /* kind of inode */
#define PLAIN	 0u /* where the data is */
#define PACKED	 2u

static uint32_t crc32c(const unsigned char *data, size_t len)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < len; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
	}
	return crc;
}

/* Last: the checksum is of the whole first block. */
static void put_super(const struct ig_erofs *fs, unsigned char *meta)
{
	unsigned char *at = meta + SUPER;

	put32(at, MAGIC);
	put32(at + 8, CHECKSUM | MTIME);
	at[12] = 12; /* blocks of 2^12 */
	put16(at + 14, (uint32_t)(fs->v[0].at / IG_EROFS_SLOT));
	put64(at + 16, fs->count);
	put64(at + 24, ig_fs_image_time(fs->opts, INT64_MAX - 1));
	put32(at + 36, (uint32_t)fs->blocks);
	ig_fs_uuid(at + 48, fs->opts->seed, "erofs");
	put32(at + 4, crc32c(at, IG_EROFS_BLOCK - SUPER));
}

static void put_inode(const struct ig_erofs *fs, const struct ig_erofs_inode *e,
		      unsigned char *at)
{
	const struct ig_inode *inode = e->node->inode;
	bool device = inode->type == IG_CHAR || inode->type == IG_BLOCK;

	put16(at, EXTENDED | (e->packed ? PACKED : PLAIN) << 1);
	put16(at + 2, e->xattrs ? (e->xattrs - 12) / 4 + 1 : 0);
	put16(at + 4, ig_fs_mode(inode));
	put64(at + 8, e->size);
	put32(at + 16, device ? ig_fs_dev(inode) : e->block);
	put32(at + 20, inode->mark);
	put32(at + 24, inode->uid);
	put32(at + 28, inode->gid);
	put64(at + 32, (uint64_t)ig_fs_time(inode, fs->opts->max_time));
	put32(at + 44, e->links);
	if (e->xattrs)
		ig_erofs_xattr_fill(inode, at + IG_EROFS_INODE);
}

int ig_erofs_fill(const struct ig_erofs *fs, unsigned char *meta,
		  struct ig_err *err)
{
	for (uint32_t i = 0; i < fs->count; i++) {
		const struct ig_erofs_inode *e = &fs->v[i];
		const struct ig_node *node = e->node;
		unsigned char *data = meta + e->at + IG_EROFS_INODE + e->xattrs;

		put_inode(fs, e, meta + e->at);
		if (!e->packed)
			data = meta + (uint64_t)e->block * IG_EROFS_BLOCK;
		if (node->inode->type == IG_SYMLINK && e->size)
			memcpy(data, node->inode->link, (size_t)e->size);
		if (node->inode->type == IG_DIR &&
		    ig_erofs_dir_fill(fs, node, data, err) < 0)
			return -1;
	}
	put_super(fs, meta);
	return 0;
}
