/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/disk.h>

#include <string.h>

#include <ingot/err.h>
#include <ingot/rope.h>

#include "vdisk.h"

/* Microsoft: Virtual Hard Disk Image Format Specification. Azure takes whole
 * MiB only. */
#define UNIT	   IG_MIB
#define SIZE_LIMIT (2040 * IG_GIB)
#define BLOCK	   (2 * IG_MIB)
#define BITMAP	   512u /* a bit a sector of a block */
#define HEADER	   1024u
#define TABLE_AT   1536ull
#define EPOCH_2000 946684800ll

enum kind {
	FIXED = 2,
	DYNAMIC = 3,
};

static void put_checksum(unsigned char *data, size_t len, size_t at)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += data[i];
	ig_be32(data + at, ~sum);
}

/* The appendix "CHS calculation" of the specification. It only rounds down:
 * the creator says that the size counts. */
static void put_geometry(unsigned char *at, uint64_t size)
{
	const uint64_t most = 65535ull * 16 * 255;
	uint64_t sectors = size / IG_SECTOR < most ? size / IG_SECTOR : most;
	uint64_t heads = 16;
	uint64_t track = 255;

	if (sectors < 65535ull * 16 * 63) {
		track = 17;
		heads = (sectors / track + 1023) / 1024;
		if (heads < 4)
			heads = 4;
		if (sectors / track >= heads * 1024 || heads > 16) {
			track = 31;
			heads = 16;
		}
		if (sectors / track >= heads * 1024) {
			track = 63;
			heads = 16;
		}
	}
	ig_be16(at, (uint16_t)(sectors / track / heads));
	at[2] = (unsigned char)heads;
	at[3] = (unsigned char)track;
}

static uint32_t time_stamp(int64_t time)
{
	int64_t limit = EPOCH_2000 + (int64_t)UINT32_MAX;

	if (time < EPOCH_2000)
		return 0;
	return (uint32_t)((time < limit ? time : limit) - EPOCH_2000);
}

static void put_footer(unsigned char at[IG_SECTOR], uint64_t size,
		       enum kind kind, const struct ig_vdisk_opts *opts)
{
	memset(at, 0, IG_SECTOR);
	memcpy(at, "conectix", 8);
	ig_be32(at + 8, 2);
	ig_be32(at + 12, 0x10000);
	ig_be64(at + 16, kind == FIXED ? UINT64_MAX : IG_SECTOR);
	ig_be32(at + 24, time_stamp(opts->time));
	/* With this creator QEMU takes the size and not the geometry. */
	memcpy(at + 28, "qem2", 4);
	ig_be32(at + 32, 0x10000);
	memcpy(at + 36, "Wi2k", 4);
	ig_be64(at + 40, size);
	ig_be64(at + 48, size);
	put_geometry(at + 56, size);
	ig_be32(at + 60, (uint32_t)kind);
	ig_seed_uuid(at + 68, opts->seed, "vhd");
	put_checksum(at, IG_SECTOR, 64);
}

static void put_header(unsigned char at[HEADER], uint64_t blocks)
{
	memcpy(at, "cxsparse", 8);
	ig_be64(at + 8, UINT64_MAX);
	ig_be64(at + 16, TABLE_AT);
	ig_be32(at + 24, 0x10000);
	ig_be32(at + 28, (uint32_t)blocks);
	ig_be32(at + 32, (uint32_t)BLOCK);
	put_checksum(at, HEADER, 36);
}

int ig_vhd_fixed(struct ig_rope *out, const struct ig_rope *disk,
		 const struct ig_vdisk_opts *opts, struct ig_err *err)
{
	unsigned char footer[IG_SECTOR];
	uint64_t size;

	if (ig_vdisk_size(&size, disk, opts, UNIT, SIZE_LIMIT, err) < 0 ||
	    ig_vdisk_copy(out, disk, 0, size, err) < 0)
		return -1;
	put_footer(footer, size, FIXED, opts);
	return ig_rope_mem(out, footer, sizeof(footer), err);
}

/* The block allocation table; @first is the sector behind it. */
static void put_table(unsigned char *at, uint64_t len, uint64_t first,
		      const struct ig_rope *disk)
{
	uint64_t n;

	memset(at, 0xff, (size_t)len);
	for (uint64_t b = 0; ig_vdisk_run(disk, BLOCK, &b, &n); b += n)
		for (uint64_t i = b; i < b + n; i++) {
			ig_be32(at + i * 4, (uint32_t)first);
			first += (BITMAP + BLOCK) / IG_SECTOR;
		}
}

static int add_blocks(struct ig_rope *out, const struct ig_rope *disk,
		      struct ig_err *err)
{
	unsigned char bitmap[BITMAP];
	uint64_t n;

	memset(bitmap, 0xff, sizeof(bitmap));
	for (uint64_t b = 0; ig_vdisk_run(disk, BLOCK, &b, &n); b += n)
		for (uint64_t i = b; i < b + n; i++)
			if (ig_rope_mem(out, bitmap, BITMAP, err) < 0 ||
			    ig_vdisk_copy(out, disk, i * BLOCK, BLOCK, err) < 0)
				return -1;
	return 0;
}

int ig_vhd_dynamic(struct ig_rope *out, const struct ig_rope *disk,
		   const struct ig_vdisk_opts *opts, struct ig_err *err)
{
	unsigned char footer[IG_SECTOR];
	unsigned char *front;
	uint64_t size, blocks, table;

	if (ig_vdisk_size(&size, disk, opts, UNIT, SIZE_LIMIT, err) < 0)
		return -1;
	blocks = (size + BLOCK - 1) / BLOCK;
	table = (blocks * 4 + IG_SECTOR - 1) / IG_SECTOR * IG_SECTOR;
	put_footer(footer, size, DYNAMIC, opts);
	front = ig_rope_room(out, (size_t)(TABLE_AT + table), err);
	if (!front)
		return -1;
	memcpy(front, footer, sizeof(footer));
	put_header(front + IG_SECTOR, blocks);
	put_table(front + TABLE_AT, table, (TABLE_AT + table) / IG_SECTOR,
		  disk);
	if (add_blocks(out, disk, err) < 0)
		return -1;
	return ig_rope_mem(out, footer, sizeof(footer), err);
}
