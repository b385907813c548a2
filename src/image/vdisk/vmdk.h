/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_VMDK_H
#define IG_IMAGE_VMDK_H

#include <stddef.h>
#include <stdint.h>

#include <ingot/buf.h>

struct ig_deflate;
struct ig_err;
struct ig_rope;

#define IG_VMDK_GRAIN	65536u
#define IG_VMDK_SECTORS (IG_VMDK_GRAIN / 512) /* of a grain */
#define IG_VMDK_PER_GT	512u		      /* grains a table maps */
#define IG_VMDK_CHUNK	16u		      /* grains deflated by one job */

/* Some neighbouring grains of one grain table, ready to be written. */
struct ig_vmdk_chunk {
	uint64_t first; /* grain number */
	unsigned n;	/* of grains, at most IG_VMDK_CHUNK */
	/* the sector of @out where each begins, or -1: all zeros */
	int32_t at[IG_VMDK_CHUNK];
	struct ig_buf out;
	struct ig_deflate *deflate; /* NULL: to be made */
};

/** ig_vmdk_chunk_make() - deflate the grains @chunk->first … of @disk into
 * @chunk->out, each with its marker and padded to sectors; see deflate.h. */
int ig_vmdk_chunk_make(struct ig_vmdk_chunk *chunk, const struct ig_rope *disk,
		       struct ig_err *err);

#endif
