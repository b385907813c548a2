/* SPDX-License-Identifier: Apache-2.0 */
#include "where.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/own.h>

/* Partition tables, and disks in the form of a hypervisor. */

#define SECTOR	  512u
#define ENTRY_MAX 128u
#define UNITS_MAX (1u << 24)

/* ---- partition tables ---- */

struct partition {
	unsigned number;
	uint64_t first, count; /* sectors */
	char name[37];
};

static bool where_partition(struct place *place, const struct view *view,
			    const struct partition *p, uint64_t at)
{
	struct view data;

	if (!p->first || at / SECTOR < p->first ||
	    at / SECTOR - p->first >= p->count)
		return false;
	if (p->name[0])
		place_say(place, "partition %u '%s'", p->number, p->name);
	else
		place_say(place, "partition %u", p->number);
	place->content = true;
	/* the byte is in it: nothing overflows */
	data = view_slice(view, p->first * SECTOR, p->count * SECTOR);
	where_in(place, &data, "", at - p->first * SECTOR);
	return true;
}

/* UEFI 2.10, 5.3.3 */
static bool where_gpt(struct place *place, const struct view *view,
		      const unsigned char *head, uint64_t at)
{
	unsigned char entry[ENTRY_MAX];
	uint64_t table = le64(head + 72) * SECTOR;
	uint32_t count = le32(head + 80);

	if (le32(head + 84) != ENTRY_MAX)
		return false;
	for (uint32_t i = 0; i < count && i < ENTRY_MAX; i++) {
		struct partition p = { .number = i + 1 };

		if (!view_read(view, entry, ENTRY_MAX, table + i * ENTRY_MAX))
			return false;
		p.first = le64(entry + 32);
		p.count = le64(entry + 40) - p.first + 1;
		for (size_t k = 0; k < 36; k++)
			p.name[k] = (char)(entry[56 + 2 * k] & 0x7f);
		if (p.count <= UINT64_MAX / SECTOR &&
		    where_partition(place, view, &p, at))
			return true;
	}
	return false;
}

static bool where_mbr(struct place *place, const struct view *view,
		      const unsigned char *table, uint64_t at)
{
	for (unsigned i = 0; i < 4; i++) {
		const unsigned char *entry = table + i * 16;
		struct partition p = { .number = i + 1,
				       .first = le32(entry + 8),
				       .count = le32(entry + 12) };

		if (where_partition(place, view, &p, at))
			return true;
	}
	return false;
}

bool where_disk(struct place *place, const struct view *view, uint64_t at)
{
	unsigned char head[2 * SECTOR];
	bool gpt;

	if (!view_read(view, head, sizeof(head), 0) || head[510] != 0x55 ||
	    head[511] != 0xaa)
		return false;
	gpt = memcmp(head + SECTOR, "EFI PART", 8) == 0;
	if (gpt ? where_gpt(place, view, head + SECTOR, at)
		: where_mbr(place, view, head + 446, at))
		return true;
	place_say(place, "the boot sector or the partition table");
	place->content = false;
	return true;
}

/* ---- disks in files ---- */

/* @map: where each unit of the disk lies in @view. */
static bool where_mapped(struct place *place, const struct view *view,
			 const uint64_t *map, uint64_t unit, uint64_t size,
			 uint64_t at)
{
	struct view disk = {
		.fd = -1, .under = view, .size = size, .map = map, .unit = unit
	};

	for (uint64_t i = 0; i * unit < size; i++) {
		if (!map[i] || at < map[i] || at - map[i] >= unit)
			continue;
		place_say(place, "the disk's byte %llu",
			  (unsigned long long)(i * unit + at - map[i]));
		where_in(place, &disk, "", i * unit + at - map[i]);
		return true;
	}
	place_say(place, "the map of the disk");
	place->content = false;
	return true;
}

/* qcow2.txt: L1 table, L2 tables, clusters */
static bool read_l2(uint64_t *map, uint64_t count, const struct view *view,
		    uint64_t l1, uint64_t unit)
{
	unsigned char entry[8];

	for (uint64_t i = 0; i < count; i++) {
		uint64_t per = unit / 8, table;

		if (!view_read(view, entry, 8, l1 + i / per * 8))
			return false;
		table = be64(entry) & 0x00fffffffffffe00;
		if (!table)
			continue;
		if (!view_read(view, entry, 8, table + i % per * 8))
			return false;
		map[i] = be64(entry) & 0x00fffffffffffe00;
	}
	return true;
}

bool where_qcow2(struct place *place, const struct view *view, uint64_t at)
{
	ig_autofree uint64_t *map = NULL;
	unsigned char head[72];
	uint64_t size, unit, count;

	if (!view_read(view, head, sizeof(head), 0) ||
	    memcmp(head, "QFI\xfb", 4) != 0 || be32(head + 20) < 9 ||
	    be32(head + 20) > 21)
		return false;
	unit = 1ull << be32(head + 20);
	size = be64(head + 24);
	count = size / unit + (size % unit != 0);
	map = count && count <= UNITS_MAX ? calloc(count, sizeof(*map)) : NULL;
	if (!map || !read_l2(map, count, view, be64(head + 40), unit))
		return false;
	return where_mapped(place, view, map, unit, size, at);
}

/* Microsoft, "Virtual Hard Disk Image Format Specification" */
static bool where_dynamic(struct place *place, const struct view *view,
			  uint64_t header, uint64_t size, uint64_t at)
{
	ig_autofree uint64_t *map = NULL;
	unsigned char head[36], entry[4];
	uint64_t unit, count, bitmap;

	if (!view_read(view, head, sizeof(head), header) ||
	    memcmp(head, "cxsparse", 8) != 0 || !be32(head + 32))
		return false;
	unit = be32(head + 32);
	bitmap = (unit / SECTOR / 8 + SECTOR - 1) / SECTOR * SECTOR;
	count = size / unit + (size % unit != 0);
	map = count && count <= UNITS_MAX ? calloc(count, sizeof(*map)) : NULL;
	if (!map)
		return false;
	for (uint64_t i = 0; i < count; i++) {
		if (!view_read(view, entry, 4, be64(head + 16) + i * 4))
			return false;
		if (be32(entry) != UINT32_MAX)
			map[i] = (uint64_t)be32(entry) * SECTOR + bitmap;
	}
	return where_mapped(place, view, map, unit, size, at);
}

bool where_vhd(struct place *place, const struct view *view, uint64_t at)
{
	unsigned char foot[SECTOR];
	struct view disk;

	if (view->size < SECTOR ||
	    !view_read(view, foot, SECTOR, view->size - SECTOR) ||
	    memcmp(foot, "conectix", 8) != 0)
		return false;
	if (be64(foot + 16) != UINT64_MAX)
		return where_dynamic(place, view, be64(foot + 16),
				     be64(foot + 48), at);
	disk = view_slice(view, 0, view->size - SECTOR);
	if (at < disk.size) {
		where_in(place, &disk, "", at);
		return true;
	}
	place_say(place, "the footer");
	place->content = false;
	return true;
}
