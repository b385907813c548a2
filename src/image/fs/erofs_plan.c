/* SPDX-License-Identifier: Apache-2.0 */
#include "erofs.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/tree.h>

/* Superblock, inodes; from a new block on what directories and symbolic links
 * do not have behind their inodes; then files, each on a block of its own. */
#define FIRST_INODE 1152u /* behind the superblock */

static uint64_t round_up(uint64_t at, uint64_t unit)
{
	return (at + unit - 1) / unit * unit;
}

static int measure(struct ig_erofs *fs, struct ig_erofs_inode *e,
		   struct ig_err *err)
{
	const struct ig_inode *inode = e->node->inode;

	e->links = inode->nlink;
	if (inode->type == IG_FILE)
		e->size = inode->size;
	if (inode->type == IG_SYMLINK)
		e->size = strlen(inode->link);
	if (inode->type == IG_DIR) {
		e->links = 2;
		for (const struct ig_node *n = e->node->child; n; n = n->next)
			e->links += n->inode->type == IG_DIR;
		if (ig_erofs_dir_size(&e->size, e->node, err) < 0)
			return -1;
	}
	if (ig_erofs_xattr_size(&e->xattrs, inode, &fs->xattrs_lost, err) < 0)
		return -1;
	e->packed = inode->type != IG_FILE && e->size &&
		    e->size <= IG_EROFS_BLOCK - IG_EROFS_INODE &&
		    e->xattrs <= IG_EROFS_BLOCK - IG_EROFS_INODE - e->size;
	return 0;
}

/* What lies together must not cross the end of a block, unless it is longer
 * than one. */
static uint64_t place(struct ig_erofs_inode *e, uint64_t at)
{
	uint64_t len = IG_EROFS_INODE + e->xattrs + (e->packed ? e->size : 0);

	if (at % IG_EROFS_BLOCK + len > IG_EROFS_BLOCK)
		at = round_up(at, IG_EROFS_BLOCK);
	e->at = at;
	return round_up(at + len, IG_EROFS_SLOT);
}

static int place_data(struct ig_erofs *fs, struct ig_erofs_inode *e,
		      struct ig_err *err)
{
	uint64_t n = e->size / IG_EROFS_BLOCK + !!(e->size % IG_EROFS_BLOCK);

	e->block = UINT32_MAX;
	if (e->packed || !n)
		return 0;
	if (n >= UINT32_MAX - fs->blocks)
		return ig_fail(
			err, IG_ELIMIT,
			"the tree is too large for EROFS, which ends at 16 TiB");
	e->block = (uint32_t)fs->blocks;
	fs->blocks += n;
	return 0;
}

static int place_kind(struct ig_erofs *fs, bool files, struct ig_err *err)
{
	for (uint32_t i = 0; i < fs->count; i++) {
		struct ig_erofs_inode *e = &fs->v[i];

		if ((e->node->inode->type == IG_FILE) == files &&
		    place_data(fs, e, err) < 0)
			return -1;
	}
	return 0;
}

int ig_erofs_plan(struct ig_erofs *fs, struct ig_err *err)
{
	uint64_t at = FIRST_INODE;

	for (uint32_t i = 0; i < fs->count; i++) {
		if (measure(fs, &fs->v[i], err) < 0)
			return -1;
		at = place(&fs->v[i], at);
	}
	fs->blocks = round_up(at, IG_EROFS_BLOCK) / IG_EROFS_BLOCK;
	if (place_kind(fs, false, err) < 0)
		return -1;
	fs->meta = fs->blocks * IG_EROFS_BLOCK;
	return place_kind(fs, true, err);
}
