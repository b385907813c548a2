/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_EROFS_H
#define IG_IMAGE_EROFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_fs_opts;
struct ig_inode;
struct ig_node;

#define IG_EROFS_BLOCK 4096u
#define IG_EROFS_INODE 64u /* the extended kind: 64-bit times, large ids */
#define IG_EROFS_SLOT  32u /* inodes are named by their place in these */

/* An inode and where it goes. */
struct ig_erofs_inode {
	const struct ig_node *node; /* first name */
	uint64_t at;		    /* byte of the image */
	uint64_t size;
	uint32_t xattrs; /* bytes behind the inode */
	uint32_t links;
	uint32_t block; /* of the data, when not packed */
	bool packed;	/* data right behind the xattrs */
};

struct ig_erofs {
	const struct ig_fs_opts *opts;
	struct ig_erofs_inode *v; /* by mark - 1 */
	uint32_t count;
	uint64_t meta; /* bytes of superblock, inodes and directories */
	uint64_t blocks;
	size_t xattrs_lost;
};

/** ig_erofs_plan() - everything's place. @fs->v has one element an inode, its
 * node set. */
int ig_erofs_plan(struct ig_erofs *fs, struct ig_err *err);
/** ig_erofs_fill() - superblock, inodes, directories into @meta, zeroed. */
int ig_erofs_fill(const struct ig_erofs *fs, unsigned char *meta,
		  struct ig_err *err);

/** ig_erofs_dir_size() - of the directory @dir, whose children are sorted. */
int ig_erofs_dir_size(uint64_t *out, const struct ig_node *dir,
		      struct ig_err *err);
int ig_erofs_dir_fill(const struct ig_erofs *fs, const struct ig_node *dir,
		      unsigned char *at, struct ig_err *err);

/** ig_erofs_xattr_size() - bytes that @inode's need, 0 without any; *@lost
 * grows by those that EROFS has no room for. */
int ig_erofs_xattr_size(uint32_t *out, const struct ig_inode *inode,
			size_t *lost, struct ig_err *err);
void ig_erofs_xattr_fill(const struct ig_inode *inode, unsigned char *at);

#endif
