/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/disk.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ext2fs/ext2fs.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>

#include "fs.h"

/*
 * What mke2fs -t ext4 -b 4096 makes, by the library that it is made of. The
 * file is new, so all that is not written is zero: tables of inodes and the
 * journal are left out, and said to be zeroed, so that the kernel does not do
 * it on the first mount.
 */
#define BLOCK_BITS    12u
#define BLOCK	      (1u << BLOCK_BITS)
#define INODE	      256u
#define INODE_RATIO   16384u /* bytes of the volume for each inode */
#define FLEX_BITS     4u     /* 16 groups have their tables together */
#define RESERVED      20u    /* one of these blocks is root's */
#define LOST_BLOCKS   4u     /* 16 KiB for names of what e2fsck finds */
#define SIZE_MAX_EXT4 ((uint64_t)16 << 40)

static int failed(errcode_t code, const char *what, struct ig_err *err)
{
	if (code == ENOMEM || code == EXT2_ET_NO_MEMORY)
		return ig_fail_mem(err);
	if (code > 0 && code < 256)
		return ig_fail_sys(err, (int)code, "ext4: %s", what);
	return ig_fail(err, IG_ESYS, "ext4: %s: %s", what, error_message(code));
}

static void fs_free(ext2_filsys *fs)
{
	if (*fs)
		ext2fs_free(*fs);
	*fs = NULL;
}

static void choose(struct ext2_super_block *param, uint64_t blocks)
{
	param->s_rev_level = EXT2_DYNAMIC_REV;
	param->s_log_block_size = BLOCK_BITS - 10;
	param->s_log_cluster_size = BLOCK_BITS - 10;
	param->s_inode_size = INODE;
	param->s_desc_size = EXT2_MIN_DESC_SIZE_64BIT;
	param->s_log_groups_per_flex = FLEX_BITS;
	param->s_feature_compat = EXT3_FEATURE_COMPAT_HAS_JOURNAL |
				  EXT2_FEATURE_COMPAT_EXT_ATTR |
				  EXT2_FEATURE_COMPAT_RESIZE_INODE |
				  EXT2_FEATURE_COMPAT_DIR_INDEX;
	param->s_feature_incompat =
		EXT2_FEATURE_INCOMPAT_FILETYPE | EXT3_FEATURE_INCOMPAT_EXTENTS |
		EXT4_FEATURE_INCOMPAT_64BIT | EXT4_FEATURE_INCOMPAT_FLEX_BG;
	param->s_feature_ro_compat = EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER |
				     EXT2_FEATURE_RO_COMPAT_LARGE_FILE |
				     EXT4_FEATURE_RO_COMPAT_HUGE_FILE |
				     EXT4_FEATURE_RO_COMPAT_DIR_NLINK |
				     EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE |
				     EXT4_FEATURE_RO_COMPAT_METADATA_CSUM;
	param->s_inodes_count = (uint32_t)(blocks * BLOCK / INODE_RATIO);
	ext2fs_blocks_count_set(param, blocks);
	ext2fs_r_blocks_count_set(param, blocks / RESERVED);
}

/* The library would take the clock and chance for all of these. */
static void fix(ext2_filsys fs, const struct ig_ext4_opts *opts)
{
	struct ext2_super_block *super = fs->super;
	const char *label = opts->label ? opts->label : "";

	fs->now = opts->time > 0 ? (time_t)opts->time : 1;
	fs->umask = 022;
	super->s_mkfs_time = super->s_lastcheck = (uint32_t)fs->now;
	super->s_checkinterval = 0;
	super->s_max_mnt_count = -1;
	super->s_creator_os = EXT2_OS_LINUX;
	super->s_default_mount_opts = EXT2_DEFM_XATTR_USER | EXT2_DEFM_ACL;
	super->s_checksum_type = EXT2_CRC32C_CHKSUM;
	super->s_def_hash_version = EXT2_HASH_HALF_MD4;
	super->s_flags = EXT2_FLAGS_SIGNED_HASH;
	ig_fs_uuid(super->s_uuid, opts->seed, "ext4");
	ig_fs_uuid((unsigned char *)super->s_hash_seed, opts->seed,
		   "ext4 hash");
	memcpy(super->s_volume_name, label, strlen(label));
	ext2fs_init_csum_seed(fs);
}

/* @fd stays the caller's: the library closes what it is given, also when it
 * fails. */
