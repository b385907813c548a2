/* SPDX-License-Identifier: Apache-2.0 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "put.h"

#define ALIGN	 (1u << 20)
#define DISK_MAX ((uint64_t)1 << 62)
#define CODE_MAX 440u
#define TABLE	 446u

void parts_done(struct parts_disk *disk)
{
	free(disk->v);
	disk->v = NULL;
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	uint64_t rest = value % unit;

	return rest ? value + (unit - rest) : value;
}

static int check_unit(uint64_t *unit, const struct ig_disk_opts *opts,
		      struct ig_err *err)
{
	uint64_t align = opts->align ? opts->align : ALIGN;

	if (align % IG_SECTOR)
		return ig_fail(
			err, IG_EFORMAT,
			"partitions aligned to %llu bytes: not a multiple of %u",
			(unsigned long long)align, IG_SECTOR);
	if (opts->size % IG_SECTOR)
		return ig_fail(err, IG_EFORMAT,
			       "a disk of %llu bytes: not a multiple of %u",
			       (unsigned long long)opts->size, IG_SECTOR);
	if (align > DISK_MAX || opts->size > DISK_MAX)
		return ig_fail(err, IG_ELIMIT, "a disk of more than 4 EiB");
	*unit = align / IG_SECTOR;
	return 0;
}

static int place(struct parts_place *out, const struct ig_partition *part,
		 size_t number, uint64_t first, struct ig_err *err)
{
	uint64_t size = ig_rope_size(part->data);

	if (size < part->size)
		size = part->size;
	if (!size)
		return ig_fail(err, IG_EFORMAT, "partition %zu is empty",
			       number);
	if (size > DISK_MAX || first > DISK_MAX / IG_SECTOR)
		return ig_fail(err, IG_ELIMIT, "a disk of more than 4 EiB");
	out->first = first;
	out->count = round_up(size, IG_SECTOR) / IG_SECTOR;
	return 0;
}

static int check_size(struct parts_disk *disk, uint64_t need, uint64_t unit,
		      uint64_t size, struct ig_err *err)
{
	disk->sectors = size ? size / IG_SECTOR : round_up(need, unit);
	if (disk->sectors < need)
		return ig_fail(
			err, IG_ELIMIT,
			"the partitions need a disk of %llu bytes, not %llu",
			(unsigned long long)need * IG_SECTOR,
			(unsigned long long)size);
	if (disk->sectors > DISK_MAX / IG_SECTOR)
		return ig_fail(err, IG_ELIMIT, "a disk of more than 4 EiB");
	return 0;
}

int parts_plan(struct parts_disk *disk, const struct ig_disk_opts *opts,
	       uint64_t head, uint64_t tail, struct ig_err *err)
{
	uint64_t unit = 1, at = head;

	if (check_unit(&unit, opts, err) < 0)
		return -1;
	disk->v = calloc(disk->n ? disk->n : 1, sizeof(*disk->v));
	if (!disk->v)
		return ig_fail_mem(err);
	for (size_t i = 0; i < disk->n; i++) {
		if (place(&disk->v[i], &disk->parts[i], i + 1,
			  round_up(at, unit), err) < 0)
			return -1;
		at = disk->v[i].first + disk->v[i].count;
	}
	return check_size(disk, at + tail, unit, opts->size, err);
}

int parts_boot(unsigned char out[IG_SECTOR], const struct ig_disk_opts *opts,
	       uint32_t id, struct ig_err *err)
{
	if (opts->boot_len > CODE_MAX)
		return ig_fail(
			err, IG_ELIMIT,
			"boot code of %zu bytes: sector 0 has room for %u",
			opts->boot_len, CODE_MAX);
	memset(out, 0, IG_SECTOR);
	if (opts->boot)
		memcpy(out, opts->boot, opts->boot_len);
	put32(out + CODE_MAX, id);
	put16(out + 510, 0xaa55);
	return 0;
}

/* As every BIOS sees a disk: 255 heads, 63 sectors; the last address that
 * can be written stands for all behind it. */
static void put_chs(unsigned char out[3], uint64_t lba)
{
	uint32_t cylinder = 1023, head = 254, sector = 63;

	if (lba < (uint64_t)1024 * 255 * 63) {
		cylinder = (uint32_t)lba / (255 * 63);
		head = (uint32_t)lba / 63 % 255;
		sector = (uint32_t)lba % 63 + 1;
	}
	out[0] = (unsigned char)head;
	out[1] = (unsigned char)(sector | (cylinder >> 8) << 6);
	out[2] = (unsigned char)cylinder;
}

void parts_entry(unsigned char out[IG_SECTOR], size_t index, uint8_t type,
		 const struct parts_place *place)
{
	unsigned char *entry = out + TABLE + index * 16;

	put_chs(entry + 1, place->first);
	entry[4] = type;
	put_chs(entry + 5, place->first + place->count - 1);
	put32(entry + 8, (uint32_t)place->first);
	put32(entry + 12, (uint32_t)place->count);
}

static int zeros_to(struct ig_rope *out, uint64_t base, uint64_t sector,
		    struct ig_err *err)
{
	uint64_t at = ig_rope_size(out) - base;

	return ig_rope_zero(out, sector * IG_SECTOR - at, err);
}

int parts_write(struct ig_rope *out, uint64_t base,
		const struct parts_disk *disk, uint64_t end, struct ig_err *err)
{
	for (size_t i = 0; i < disk->n; i++)
		if (zeros_to(out, base, disk->v[i].first, err) < 0 ||
		    ig_rope_add(out, disk->parts[i].data, err) < 0)
			return -1;
	return zeros_to(out, base, end, err);
}

void parts_where(const struct parts_disk *disk, const struct ig_disk_opts *opts)
{
	for (size_t i = 0; opts->where && i < disk->n; i++)
		opts->where[i] = disk->v[i].first * IG_SECTOR;
}
