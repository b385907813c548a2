/* SPDX-License-Identifier: Apache-2.0 */
#include "squashfs.h"

#include <stdlib.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/tree.h>

#include "fs.h"

/*
 * squashfs 4.0 by libsquashfs. Its block processor compresses on many threads
 * and writes in the order of asking, so bytes do not depend on their number.
 */
#define BLOCK	      SQFS_DEFAULT_BLOCK_SIZE
#define PAD	      4096u
#define DEFAULT_LEVEL 3
#define CHUNK	      (256u << 10)

static int make_compressors(struct ig_sqfs *fs)
{
	sqfs_compressor_config_t cfg;
	int ret = sqfs_compressor_config_init(&cfg, SQFS_COMP_ZSTD, BLOCK, 0);

	if (ret)
		return ret;
	cfg.level = fs->opts->level ? (uint32_t)fs->opts->level : DEFAULT_LEVEL;
	ret = sqfs_compressor_create(&cfg, &fs->cmp);
	if (ret)
		return ret;
	cfg.flags |= SQFS_COMP_FLAG_UNCOMPRESS;
	return sqfs_compressor_create(&cfg, &fs->uncmp);
}

/* Equal fragments are found by a hash of 32 bits; with .file and .uncmp they
 * are compared, too. */
static int make_processor(struct ig_sqfs *fs)
{
	sqfs_block_processor_desc_t desc = {
		.size = sizeof(desc),
		.max_block_size = BLOCK,
		.num_workers = ig_threads(),
		.max_backlog = 10 * ig_threads(),
		.cmp = fs->cmp,
		.wr = fs->blocks,
		.tbl = fs->frags,
		.file = &fs->file.base,
		.uncmp = fs->uncmp,
	};

	return sqfs_block_processor_create_ex(&desc, &fs->data);
}

static int make_writers(struct ig_sqfs *fs)
{
	int ret = make_compressors(fs);

	if (ret)
		return ret;
	fs->blocks = sqfs_block_writer_create(&fs->file.base, PAD, 0);
	fs->frags = sqfs_frag_table_create(0);
	fs->ids = sqfs_id_table_create(0);
	fs->xattrs = sqfs_xattr_writer_create(0);
	fs->inodes = sqfs_meta_writer_create(&fs->file.base, fs->cmp, 0);
	fs->dirs = sqfs_meta_writer_create(&fs->file.base, fs->cmp,
					   SQFS_META_WRITER_KEEP_IN_MEMORY);
	if (!fs->blocks || !fs->frags || !fs->ids || !fs->xattrs ||
	    !fs->inodes || !fs->dirs)
		return SQFS_ERROR_ALLOC;
	fs->dir = sqfs_dir_writer_create(fs->dirs,
					 SQFS_DIR_WRITER_CREATE_EXPORT_TABLE);
	return fs->dir ? make_processor(fs) : SQFS_ERROR_ALLOC;
}

static int begin(struct ig_sqfs *fs)
{
	uint64_t time = ig_fs_image_time(fs->opts, UINT32_MAX);
	int ret = sqfs_super_init(&fs->super, BLOCK, (uint32_t)time,
				  SQFS_COMP_ZSTD);

	if (!ret)
		ret = sqfs_super_write(&fs->super, &fs->file.base);
	if (!ret)
		ret = make_writers(fs);
	if (ret)
		return ret;
	ret = fs->cmp->write_options(fs->cmp, &fs->file.base);
	if (ret > 0)
		fs->super.flags |= SQFS_FLAG_COMPRESSOR_OPTIONS;
	return ret < 0 ? ret : 0;
}

/* Number the inodes, in the order of the walk. */
static int number(struct ig_sqfs *fs, struct ig_err *err)
{
	fs->count = ig_fs_number(fs->tree);
	fs->files = calloc((size_t)fs->count + 1, sizeof(*fs->files));
	fs->refs = malloc(((size_t)fs->count + 1) * sizeof(*fs->refs));
	if (!fs->files || !fs->refs)
		return ig_fail_mem(err);
	for (size_t i = 0; i <= fs->count; i++)
		fs->refs[i] = UINT64_MAX;
	return 0;
}

static int append(struct ig_sqfs *fs, const struct ig_inode *inode, char *buf,
		  struct ig_err *err)
{
	int ret = 0;

	if (inode->mem && inode->size)
		ret = sqfs_block_processor_append(fs->data, inode->mem,
						  (size_t)inode->size);
	for (uint64_t at = 0; !inode->mem && at < inode->size && !ret;) {
		uint64_t left = inode->size - at;
		size_t n = left < CHUNK ? (size_t)left : CHUNK;

		if (ig_pread_all(inode->fd, buf, n, inode->off + at, err) < 0)
			return -1;
		ret = sqfs_block_processor_append(fs->data, buf, n);
		at += n;
	}
	return ret ? ig_sqfs_fail(fs, ret, err) : 0;
}

