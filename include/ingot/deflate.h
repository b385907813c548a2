/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_DEFLATE_H
#define IG_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_buf;
struct ig_err;
struct ig_rope;
struct ig_sink;

/*
 * Deflate (RFC 1951) for what is compressed already, as kernels and initrds
 * are: a piece that looks as if it would not become smaller is stored, at the
 * cost of a copy; another one is compressed by zlib at level 1. Pieces are
 * independent of each other and end at a byte, so many threads can make them.
 */
#define IG_DEFLATE_MAX (64u << 10) /* of a piece */

enum ig_sum {
	IG_SUM_ADLER32,
	IG_SUM_CRC32
};

struct ig_deflate;
struct ig_deflate *ig_deflate_new(enum ig_sum sum, struct ig_err *err);
void ig_deflate_free(struct ig_deflate *deflate); /* accepts NULL */
void ig_deflate_freep(struct ig_deflate **deflate);

/** ig_deflate_room() - where the caller puts the next piece of @len bytes, in
 * @out's memory. NULL on failure. */
void *ig_deflate_room(struct ig_buf *out, size_t len, struct ig_err *err);
/** ig_deflate_pack() - append the piece of @len bytes, which lies in its room,
 * to @out as whole blocks; @last ends the stream. */
int ig_deflate_pack(struct ig_deflate *deflate, struct ig_buf *out, size_t len,
		    bool last, struct ig_err *err);
/** ig_deflate_sum() - the checksum of all pieces since the last call. */
uint32_t ig_deflate_sum(struct ig_deflate *deflate);

/** ig_gzip_rope() - all of @rope to @out as one gzip member with no name and
 * no time. Made on many threads; bytes depend on those of @rope alone. */
int ig_gzip_rope(struct ig_sink *out, const struct ig_rope *rope,
		 struct ig_err *err);

#endif
