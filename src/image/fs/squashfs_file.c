/* SPDX-License-Identifier: Apache-2.0 */
#include "squashfs.h"

#include <errno.h>
#include <unistd.h>

#include <ingot/err.h>

static struct ig_sqfs_file *of(sqfs_file_t *base)
{
	return (struct ig_sqfs_file *)base;
}

static int failed(struct ig_sqfs_file *file, int sys)
{
	file->sys = sys;
	return SQFS_ERROR_IO;
}

static int read_at(sqfs_file_t *base, sqfs_u64 off, void *data, size_t len)
{
	struct ig_sqfs_file *file = of(base);
	char *to = data;

	while (len) {
		ssize_t n = pread(file->fd, to, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(file, errno);
		if (!n)
			return SQFS_ERROR_OUT_OF_BOUNDS;
		to += n;
		off += (sqfs_u64)n;
		len -= (size_t)n;
	}
	return 0;
}

static int write_at(sqfs_file_t *base, sqfs_u64 off, const void *data,
		    size_t len)
{
	struct ig_sqfs_file *file = of(base);
	const char *from = data;

	while (len) {
		ssize_t n = pwrite(file->fd, from, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failed(file, errno);
		from += n;
		off += (sqfs_u64)n;
		len -= (size_t)n;
	}
	if (off > file->size)
		file->size = off;
	return 0;
}

static sqfs_u64 get_size(const sqfs_file_t *base)
{
	return ((const struct ig_sqfs_file *)base)->size;
}

static int set_size(sqfs_file_t *base, sqfs_u64 size)
{
	struct ig_sqfs_file *file = of(base);

	if (ftruncate(file->fd, (off_t)size) < 0)
		return failed(file, errno);
	file->size = size;
	return 0;
}

static void destroy(sqfs_object_t *base)
{
	(void)base; /* part of struct ig_sqfs */
}

void ig_sqfs_file_init(struct ig_sqfs_file *file, int fd)
{
	*file = (struct ig_sqfs_file){
		.base = { .base = { .destroy = destroy },
			  .read_at = read_at,
			  .write_at = write_at,
			  .get_size = get_size,
			  .truncate = set_size },
		.fd = fd,
	};
}

int ig_sqfs_fail(const struct ig_sqfs *fs, int code, struct ig_err *err)
{
	switch (code) {
	case SQFS_ERROR_ALLOC:
		return ig_fail_mem(err);
	case SQFS_ERROR_IO:
		return ig_fail_sys(err, fs->file.sys, "write the squashfs");
	case SQFS_ERROR_OVERFLOW:
	case SQFS_ERROR_OUT_OF_BOUNDS:
		return ig_fail(err, IG_ELIMIT,
			       "the tree is too large for squashfs");
	default:
		return ig_fail(err, IG_EFORMAT,
			       "libsquashfs refused the tree, error %d", code);
	}
}
