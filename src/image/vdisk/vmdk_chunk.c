/* SPDX-License-Identifier: Apache-2.0 */
#include "vmdk.h"

#include <stdbool.h>
#include <string.h>

#include <ingot/deflate.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/rope.h>

#include "put.h"
#include "vdisk.h"

#define MARKER 12u /* sector and length, right before the deflated data */
/* of a chunk of grains that are all stored */
#define ROOM (IG_VMDK_CHUNK * (IG_VMDK_GRAIN + 2 * IG_SECTOR))

static bool all_zero(const unsigned char *data, size_t len)
{
	return !data[0] && memcmp(data, data + 1, len - 1) == 0;
}

/* The grain's bytes; the last one of a disk may be short. */
static int read_grain(unsigned char *out, const struct ig_rope *disk,
		      uint64_t grain, struct ig_err *err)
{
	uint64_t off = grain * IG_VMDK_GRAIN;
	uint64_t left = ig_rope_size(disk) - off;
	size_t n = left < IG_VMDK_GRAIN ? (size_t)left : IG_VMDK_GRAIN;

	memset(out + n, 0, IG_VMDK_GRAIN - n);
	return ig_rope_read(disk, out, n, off, err);
}

/* RFC 1950: deflate with a window of 32 KiB, the fastest level. */
static const unsigned char zlib_head[2] = { 0x78, 0x01 };

/* @out ends with the grain's marker and the head of its zlib stream. */
static int deflate_grain(struct ig_vmdk_chunk *chunk, unsigned i,
			 const struct ig_rope *disk, struct ig_err *err)
{
	struct ig_buf *out = &chunk->out;
	size_t begin = out->len - MARKER - sizeof(zlib_head);
	uint64_t grain = chunk->first + i;
	unsigned char *room = ig_deflate_room(out, IG_VMDK_GRAIN, err);
	unsigned char *head, sum[4];

	if (!room || read_grain(room, disk, grain, err) < 0)
		return -1;
	chunk->at[i] = -1;
	if (all_zero(room, IG_VMDK_GRAIN)) {
		out->len = begin;
		return 0;
	}
	chunk->at[i] = (int32_t)(begin / IG_SECTOR);
	if (ig_deflate_pack(chunk->deflate, out, IG_VMDK_GRAIN, true, err) < 0)
		return -1;
	ig_be32(sum, ig_deflate_sum(chunk->deflate));
	if (ig_buf_add(out, sum, sizeof(sum), err) < 0)
		return -1;
	head = (unsigned char *)out->data + begin;
	put64(head, grain * IG_VMDK_SECTORS);
	put32(head + 8, (uint32_t)(out->len - begin - MARKER));
	return ig_buf_zero(out, (IG_SECTOR - out->len % IG_SECTOR) % IG_SECTOR,
			   err);
}

int ig_vmdk_chunk_make(struct ig_vmdk_chunk *chunk, const struct ig_rope *disk,
		       struct ig_err *err)
{
	static const unsigned char marker[MARKER]; /* filled in later */
	struct ig_buf *out = &chunk->out;

	ig_buf_clear(out);
	if (!chunk->deflate)
		chunk->deflate = ig_deflate_new(IG_SUM_ADLER32, err);
	if (!chunk->deflate || ig_buf_reserve(out, ROOM, err) < 0)
		return -1;
	for (unsigned i = 0; i < chunk->n; i++)
		if (ig_buf_add(out, marker, sizeof(marker), err) < 0 ||
		    ig_buf_add(out, zlib_head, sizeof(zlib_head), err) < 0 ||
		    deflate_grain(chunk, i, disk, err) < 0)
			return -1;
	return 0;
}
