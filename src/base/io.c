/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/io.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define COPY_SIZE ((size_t)256 * 1024)
#define COPY_MOST ((uint64_t)1 << 30) /* one system call, to stay killable */

int ig_write_all(int fd, const void *data, size_t len, struct ig_err *err)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ig_fail_sys(err, errno, "write");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t ig_read_some(int fd, void *data, size_t len, struct ig_err *err)
{
	for (;;) {
		ssize_t n = read(fd, data, len);

		if (n >= 0)
			return n;
		if (errno != EINTR)
			return ig_fail_sys(err, errno, "read");
	}
}

int ig_pread_all(int fd, void *data, size_t len, uint64_t off,
		 struct ig_err *err)
{
	char *p = data;

	if (off > INT64_MAX || len > INT64_MAX - off)
		return ig_fail(err, IG_EFORMAT, "offset is too large");
	while (len > 0) {
		ssize_t n = pread(fd, p, len, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ig_fail_sys(err, errno, "read");
		if (n == 0)
			return ig_fail(err, IG_EFORMAT,
				       "the file ends %zu bytes too early",
				       len);
		p += n;
		len -= (size_t)n;
		off += (uint64_t)n;
	}
	return 0;
}

/* Whether the kernel cannot copy between these two, but reading may work. */
static bool cannot_share(int sys)
{
	return sys == EXDEV || sys == EINVAL || sys == ENOSYS ||
	       sys == EOPNOTSUPP || sys == EPERM || sys == EBADF;
}

static int copy_by_reading(int out, int in, uint64_t off, uint64_t len,
			   struct ig_err *err)
{
	ig_autofree char *data = malloc(COPY_SIZE);

	if (!data)
		return ig_fail_mem(err);
	while (len > 0) {
		size_t step = len < COPY_SIZE ? (size_t)len : COPY_SIZE;

		if (ig_pread_all(in, data, step, off, err) < 0 ||
		    ig_write_all(out, data, step, err) < 0)
			return -1;
		off += step;
		len -= step;
	}
	return 0;
}

int ig_copy_range(int out, int in, uint64_t off, uint64_t len,
		  struct ig_err *err)
{
	if (off > INT64_MAX || len > INT64_MAX - off)
		return ig_fail(err, IG_EFORMAT, "offset is too large");
	while (len > 0) {
		uint64_t step = len < COPY_MOST ? len : COPY_MOST;
		off_t pos = (off_t)off;
		ssize_t n =
			copy_file_range(in, &pos, out, NULL, (size_t)step, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && !cannot_share(errno))
			return ig_fail_sys(err, errno, "copy");
		/* Some file systems give 0 for what read() would give. */
		if (n <= 0)
			return copy_by_reading(out, in, off, len, err);
		off += (uint64_t)n;
		len -= (uint64_t)n;
	}
	return 0;
}

int ig_size_of(uint64_t *out, int fd, struct ig_err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return ig_fail_sys(err, errno, "stat");
	if (!S_ISREG(st.st_mode))
		return ig_fail(err, IG_EFORMAT, "not a regular file");
	*out = (uint64_t)st.st_size;
	return 0;
}

static int read_all(struct ig_buf *buf, int fd, uint64_t size,
		    struct ig_err *err)
{
	/* The size is a hint: files in /proc say 0, others may grow. */
	size_t step = size < SIZE_MAX / 2 ? (size_t)size + 1 : 1;

	if (step < 4096)
		step = 4096;
	for (;;) {
		size_t room = buf->max - buf->len;
		char extra;
		ssize_t n;

		if (room == 0) {
			n = ig_read_some(fd, &extra, 1, err);
			if (n <= 0)
				return (int)n;
			return ig_fail(err, IG_ELIMIT, "more than %zu bytes",
				       buf->max);
		}
		if (step > room)
			step = room;
		if (ig_buf_reserve(buf, step, err) < 0)
			return -1;
		n = ig_read_some(fd, buf->data + buf->len, step, err);
		if (n <= 0)
			return (int)n;
		buf->len += (size_t)n;
		buf->data[buf->len] = '\0';
	}
}

int ig_read_file(struct ig_buf *buf, int dirfd, const char *path,
		 struct ig_err *err)
{
	/* O_NONBLOCK: a FIFO must not stop us before we see what it is. */
	ig_autofd int fd = openat(dirfd, path,
				  O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	uint64_t size;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) {
		ig_fail_sys(err, errno, "open '%s'", path);
		err->code = IG_ENOENT;
		return -1;
	}
	if (fd < 0)
		return ig_fail_sys(err, errno, "open '%s'", path);
	if (ig_size_of(&size, fd, err) < 0)
		return ig_wrap(err, "'%s'", path);
	if (size > buf->max - buf->len)
		return ig_fail(err, IG_ELIMIT, "'%s' has more than %zu bytes",
			       path, buf->max - buf->len);
	if (read_all(buf, fd, size, err) < 0)
		return ig_wrap(err, "'%s'", path);
	return 0;
}

static int make_dir(const char *path, mode_t mode, struct ig_err *err)
{
	struct stat st;
	int sys;

	if (mkdir(path, mode) == 0)
		return 0;
	sys = errno;
	/* EROFS and EACCES too are said of folders that exist. */
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return ig_fail_sys(err, sys, "make folder '%s'", path);
}

int ig_mkdirs(const char *path, mode_t mode, struct ig_err *err)
{
	ig_autofree char *copy = ig_strdup(path, err);

	if (!copy)
		return -1;
	if (!copy[0])
		return ig_fail_sys(err, ENOENT, "make folder ''");
	for (char *p = copy + 1; *p; p++) {
		if (*p != '/' || p[-1] == '/')
			continue;
		*p = '\0';
		if (make_dir(copy, mode, err) < 0)
			return -1;
		*p = '/';
	}
	return make_dir(copy, mode, err);
}
