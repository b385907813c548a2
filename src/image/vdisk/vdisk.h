/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_VDISK_H
#define IG_IMAGE_VDISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_rope;
struct ig_vdisk_opts;

#define IG_MIB (1ull << 20)
#define IG_GIB (1ull << 30)

/** ig_be16() … - write @v at @at, big-endian. Little-endian: put.h. */
void ig_be16(unsigned char *at, uint16_t v);
void ig_be32(unsigned char *at, uint32_t v);
void ig_be64(unsigned char *at, uint64_t v);

/** ig_vdisk_size() - the virtual size: what @opts wants, or @disk's, rounded
 * up to @unit. IG_ELIMIT when @disk does not fit or it is over @max. */
int ig_vdisk_size(uint64_t *out, const struct ig_rope *disk,
		  const struct ig_vdisk_opts *opts, uint64_t unit, uint64_t max,
		  struct ig_err *err);

/** ig_vdisk_run() - the next units of @unit bytes at or after *@first that
 * hold data, as many as lie side by side. False when there are none. */
bool ig_vdisk_run(const struct ig_rope *disk, uint64_t unit, uint64_t *first,
		  uint64_t *n);

/** ig_vdisk_copy() - append @len bytes of @disk at @off, zeros behind its
 * end. */
int ig_vdisk_copy(struct ig_rope *out, const struct ig_rope *disk, uint64_t off,
		  uint64_t len, struct ig_err *err);

#endif