static int put_data(struct ig_sqfs *fs, struct ig_err *err)
{
	ig_autofree char *buf = malloc(CHUNK);
	const struct ig_node *n = ig_tree_root(fs->tree);
	int ret;

	if (!buf)
		return ig_fail_mem(err);
	for (; n; n = ig_node_next(n)) {
		sqfs_inode_generic_t **slot = &fs->files[n->inode->mark];

		if (n->inode->type != IG_FILE || *slot)
			continue;
		if (ig_cancelled())
			return ig_fail_cancel(err);
		ret = sqfs_block_processor_begin_file(fs->data, slot, NULL, 0);
		if (ret)
			return ig_sqfs_fail(fs, ret, err);
		if (append(fs, n->inode, buf, err) < 0)
			return -1;
		ret = sqfs_block_processor_end_file(fs->data);
		if (ret)
			return ig_sqfs_fail(fs, ret, err);
	}
	ret = sqfs_block_processor_finish(fs->data);
	return ret ? ig_sqfs_fail(fs, ret, err) : 0;
}

static int put_tables(struct ig_sqfs *fs)
{
	sqfs_file_t *file = &fs->file.base;
	uint32_t root = ig_tree_root(fs->tree)->inode->mark;
	int ret = sqfs_meta_writer_flush(fs->inodes);

	if (!ret)
		ret = sqfs_meta_writer_flush(fs->dirs);
	fs->super.directory_table_start = fs->file.size;
	if (!ret)
		ret = sqfs_meta_write_write_to_file(fs->dirs);
	if (!ret)
		ret = sqfs_frag_table_write(fs->frags, file, &fs->super,
					    fs->cmp);
	if (!ret)
		ret = sqfs_dir_writer_write_export_table(
			fs->dir, file, fs->cmp, root, fs->super.root_inode_ref,
			&fs->super);
	if (!ret)
		ret = sqfs_id_table_write(fs->ids, file, &fs->super, fs->cmp);
	if (!ret)
		ret = sqfs_xattr_writer_flush(fs->xattrs, file, &fs->super,
					      fs->cmp);
	return ret;
}

static int finish(struct ig_sqfs *fs)
{
	sqfs_file_t *file = &fs->file.base;
	int ret = put_tables(fs);

	if (ret)
		return ret;
	fs->super.inode_count = fs->count;
	fs->super.bytes_used = fs->file.size;
	ret = sqfs_super_write(&fs->super, file);
	if (ret)
		return ret;
	return file->truncate(file, (fs->file.size + PAD - 1) / PAD * PAD);
}

static void sqfs_done(struct ig_sqfs *fs)
{
	sqfs_destroy(fs->data); /* its threads use what follows */
	sqfs_destroy(fs->dir);
	sqfs_destroy(fs->dirs);
	sqfs_destroy(fs->inodes);
	sqfs_destroy(fs->xattrs);
	sqfs_destroy(fs->ids);
	sqfs_destroy(fs->frags);
	sqfs_destroy(fs->blocks);
	sqfs_destroy(fs->uncmp);
	sqfs_destroy(fs->cmp);
	for (size_t i = 0; fs->files && i <= fs->count; i++)
		sqfs_free(fs->files[i]);
	free(fs->files);
	free(fs->refs);
}

int ig_squashfs_write(int fd, struct ig_tree *tree,
		      const struct ig_fs_opts *opts, struct ig_err *err)
{
	IG_AUTO(sqfs_done) struct ig_sqfs fs = { .opts = opts, .tree = tree };
	int ret;

	if (opts->level < 0 || opts->level > SQFS_ZSTD_MAX_LEVEL)
		return ig_fail(err, IG_EUSAGE,
			       "zstd has levels from 1 to %d, not %d",
			       SQFS_ZSTD_MAX_LEVEL, opts->level);
	ig_sqfs_file_init(&fs.file, fd);
	ret = begin(&fs);
	if (ret)
		return ig_sqfs_fail(&fs, ret, err);
	if (number(&fs, err) < 0 || put_data(&fs, err) < 0)
		return -1;
	fs.super.inode_table_start = fs.file.size;
	if (ig_sqfs_inodes(&fs, err) < 0)
		return -1;
	ret = finish(&fs);
	if (ret)
		return ig_sqfs_fail(&fs, ret, err);
	if (fs.xattrs_lost)
		ig_warn("squashfs: left out %zu extended attributes that are not user, trusted or security",
			fs.xattrs_lost);
	return 0;
}
