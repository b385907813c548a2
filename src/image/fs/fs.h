/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_FS_H
#define IG_IMAGE_FS_H

#include <stdint.h>

struct ig_fs_opts;
struct ig_inode;
struct ig_tree;

/** ig_fs_uuid() - as ig_seed_uuid(), in the byte order of RFC 9562. */
void ig_fs_uuid(unsigned char out[16], const char *seed, const char *use);

/** ig_fs_number() - number the inodes of @tree from 1 in the order of the walk,
 * in their marks. Returns how many there are. */
uint32_t ig_fs_number(struct ig_tree *tree);

/** ig_fs_mode() - @inode's st_mode: type and permissions. */
uint16_t ig_fs_mode(const struct ig_inode *inode);
/** ig_fs_dev() - a device number as the kernel puts it on disk. */
uint32_t ig_fs_dev(const struct ig_inode *inode);
/** ig_fs_time() - mtime, not before 1970 and not after @max. */
int64_t ig_fs_time(const struct ig_inode *inode, int64_t max);
/** ig_fs_image_time() - the time that is the image's own: the limit of all
 * others, or 0 when that is over @most. */
uint64_t ig_fs_image_time(const struct ig_fs_opts *opts, int64_t most);

#endif
