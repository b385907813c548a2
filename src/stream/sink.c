/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/stream.h>

#include <errno.h>
#include <stdlib.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>

#define PUMP_SIZE ((size_t)256 * 1024)

int ig_sink_write(struct ig_sink *sink, const void *data, size_t len,
		  struct ig_err *err)
{
	if (len == 0)
		return 0;
	return sink->ops->write(sink, data, len, err);
}

int ig_sink_zero(struct ig_sink *sink, uint64_t len, struct ig_err *err)
{
	static const char zeros[16384];

	while (len > 0) {
		size_t step = len < sizeof(zeros) ? (size_t)len : sizeof(zeros);

		if (ig_sink_write(sink, zeros, step, err) < 0)
			return -1;
		len -= step;
	}
	return 0;
}

int ig_sink_finish(struct ig_sink *sink, struct ig_err *err)
{
	if (!sink->ops->finish)
		return 0;
	return sink->ops->finish(sink, err);
}

void ig_sink_close(struct ig_sink *sink)
{
	int saved = errno;

	if (sink)
		sink->ops->close(sink);
	errno = saved;
}

void ig_sink_closep(struct ig_sink **sink)
{
	ig_sink_close(*sink);
	*sink = NULL;
}

/* Zeroed memory for a sink that begins with a struct ig_sink. */
static void *sink_new(size_t size, const struct ig_sink_ops *ops,
		      struct ig_err *err)
{
	struct ig_sink *sink = calloc(1, size);

	if (!sink) {
		ig_fail_mem(err);
		return NULL;
	}
	sink->ops = ops;
	return sink;
}

static void plain_close(struct ig_sink *sink)
{
	free(sink);
}

struct fd_sink {
	struct ig_sink base;
	int fd;
};

static int fd_write(struct ig_sink *sink, const void *data, size_t len,
		    struct ig_err *err)
{
	struct fd_sink *self = (struct fd_sink *)sink;

	return ig_write_all(self->fd, data, len, err);
}

struct ig_sink *ig_sink_fd(int fd, struct ig_err *err)
{
	static const struct ig_sink_ops ops = { fd_write, NULL, plain_close };
	struct fd_sink *self = sink_new(sizeof(*self), &ops, err);

	if (!self)
		return NULL;
	self->fd = fd;
	return &self->base;
}

struct buf_sink {
	struct ig_sink base;
	struct ig_buf *buf;
};

static int buf_write(struct ig_sink *sink, const void *data, size_t len,
		     struct ig_err *err)
{
	struct buf_sink *self = (struct buf_sink *)sink;

	return ig_buf_add(self->buf, data, len, err);
}

struct ig_sink *ig_sink_buf(struct ig_buf *buf, struct ig_err *err)
{
	static const struct ig_sink_ops ops = { buf_write, NULL, plain_close };
	struct buf_sink *self = sink_new(sizeof(*self), &ops, err);

	if (!self)
		return NULL;
	self->buf = buf;
	return &self->base;
}

struct hash_sink {
	struct ig_sink base;
	struct ig_sink *out;
	struct ig_hash *hash;
	uint64_t *count;
};

static int hash_write(struct ig_sink *sink, const void *data, size_t len,
		      struct ig_err *err)
{
	struct hash_sink *self = (struct hash_sink *)sink;

	ig_hash_add(self->hash, data, len);
	if (self->count)
		*self->count += len;
	return self->out ? ig_sink_write(self->out, data, len, err) : 0;
}

struct ig_sink *ig_sink_hash(struct ig_sink *out, struct ig_hash *hash,
			     uint64_t *count, struct ig_err *err)
{
	static const struct ig_sink_ops ops = { hash_write, NULL, plain_close };
	struct hash_sink *self = sink_new(sizeof(*self), &ops, err);

	if (!self)
		return NULL;
	self->out = out;
	self->hash = hash;
	self->count = count;
	return &self->base;
}

int ig_pump(struct ig_sink *sink, struct ig_source *src, uint64_t *count,
	    struct ig_err *err)
{
	ig_autofree char *data = malloc(PUMP_SIZE);
	uint64_t total = 0;
	ssize_t n;

	if (!data)
		return ig_fail_mem(err);
	while ((n = ig_source_read(src, data, PUMP_SIZE, err)) > 0) {
		if (ig_sink_write(sink, data, (size_t)n, err) < 0)
			return -1;
		total += (uint64_t)n;
	}
	if (n < 0)
		return -1;
	if (count)
		*count = total;
	return 0;
}