static int begin(ext2_filsys *fs, int fd, uint64_t blocks,
		 const struct ig_ext4_opts *opts, struct ig_err *err)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	struct ext2_super_block param = { 0 };
	char name[16];
	errcode_t code;

	if (copy < 0)
		return ig_fail_sys(err, errno, "ext4: file");
	snprintf(name, sizeof(name), "%d", copy);
	choose(&param, blocks);
	code = ext2fs_initialize(name, EXT2_FLAG_RW | EXT2_FLAG_64BITS, &param,
				 unixfd_io_manager, fs);
	if (code)
		return failed(code, "begin", err);
	fix(*fs, opts);
	return 0;
}

static int add_tables(ext2_filsys fs, struct ig_err *err)
{
	errcode_t code = ext2fs_allocate_tables(fs);

	if (code)
		return failed(code, "tables", err);
	for (dgrp_t i = 0; i < fs->group_desc_count; i++) {
		ext2fs_bg_flags_set(fs, i, EXT2_BG_INODE_ZEROED);
		ext2fs_group_desc_csum_set(fs, i);
	}
	return 0;
}

static int add_folders(ext2_filsys fs, struct ig_err *err)
{
	errcode_t code = ext2fs_mkdir(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, NULL);
	ext2_ino_t lost = 0;

	if (code)
		return failed(code, "root folder", err);
	fs->umask = 077;
	code = ext2fs_mkdir(fs, EXT2_ROOT_INO, 0, "lost+found");
	if (!code)
		code = ext2fs_lookup(fs, EXT2_ROOT_INO, "lost+found", 10, NULL,
				     &lost);
	for (unsigned i = 1; !code && i < LOST_BLOCKS; i++)
		code = ext2fs_expand_dir(fs, lost);
	return code ? failed(code, "lost+found", err) : 0;
}

/* Those below the first that is free, and the list of bad blocks. */
static int add_inodes(ext2_filsys fs, struct ig_err *err)
{
	errcode_t code;

	for (ext2_ino_t i = EXT2_ROOT_INO + 1; i < EXT2_FIRST_INODE(fs->super);
	     i++)
		ext2fs_inode_alloc_stats2(fs, i, 1, 0);
	ext2fs_inode_alloc_stats2(fs, EXT2_BAD_INO, 1, 0);
	code = ext2fs_update_bb_inode(fs, NULL);
	if (code)
		return failed(code, "bad blocks", err);
	code = ext2fs_create_resize_inode(fs);
	return code ? failed(code, "room to grow", err) : 0;
}

static int add_journal(ext2_filsys fs, struct ig_err *err)
{
	int blocks =
		ext2fs_default_journal_size(ext2fs_blocks_count(fs->super));
	errcode_t code;

	if (blocks <= 0)
		return ig_fail(err, IG_ELIMIT, "ext4: no room for a journal");
	code = ext2fs_add_journal_inode2(fs, (blk_t)blocks, ~0ull,
					 EXT2_MKJOURNAL_LAZYINIT);
	return code ? failed(code, "journal", err) : 0;
}

static int check(uint64_t size, const struct ig_ext4_opts *opts,
		 struct ig_err *err)
{
	if (opts->label && strlen(opts->label) > IG_EXT4_LABEL)
		return ig_fail(err, IG_EFORMAT,
			       "ext4: label '%s' is longer than %d",
			       opts->label, IG_EXT4_LABEL);
	if (size < IG_EXT4_MIN)
		return ig_fail(
			err, IG_ELIMIT,
			"an ext4 volume of %llu bytes is too small: with its journal it needs %u",
			(unsigned long long)size, IG_EXT4_MIN);
	if (size > SIZE_MAX_EXT4)
		return ig_fail(
			err, IG_ELIMIT,
			"an ext4 volume of %llu bytes is too large: the most is 16 TiB",
			(unsigned long long)size);
	return 0;
}

int ig_ext4_write(int fd, uint64_t size, const struct ig_ext4_opts *opts,
		  struct ig_err *err)
{
	IG_AUTO(fs_free) ext2_filsys fs = NULL;
	errcode_t code;

	if (check(size, opts, err) < 0)
		return -1;
	if (ftruncate(fd, (off_t)size) < 0)
		return ig_fail_sys(err, errno, "ext4: set the size");
	initialize_ext2_error_table();
	if (begin(&fs, fd, size / BLOCK, opts, err) < 0 ||
	    add_tables(fs, err) < 0 || add_folders(fs, err) < 0 ||
	    add_inodes(fs, err) < 0 || add_journal(fs, err) < 0)
		return -1;
	code = ext2fs_close_free(&fs);
	return code ? failed(code, "finish", err) : 0;
}
