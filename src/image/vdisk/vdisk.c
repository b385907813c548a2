/* SPDX-License-Identifier: Apache-2.0 */
#include "vdisk.h"

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

void ig_be16(unsigned char *at, uint16_t v)
{
	at[0] = (unsigned char)(v >> 8);
	at[1] = (unsigned char)v;
}

void ig_be32(unsigned char *at, uint32_t v)
{
	ig_be16(at, (uint16_t)(v >> 16));
	ig_be16(at + 2, (uint16_t)v);
}

void ig_be64(unsigned char *at, uint64_t v)
{
	ig_be32(at, (uint32_t)(v >> 32));
	ig_be32(at + 4, (uint32_t)v);
}

int ig_vdisk_size(uint64_t *out, const struct ig_rope *disk,
		  const struct ig_vdisk_opts *opts, uint64_t unit, uint64_t max,
		  struct ig_err *err)
{
	uint64_t has = ig_rope_size(disk);
	uint64_t size = opts->size ? opts->size : has;

	if (!size)
		return ig_fail(err, IG_EFORMAT, "a disk of no size");
	if (has > size)
		return ig_fail(err, IG_ELIMIT,
			       "%llu bytes do not fit on a disk of %llu bytes",
			       (unsigned long long)has,
			       (unsigned long long)size);
	if (size > max || size > max - (unit - size % unit) % unit)
		return ig_fail(
			err, IG_ELIMIT,
			"a disk of %llu bytes is too large for this format, which ends at %llu",
			(unsigned long long)size, (unsigned long long)max);
	*out = size + (unit - size % unit) % unit;
	return 0;
}

bool ig_vdisk_run(const struct ig_rope *disk, uint64_t unit, uint64_t *first,
		  uint64_t *n)
{
	uint64_t size = ig_rope_size(disk);
	uint64_t off = *first * unit;
	uint64_t len, end;

	if (*first > size / unit || !ig_rope_data(disk, &off, &len))
		return false;
	*first = off / unit;
	do {
		end = (off + len - 1) / unit + 1;
		if (end > (size - 1) / unit)
			break;
		off = end * unit;
	} while (ig_rope_data(disk, &off, &len) && off / unit == end);
	*n = end - *first;
	return true;
}

int ig_vdisk_copy(struct ig_rope *out, const struct ig_rope *disk, uint64_t off,
		  uint64_t len, struct ig_err *err)
{
	uint64_t size = ig_rope_size(disk);
	uint64_t left = off < size ? size - off : 0;
	uint64_t n = left < len ? left : len;

	if (n && ig_rope_slice(out, disk, off, n, err) < 0)
		return -1;
	return ig_rope_zero(out, len - n, err);
}
