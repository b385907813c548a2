/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/deflate.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/rope.h>
#include <ingot/stream.h>

/*
 * RFC 1952. Chunks of the rope are deflated in batches on many threads and
 * written in their order. One that is a hole is the same blocks each time, made
 * once: most of a disk is holes.
 */
#define CHUNK	   (1u << 20)
#define CHUNK_ROOM (CHUNK + (64u << 10))
#define BATCH_MAX  64u

struct chunk {
	uint64_t off;
	size_t len;
	bool hole;
	uint32_t crc;
	struct ig_deflate *deflate;
	struct ig_buf out;
};

struct gzip {
	const struct ig_rope *rope;
	struct ig_sink *out;
	struct chunk hole;
	struct chunk *chunks;
	size_t batch; /* how many there are */
	uint32_t crc;
};

static int chunk_init(struct chunk *chunk, struct ig_err *err)
{
	ig_buf_init(&chunk->out, CHUNK_ROOM);
	chunk->deflate = ig_deflate_new(IG_SUM_CRC32, err);
	return chunk->deflate ? 0 : -1;
}

static void chunk_done(struct chunk *chunk)
{
	ig_deflate_free(chunk->deflate);
	ig_buf_done(&chunk->out);
}

static int deflate_chunk(struct chunk *chunk, const struct ig_rope *rope,
			 struct ig_err *err)
{
	ig_buf_clear(&chunk->out);
	if (ig_buf_reserve(&chunk->out, CHUNK_ROOM - 1, err) < 0)
		return -1;
	for (size_t at = 0; at < chunk->len; at += IG_DEFLATE_MAX) {
		size_t left = chunk->len - at;
		size_t n = left < IG_DEFLATE_MAX ? left : IG_DEFLATE_MAX;
		void *room = ig_deflate_room(&chunk->out, n, err);

		if (!room ||
		    ig_rope_read(rope, room, n, chunk->off + at, err) < 0 ||
		    ig_deflate_pack(chunk->deflate, &chunk->out, n, false,
				    err) < 0)
			return -1;
	}
	chunk->crc = ig_deflate_sum(chunk->deflate);
	return 0;
}

static int make_chunk(void *ctx, size_t i, struct ig_err *err)
{
	const struct gzip *g = ctx;
	struct chunk *chunk = &g->chunks[i];
	uint64_t data = chunk->off, len;

	chunk->hole =
		chunk->len == CHUNK && (!ig_rope_data(g->rope, &data, &len) ||
					data - chunk->off >= CHUNK);
	return chunk->hole ? 0 : deflate_chunk(chunk, g->rope, err);
}

static int put_batch(struct gzip *g, size_t n, struct ig_err *err)
{
	if (ig_cancelled())
		return ig_fail_cancel(err);
	if (ig_parallel(n, 0, make_chunk, g, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct chunk *chunk = &g->chunks[i];
		const struct chunk *from = chunk->hole ? &g->hole : chunk;

		g->crc = (uint32_t)crc32_combine(g->crc, from->crc,
						 (z_off_t)chunk->len);
		if (ig_sink_write(g->out, from->out.data, from->out.len, err) <
		    0)
			return -1;
	}
	return 0;
}

static int put_chunks(struct gzip *g, struct ig_err *err)
{
	uint64_t size = ig_rope_size(g->rope);
	size_t used = 0;

	for (uint64_t off = 0; off < size; off += CHUNK) {
		if (used == g->batch) {
			if (put_batch(g, used, err) < 0)
				return -1;
			used = 0;
		}
		g->chunks[used].off = off;
		g->chunks[used++].len =
			size - off < CHUNK ? (size_t)(size - off) : CHUNK;
	}
	return put_batch(g, used, err);
}

static int make_hole(struct chunk *hole, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *zeros = ig_rope_new(err);

	if (!zeros || ig_rope_zero(zeros, CHUNK, err) < 0 ||
	    chunk_init(hole, err) < 0)
		return -1;
	hole->len = CHUNK;
	return deflate_chunk(hole, zeros, err);
}

static int prepare(struct gzip *g, struct ig_err *err)
{
	size_t batch = (size_t)ig_threads() * 4;

	if (batch > BATCH_MAX)
		batch = BATCH_MAX;
	g->chunks = calloc(batch, sizeof(*g->chunks));
	if (!g->chunks)
		return ig_fail_mem(err);
	for (; g->batch < batch; g->batch++)
		if (chunk_init(&g->chunks[g->batch], err) < 0)
			return -1;
	return make_hole(&g->hole, err);
}

static void gzip_done(struct gzip *g)
{
	for (size_t i = 0; i < g->batch; i++)
		chunk_done(&g->chunks[i]);
	chunk_done(&g->hole);
	free(g->chunks);
}

int ig_gzip_rope(struct ig_sink *out, const struct ig_rope *rope,
		 struct ig_err *err)
{
	/* no name, no time, the fastest level, made on Unix */
	static const unsigned char head[10] = { 0x1f, 0x8b, 8, 0, 0,
						0,    0,    0, 4, 3 };
	/* an empty block ends the stream; CRC and size follow */
	unsigned char tail[10] = { 0x03, 0x00 };
	IG_AUTO(gzip_done) struct gzip g = { .rope = rope, .out = out };

	if (prepare(&g, err) < 0 ||
	    ig_sink_write(out, head, sizeof(head), err) < 0 ||
	    put_chunks(&g, err) < 0)
		return -1;
	for (int i = 0; i < 4; i++) {
		tail[2 + i] = (unsigned char)(g.crc >> (8 * i));
		tail[6 + i] = (unsigned char)(ig_rope_size(rope) >> (8 * i));
	}
	return ig_sink_write(out, tail, sizeof(tail), err);
}
