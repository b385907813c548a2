/* SPDX-License-Identifier: Apache-2.0 */
#include "vmdk.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "put.h"
#include "vdisk.h"

#define MARKER 12u /* sector and length, right before the deflated data */

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

static int deflate_grain(struct ig_buf *out, const unsigned char *data,
			 uint64_t grain, struct ig_err *err)
{
	uLongf len = compressBound(IG_VMDK_GRAIN);
	unsigned char *to;

	if (ig_buf_reserve(out, MARKER + len, err) < 0)
		return -1;
	to = (unsigned char *)out->data + out->len;
	if (compress2(to + MARKER, &len, data, IG_VMDK_GRAIN, 1) != Z_OK)
		return ig_fail_mem(err);
	put64(to, grain * IG_VMDK_SECTORS);
	put32(to + 8, (uint32_t)len);
	out->len += MARKER + len;
	return ig_buf_zero(out, (IG_SECTOR - out->len % IG_SECTOR) % IG_SECTOR,
			   err);
}

int ig_vmdk_chunk_make(struct ig_vmdk_chunk *chunk, const struct ig_rope *disk,
		       struct ig_err *err)
{
	ig_autofree unsigned char *data = malloc(IG_VMDK_GRAIN);

	if (!data)
		return ig_fail_mem(err);
	ig_buf_clear(&chunk->out);
	for (unsigned i = 0; i < chunk->n; i++) {
		uint64_t grain = chunk->first + i;

		chunk->at[i] = -1;
		if (read_grain(data, disk, grain, err) < 0)
			return -1;
		if (all_zero(data, IG_VMDK_GRAIN))
			continue;
		chunk->at[i] = (int32_t)(chunk->out.len / IG_SECTOR);
		if (deflate_grain(&chunk->out, data, grain, err) < 0)
			return -1;
	}
	return 0;
}
