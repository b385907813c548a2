/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_STREAM_H
#define IG_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ig_err;
struct ig_buf;
struct ig_hash;

/*
 * Byte sources and sinks that stack. A constructor that takes another source
 * or sink borrows it: the caller closes both, the outer one first.
 */

struct ig_source;
struct ig_source_ops {
	/* Up to @len bytes, 0 at the end, -1 with @err. */
	ssize_t (*read)(struct ig_source *src, void *data, size_t len,
			struct ig_err *err);
	void (*close)(struct ig_source *src); /* frees @src; keeps errno */
};
struct ig_source {
	const struct ig_source_ops *ops;
};

ssize_t ig_source_read(struct ig_source *src, void *data, size_t len,
		       struct ig_err *err);
/** ig_source_fill() - as ig_source_read(), but less than @len bytes only at the
 * end. */
ssize_t ig_source_fill(struct ig_source *src, void *data, size_t len,
		       struct ig_err *err);
void ig_source_close(struct ig_source *src); /* accepts NULL */
void ig_source_closep(struct ig_source **src);

/** ig_source_fd() - from the current position; takes @fd. */
struct ig_source *ig_source_fd(int fd, struct ig_err *err);
/** ig_source_range() - @len bytes of @fd at @off, by pread; borrows @fd. */
struct ig_source *ig_source_range(int fd, uint64_t off, uint64_t len,
				  struct ig_err *err);
/** ig_source_mem() - borrows @data. */
struct ig_source *ig_source_mem(const void *data, size_t len,
				struct ig_err *err);
/** ig_source_hash() - passes @in on, adding every byte to @hash (borrowed) and
 * its number to *@count (may be NULL). */
struct ig_source *ig_source_hash(struct ig_source *in, struct ig_hash *hash,
				 uint64_t *count, struct ig_err *err);

enum ig_codec {
	IG_CODEC_NONE,
	IG_CODEC_GZIP, /* RFC 1952, any number of members */
	IG_CODEC_ZSTD, /* RFC 8878, any number of frames, window <= 128 MiB */
	IG_CODEC_AUTO, /* by the first bytes */
};

/**
 * ig_source_decode() - decompress @in. The checksums of the format are
 * checked; a cut stream, a wrong checksum, or bytes behind the last member
 * that are not zero padding are IG_EFORMAT. More than @max bytes out are
 * IG_ELIMIT (a bomb).
 */
struct ig_source *ig_source_decode(struct ig_source *in, enum ig_codec codec,
				   uint64_t max, struct ig_err *err);

struct ig_sink;
struct ig_sink_ops {
	int (*write)(struct ig_sink *sink, const void *data, size_t len,
		     struct ig_err *err);
	/* Write what is held back. Called once, before close. May be NULL. */
	int (*finish)(struct ig_sink *sink, struct ig_err *err);
	void (*close)(struct ig_sink *sink); /* frees @sink; keeps errno */
};
struct ig_sink {
	const struct ig_sink_ops *ops;
};

int ig_sink_write(struct ig_sink *sink, const void *data, size_t len,
		  struct ig_err *err);
int ig_sink_zero(struct ig_sink *sink, uint64_t len, struct ig_err *err);
int ig_sink_finish(struct ig_sink *sink, struct ig_err *err);
void ig_sink_close(struct ig_sink *sink); /* accepts NULL */
void ig_sink_closep(struct ig_sink **sink);

/** ig_sink_fd() - borrows @fd. */
struct ig_sink *ig_sink_fd(int fd, struct ig_err *err);
/** ig_sink_buf() - borrows @buf, whose maximum holds. */
struct ig_sink *ig_sink_buf(struct ig_buf *buf, struct ig_err *err);
/** ig_sink_hash() - passes on to @out (or drops, when NULL), hashing and
 * counting as ig_source_hash() does. */
struct ig_sink *ig_sink_hash(struct ig_sink *out, struct ig_hash *hash,
			     uint64_t *count, struct ig_err *err);
/** ig_sink_encode() - compress to @out: one zstd frame with checksum, or one
 * gzip member with no name and no time. Bytes depend on the input, @codec and
 * @level (1-9, 1-22; 0: the codec's default) alone; another level is
 * IG_EUSAGE. IG_CODEC_NONE passes on. */
struct ig_sink *ig_sink_encode(struct ig_sink *out, enum ig_codec codec,
			       int level, struct ig_err *err);

/** ig_pump() - all of @src to @sink; *@count (may be NULL) is how many.
 * Does not finish @sink. */
int ig_pump(struct ig_sink *sink, struct ig_source *src, uint64_t *count,
	    struct ig_err *err);
/** ig_slurp() - all of @src into @buf, whose maximum holds. */
int ig_slurp(struct ig_buf *buf, struct ig_source *src, struct ig_err *err);

#endif
