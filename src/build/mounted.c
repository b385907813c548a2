/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "build_internal.h"
#include "guest_keys.h"

/*
 * The mounted layout: of an image the initrd has one file, PREFIX.squashfs,
 * and the empty folder PREFIX, on which our PID 1 mounts it.
 */

/* squashfs does not get smaller. Of what cannot be compressed zstd and
 * deflate only make blocks that are stored, which is quick both ways; the
 * initrd stays compressed pieces from end to end, one archive. */
#define STORED_LEVEL 1

/* A loop device has whole sectors, and the kernel reads whole pages. */
#define BLOCK 4096u

bool ig_is_mounted(const struct ig_plan *plan, const struct ig_part *part)
{
	return plan->opts.layout == IG_LAYOUT_MOUNTED &&
	       part->kind == IG_PART_IMAGE;
}

/* ---- what cannot be ---- */

bool ig_mounted_can(const struct ig_spec *spec, const struct ig_lock *lock)
{
	return ig_init_has(spec, lock, IG_INIT_MOUNTS);
}

/* "PREFIX", "PREFIX/…" or "PREFIX.squashfs" */
static bool is_covered(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	path += strspn(path, "/");
	if (strncmp(path, prefix, len) != 0)
		return false;
	return path[len] == '/' || !path[len] ||
	       ig_streq(path + len, IG_MOUNTED_END);
}

static int check_file(const struct ig_plan *plan, size_t i, struct ig_err *err)
{
	const struct ig_file *file = &plan->spec->files[i];

	for (size_t k = 0; k < plan->parts_n; k++) {
		const struct ig_part *part = &plan->parts[k];

		if (!ig_is_mounted(plan, part) ||
		    !is_covered(file->path, part->prefix))
			continue;
		return ig_fail(
			err, IG_ESPEC,
			"%s:%d:%d: files[%zu]: '%s' would lie below the image of %s, which is mounted there: build with --layout unpacked, or bind the file",
			file->pos.file, file->pos.line, file->pos.col,
			file->pos.index, file->path, part->source);
	}
	return 0;
}

int ig_mounted_check(const struct ig_plan *plan, struct ig_err *err)
{
	const struct ig_spec *spec = plan->spec;
	const struct ig_pos none = { 0 };
	const struct ig_pos *pos = spec->init_n ? &spec->init[0].pos : &none;

	if (plan->opts.layout != IG_LAYOUT_MOUNTED)
		return 0;
	if (!spec->init_n)
		return ig_fail(
			err, IG_ESPEC,
			"--layout mounted: the spec has no init, which would mount the images: add ingot's, or build with --layout unpacked");
	if (!ig_mounted_can(spec, plan->lock))
		return ig_fail(
			err, IG_ESPEC,
			"%s:%d:%d: init: --layout mounted: no image of it says that it mounts images (label %s, %u or more): add ingot's init, or build with --layout unpacked",
			pos->file, pos->line, pos->col, IG_INIT_LABEL,
			IG_INIT_MOUNTS);
	for (size_t i = 0; i < spec->files_n; i++)
		if (check_file(plan, i, err) < 0)
			return -1;
	return 0;
}

/* ---- a part of it ---- */

static int pad(struct ig_inode *file, int fd, struct ig_err *err)
{
	uint64_t size;

	if (ig_size_of(&size, fd, err) < 0)
		return -1;
	size = (size + BLOCK - 1) / BLOCK * BLOCK;
	if (ftruncate(fd, (off_t)size) < 0)
		return ig_fail_sys(err, errno, "lengthen the squashfs");
	file->size = size;
	file->fd = fd;
	return 0;
}

static int put(struct ig_tree *tree, enum ig_type type, const char *name,
	       const struct ig_inode *like, struct ig_err *err)
{
	struct ig_inode *inode = ig_tree_inode(tree, type, err);

	if (!inode)
		return -1;
	inode->mode = like->mode;
	inode->mtime = IG_FIXED_TIME;
	inode->size = like->size;
	inode->fd = like->fd;
	return ig_tree_put(tree, ig_tree_root(tree), name, strlen(name), inode,
			   err)
		       ? 0
		       : -1;
}

/* What lies in the initrd of the image at @prefix: the file, and where it is
 * mounted. @dir receives the folder that both are in. */
static int wrap(struct ig_tree *tree, char **dir, const char *prefix, int fd,
		struct ig_err *err)
{
	const char *base = strrchr(prefix, '/') + 1;
	ig_autofree char *name = ig_format(err, "%s" IG_MOUNTED_END, base);
	struct ig_inode folder = { .mode = 0755, .fd = -1 };
	struct ig_inode file = { .mode = 0444 };

	*dir = ig_strcopy(prefix, (size_t)(base - prefix) - 1);
	if (!*dir)
		return ig_fail_mem(err);
	ig_tree_root(tree)->inode->mode = 0755;
	ig_tree_root(tree)->inode->mtime = IG_FIXED_TIME;
	if (!name || pad(&file, fd, err) < 0 ||
	    put(tree, IG_DIR, base, &folder, err) < 0 ||
	    put(tree, IG_FILE, name, &file, err) < 0)
		return -1;
	return ig_tree_sort(tree, err);
}

int ig_mounted_write(int fd, const struct ig_plan *plan,
		     const struct ig_part *part, struct ig_store *store,
		     struct ig_tree *image, struct ig_err *err)
{
	const struct ig_plan_opts *o = &plan->opts;
	const bool zstd = o->codec == IG_CODEC_ZSTD;
	const struct ig_fs_opts fs = { .seed = part->key,
				       .max_time = o->max_time,
				       .level = zstd ? o->level : 0 };
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	ig_autofree char *dir = NULL;
	struct ig_encode_opts opts = { .parents = true,
				       .root = true,
				       .max_time = o->max_time,
				       .key = part->key };

	if (!tree || ig_spool_init(&spool, store, err) < 0 ||
	    ig_squashfs_write(spool.fd, image, &fs, err) < 0 ||
	    wrap(tree, &dir, part->prefix, spool.fd, err) < 0)
		return -1;
	opts.prefix = dir;
	return ig_cpio_parts(fd, tree, &opts, o->codec,
			     o->codec == IG_CODEC_NONE ? 0 : STORED_LEVEL, err);
}
