/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/stream.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>

#define SLURP_STEP ((size_t)64 * 1024)

ssize_t ig_source_read(struct ig_source *src, void *data, size_t len,
		       struct ig_err *err)
{
	if (len == 0)
		return 0;
	return src->ops->read(src, data, len, err);
}

ssize_t ig_source_fill(struct ig_source *src, void *data, size_t len,
		       struct ig_err *err)
{
	char *to = data;
	size_t have = 0;

	while (have < len) {
		ssize_t got = ig_source_read(src, to + have, len - have, err);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

void ig_source_close(struct ig_source *src)
{
	int saved = errno;

	if (src)
		src->ops->close(src);
	errno = saved;
}

void ig_source_closep(struct ig_source **src)
{
	ig_source_close(*src);
	*src = NULL;
}

/* Zeroed memory for a source that begins with a struct ig_source. */
static void *source_new(size_t size, const struct ig_source_ops *ops,
			struct ig_err *err)
{
	struct ig_source *src = calloc(1, size);

	if (!src) {
		ig_fail_mem(err);
		return NULL;
	}
	src->ops = ops;
	return src;
}

static void plain_close(struct ig_source *src)
{
	free(src);
}

struct fd_source {
	struct ig_source base;
	int fd;
};

static ssize_t fd_read(struct ig_source *src, void *data, size_t len,
		       struct ig_err *err)
{
	struct fd_source *self = (struct fd_source *)src;

	return ig_read_some(self->fd, data, len, err);
}

static void fd_close(struct ig_source *src)
{
	struct fd_source *self = (struct fd_source *)src;

	ig_closep(&self->fd);
	free(self);
}

struct ig_source *ig_source_fd(int fd, struct ig_err *err)
{
	static const struct ig_source_ops ops = { fd_read, fd_close };
	ig_autofd int taken = fd;
	struct fd_source *self = source_new(sizeof(*self), &ops, err);

	if (!self)
		return NULL;
	self->fd = ig_take_fd(&taken);
	return &self->base;
}

struct range_source {
	struct ig_source base;
	int fd;
	uint64_t off;
	uint64_t left;
};

static ssize_t range_read(struct ig_source *src, void *data, size_t len,
			  struct ig_err *err)
{
	struct range_source *self = (struct range_source *)src;

	if (len > self->left)
		len = (size_t)self->left;
	if (len > SSIZE_MAX)
		len = SSIZE_MAX;
	if (ig_pread_all(self->fd, data, len, self->off, err) < 0)
		return -1;
	self->off += len;
	self->left -= len;
	return (ssize_t)len;
}

struct ig_source *ig_source_range(int fd, uint64_t off, uint64_t len,
				  struct ig_err *err)
{
	static const struct ig_source_ops ops = { range_read, plain_close };
	struct range_source *self = source_new(sizeof(*self), &ops, err);

	if (!self)
		return NULL;
	self->fd = fd;
	self->off = off;
	self->left = len;
	return &self->base;
}

struct mem_source {
	struct ig_source base;
	const char *data;
	size_t left;
};

static ssize_t mem_read(struct ig_source *src, void *data, size_t len,
			struct ig_err *err)
{
	struct mem_source *self = (struct mem_source *)src;

	(void)err;
	if (len > self->left)
		len = self->left;
	if (len == 0)
		return 0;
	memcpy(data, self->data, len);
	self->data += len;
	self->left -= len;
	return (ssize_t)len;
}

struct ig_source *ig_source_mem(const void *data, size_t len,
				struct ig_err *err)
{
	static const struct ig_source_ops ops = { mem_read, plain_close };
	struct mem_source *self = source_new(sizeof(*self), &ops, err);

	if (!self)
		return NULL;
	self->data = data;
	self->left = len;
	return &self->base;
}

struct hash_source {
	struct ig_source base;
	struct ig_source *in;
	struct ig_hash *hash;
	uint64_t *count;
};

static ssize_t hash_read(struct ig_source *src, void *data, size_t len,
			 struct ig_err *err)
{
	struct hash_source *self = (struct hash_source *)src;
	ssize_t n = ig_source_read(self->in, data, len, err);

	if (n <= 0)
		return n;
	ig_hash_add(self->hash, data, (size_t)n);
	if (self->count)
		*self->count += (uint64_t)n;
	return n;
}

struct ig_source *ig_source_hash(struct ig_source *in, struct ig_hash *hash,
				 uint64_t *count, struct ig_err *err)
{
	static const struct ig_source_ops ops = { hash_read, plain_close };
	struct hash_source *self = source_new(sizeof(*self), &ops, err);

	if (!self)
		return NULL;
	self->in = in;
	self->hash = hash;
	self->count = count;
	return &self->base;
}

int ig_slurp(struct ig_buf *buf, struct ig_source *src, struct ig_err *err)
{
	for (;;) {
		size_t room = buf->max - buf->len;
		char extra;
		ssize_t n;

		if (room == 0) {
			n = ig_source_read(src, &extra, 1, err);
			if (n <= 0)
				return (int)n;
			return ig_fail(err, IG_ELIMIT, "more than %zu bytes",
				       buf->max);
		}
		if (room > SLURP_STEP)
			room = SLURP_STEP;
		if (ig_buf_reserve(buf, room, err) < 0)
			return -1;
		n = ig_source_read(src, buf->data + buf->len, room, err);
		if (n <= 0)
			return (int)n;
		buf->len += (size_t)n;
		buf->data[buf->len] = '\0';
	}
}
