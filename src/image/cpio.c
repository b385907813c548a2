/* SPDX-License-Identifier: Apache-2.0 */
#include "cpio.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#define HEADER_LEN 110
#define TRAILER	   "TRAILER!!!"
/* The kernel's unpacker drops longer names in silence (PATH_MAX with NUL). */
#define NAME_LIMIT 4095

static const uint32_t type_bits[] = {
	[IG_DIR] = 0040000,  [IG_FILE] = 0100000,  [IG_SYMLINK] = 0120000,
	[IG_CHAR] = 0020000, [IG_BLOCK] = 0060000, [IG_FIFO] = 0010000,
};

struct fields {
	uint32_t ino, mode, uid, gid, nlink, mtime, size;
	struct ig_cpio_dev dev;
	uint32_t rmajor, rminor;
};

static int write_header(struct ig_sink *out, const struct fields *f,
			const char *name, struct ig_err *err)
{
	char head[HEADER_LEN + 1];
	size_t len = strlen(name) + 1;

	snprintf(head, sizeof(head),
		 "070701%08" PRIx32 "%08" PRIx32 "%08" PRIx32 "%08" PRIx32
		 "%08" PRIx32 "%08" PRIx32 "%08" PRIx32 "%08" PRIx32
		 "%08" PRIx32 "%08" PRIx32 "%08" PRIx32 "%08x%08x",
		 f->ino, f->mode, f->uid, f->gid, f->nlink, f->mtime, f->size,
		 f->dev.major, f->dev.minor, f->rmajor, f->rminor,
		 (unsigned)len, 0u);
	if (ig_sink_write(out, head, HEADER_LEN, err) < 0 ||
	    ig_sink_write(out, name, len, err) < 0)
		return -1;
	return ig_sink_zero(out, (4 - (HEADER_LEN + len) % 4) % 4, err);
}

static uint32_t cpio_time(int64_t seconds)
{
	if (seconds < 0)
		return 0;
	return seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

struct ig_cpio_dev ig_cpio_dev(const char *key)
{
	struct ig_cpio_dev dev = { 3, 1 };
	char digits[9] = "";
	unsigned long n;

	/* Names link when (major, minor, ino) are equal, and there is no
	 * trailer between the archives of an initrd that would forget them:
	 * so each archive is a device of its own. GNU cpio builds a dev_t of
	 * 12 and 20 bits: stay below. */
	if (!key)
		return dev;
	memcpy(digits, key, 8);
	n = strtoul(digits, NULL, 16);
	dev.major = (uint32_t)(n >> 20);
	dev.minor = (uint32_t)(n & 0xfffff);
	return dev;
}

uint64_t ig_cpio_size(const struct ig_entry_ref *ref)
{
	const struct ig_inode *inode = ig_walk_inode(ref);

	return HEADER_LEN + 64 +
	       (inode->type == IG_FILE && ref->last ? inode->size : 0);
}

static int write_data(struct ig_sink *out, const struct ig_inode *inode,
		      uint32_t size, struct ig_err *err)
{
	if (inode->type == IG_SYMLINK) {
		if (ig_sink_write(out, inode->link, size, err) < 0)
			return -1;
	} else if (ig_inode_write(out, inode, err) < 0) {
		return -1;
	}
	return ig_sink_zero(out, (4 - size % 4) % 4, err);
}

int ig_cpio_entry(struct ig_sink *out, const struct ig_walk *walk,
		  const struct ig_entry_ref *ref, struct ig_cpio_dev dev,
		  struct ig_err *err)
{
	const struct ig_inode *inode = ig_walk_inode(ref);
	char path[IG_PATH_ROOM];
	struct fields f = { .ino = ref->ino,
			    .uid = inode->uid,
			    .gid = inode->gid,
			    .dev = dev,
			    .rmajor = inode->major,
			    .rminor = inode->minor };

	if (ig_walk_path(path, walk, ref, err) < 0)
		return -1;
	f.mode = type_bits[inode->type] | (inode->mode & 07777);
	f.nlink = inode->type == IG_DIR ? 2 : inode->nlink;
	f.mtime = cpio_time(ig_walk_time(walk, inode));
	if (inode->type == IG_SYMLINK)
		f.size = (uint32_t)strlen(inode->link);
	else if (inode->type == IG_FILE && ref->last)
		f.size = (uint32_t)inode->size;
	if (write_header(out, &f, path, err) < 0)
		return -1;
	return f.size ? write_data(out, inode, f.size, err) : 0;
}

int ig_cpio_check(const struct ig_walk *walk, struct ig_err *err)
{
	char path[IG_PATH_ROOM];
	size_t xattrs = 0;

	for (size_t i = 0; i < walk->n; i++) {
		const struct ig_inode *inode = ig_walk_inode(&walk->v[i]);

		if (ig_walk_path(path, walk, &walk->v[i], err) < 0)
			return -1;
		if (strlen(path) > NAME_LIMIT)
			return ig_fail(
				err, IG_ELIMIT,
				"path of %zu bytes: an initramfs holds at most %d: '%.60s…'",
				strlen(path), NAME_LIMIT, path);
		if (inode->type == IG_FILE && inode->size > UINT32_MAX)
			return ig_fail(
				err, IG_ELIMIT,
				"'%s' has %" PRIu64
				" bytes: an initramfs holds files below 4 GiB",
				path, inode->size);
		if (!inode->xattrs_n)
			continue;
		if (!xattrs++)
			ig_warn("'%s' has the extended attribute %s, which an initramfs cannot hold: it is left out",
				path, inode->xattrs[0].name);
	}
	if (xattrs > 1)
		ig_warn("%zu more files lose extended attributes", xattrs - 1);
	return 0;
}

int ig_cpio_write(struct ig_sink *out, const struct ig_tree *tree,
		  const struct ig_encode_opts *opts, struct ig_err *err)
{
	IG_AUTO(ig_walk_done) struct ig_walk walk;

	if (ig_walk_init(&walk, tree, opts, err) < 0 ||
	    ig_cpio_check(&walk, err) < 0)
		return -1;
	for (size_t i = 0; i < walk.n; i++)
		if (ig_cpio_entry(out, &walk, &walk.v[i],
				  ig_cpio_dev(opts->key), err) < 0)
			return -1;
	return 0;
}

/* NOLINTNEXTLINE(readability-function-size): it is all that a file has. */
int ig_cpio_file(struct ig_sink *out, const char *path, uint32_t mode,
		 int64_t mtime, const void *data, size_t len,
		 struct ig_err *err)
{
	struct fields f = { .ino = 0,
			    .mode = 0100000 | (mode & 07777),
			    .nlink = 1,
			    .mtime = cpio_time(mtime),
			    .size = (uint32_t)len };

	if (len > UINT32_MAX)
		return ig_fail(err, IG_ELIMIT, "'%s' is too large", path);
	if (write_header(out, &f, path, err) < 0 ||
	    ig_sink_write(out, data, len, err) < 0)
		return -1;
	return ig_sink_zero(out, (4 - len % 4) % 4, err);
}

int ig_cpio_end(struct ig_sink *out, uint64_t written, struct ig_err *err)
{
	struct fields f = { .nlink = 1 };
	uint64_t len = HEADER_LEN + sizeof(TRAILER);

	if (write_header(out, &f, TRAILER, err) < 0)
		return -1;
	len = (len + 3) / 4 * 4;
	return ig_sink_zero(out, (512 - (written + len) % 512) % 512, err);
}
