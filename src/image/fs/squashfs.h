/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_SQUASHFS_H
#define IG_IMAGE_SQUASHFS_H

#include <stddef.h>
#include <stdint.h>

#include <sqfs/block_processor.h>
#include <sqfs/block_writer.h>
#include <sqfs/compressor.h>
#include <sqfs/dir_writer.h>
#include <sqfs/error.h>
#include <sqfs/frag_table.h>
#include <sqfs/id_table.h>
#include <sqfs/inode.h>
#include <sqfs/io.h>
#include <sqfs/meta_writer.h>
#include <sqfs/super.h>
#include <sqfs/xattr_writer.h>

struct ig_err;
struct ig_fs_opts;
struct ig_tree;

/* libsquashfs' idea of an output file, over a descriptor. */
struct ig_sqfs_file {
	sqfs_file_t base;
	int fd; /* borrowed */
	uint64_t size;
	int sys; /* errno of what failed, or 0 */
};

void ig_sqfs_file_init(struct ig_sqfs_file *file, int fd);

/* One image in the making. Arrays are indexed by the inode's mark, which is
 * its number from 1. */
struct ig_sqfs {
	const struct ig_fs_opts *opts;
	struct ig_tree *tree;
	struct ig_sqfs_file file;
	sqfs_super_t super;
	sqfs_compressor_t *cmp, *uncmp;
	sqfs_block_writer_t *blocks;
	sqfs_frag_table_t *frags;
	sqfs_block_processor_t *data;
	sqfs_id_table_t *ids;
	sqfs_xattr_writer_t *xattrs;
	sqfs_meta_writer_t *inodes, *dirs;
	sqfs_dir_writer_t *dir;
	uint32_t count;		      /* inodes */
	sqfs_inode_generic_t **files; /* of regular files */
	uint64_t *refs;		      /* where each inode was written; 0: not */
	size_t xattrs_lost;
};

/** ig_sqfs_fail() - @code of libsquashfs as an error. */
int ig_sqfs_fail(const struct ig_sqfs *fs, int code, struct ig_err *err);

/** ig_sqfs_inodes() - the inode and directory tables; the data is written. */
int ig_sqfs_inodes(struct ig_sqfs *fs, struct ig_err *err);

#endif
