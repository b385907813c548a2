/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/gptedit.h"

#include "base/bytes.h"
#include "disk/gpt_fields.h"

#include <stdlib.h>
#include <string.h>

#define ENTRIES	    128u
#define MBR_ENTRY   446u
#define PROTECTIVE  0xeeu
#define FIRST_TABLE 2u

/* UAPI Discoverable Partitions: linux-generic */
static const uint8_t linux_type[16] = { 0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84,
					0x72, 0x47, 0x8e, 0x79, 0x3d, 0x69,
					0xd8, 0x47, 0x7d, 0xe4 };

static uint64_t table_sectors(uint32_t n, unsigned sector)
{
	return ((uint64_t)n * GPT_ENTRY + sector - 1) / sector;
}

static bool take_entries(struct gptedit *out, uint32_t n, unsigned sector,
			 const uint8_t *from)
{
	out->entries_len = (size_t)table_sectors(n, sector) * sector;
	out->entries = calloc(1, out->entries_len);
	if (out->entries && from)
		memcpy(out->entries, from, (size_t)n * GPT_ENTRY);
	return out->entries != NULL;
}

/* The last sector of a partition that ends with a whole mebibyte; 0: none. */
static uint64_t last_for(const struct gptedit_disk *disk, uint64_t table)
{
	uint64_t unit = GPTEDIT_MIB / disk->sector;

	if (disk->sectors < table + 2 + unit)
		return 0;
	return (disk->sectors - table - 1) / unit * unit - 1;
}

static void add_step(struct gptedit *out, const struct gptedit_disk *disk,
		     uint64_t at, const uint8_t *p, size_t len)
{
	out->step[out->n++] =
		(struct gptedit_step){ at * disk->sector, p, len };
}

static void sum_header(uint8_t *header)
{
	put32(header + HDR_CRC,
	      gpt_header_crc(header, get32(header + HDR_SIZE)));
}

/* Both headers, of the primary one that has all but places and sums. */
static void set_headers(struct gptedit *out, const struct gptedit_disk *disk,
			uint64_t table_at, uint64_t usable_first)
{
	uint64_t end = disk->sectors - 1;
	uint64_t table = out->entries_len / disk->sector;
	uint32_t n = get32(out->primary + HDR_N);

	put64(out->primary + HDR_SELF, 1);
	put64(out->primary + HDR_OTHER, end);
	put64(out->primary + HDR_USABLE, usable_first);
	put64(out->primary + HDR_USABLE + 8, end - table - 1);
	put64(out->primary + HDR_ENTRIES, table_at);
	put32(out->primary + HDR_ENTRIES_CRC,
	      gpt_crc(out->entries, (size_t)n * GPT_ENTRY));
	memcpy(out->backup, out->primary, disk->sector);
	put64(out->backup + HDR_SELF, end);
	put64(out->backup + HDR_OTHER, 1);
	put64(out->backup + HDR_ENTRIES, end - table);
	sum_header(out->primary);
	sum_header(out->backup);
}

/* 5.2.3: the protective entry ends with the disk, or with 32 bits. */
static void set_protective(uint8_t *entry, uint64_t sectors)
{
	put32(entry + 12,
	      sectors - 1 > UINT32_MAX ? UINT32_MAX : (uint32_t)(sectors - 1));
}

static void set_steps(struct gptedit *out, const struct gptedit_disk *disk)
{
	uint64_t table_at = get64(out->primary + HDR_ENTRIES);
	uint64_t other_at = get64(out->backup + HDR_ENTRIES);

	add_step(out, disk, other_at, out->entries, out->entries_len);
	add_step(out, disk, disk->sectors - 1, out->backup, disk->sector);
	add_step(out, disk, table_at, out->entries, out->entries_len);
	add_step(out, disk, 1, out->primary, disk->sector);
	add_step(out, disk, 0, out->mbr, disk->sector);
}

/* Where the first partition begins, and whether one ends behind @last. All
 * count, as for the kernel: also those outside of the usable sectors. */
static uint64_t lowest(const struct gpt *gpt, const uint8_t *entries,
		       uint64_t last, bool *behind)
{
	static const uint8_t unused[16];
	uint64_t low = UINT64_MAX;

	*behind = false;
	for (uint32_t i = 0; i < gpt->n; i++) {
		const uint8_t *entry = entries + (size_t)i * GPT_ENTRY;

		if (memcmp(entry, unused, sizeof(unused)) == 0)
			continue;
		if (get64(entry + ENT_FIRST) < low)
			low = get64(entry + ENT_FIRST);
		if (get64(entry + ENT_LAST) > last)
			*behind = true;
	}
	return low;
}

/* The other one of the two places, behind the header; 0: it is not free. */
static uint64_t other_table(const struct gpt *gpt, uint64_t table, uint64_t low)
{
	uint64_t at = gpt->first >= FIRST_TABLE + table ? FIRST_TABLE
							: gpt->first + table;

	return at + table <= low && gpt->first + table <= low ? at : 0;
}

static void grow_entry(uint8_t *entries, uint32_t part, uint64_t last)
{
	put64(entries + (size_t)part * GPT_ENTRY + ENT_LAST, last);
}

enum gptedit_answer gptedit_grow(struct gptedit *out,
				 const struct gptedit_disk *disk,
				 const uint8_t *mbr, const uint8_t *header,
				 const uint8_t *entries, uint32_t part)
{
	struct gpt_part it;
	struct gpt gpt;
	bool behind;

	memset(out, 0, sizeof(*out));
	if (gpt_header(&gpt, header, disk->sector, disk->sectors) < 0 ||
	    part >= gpt.n || !gpt_part(&it, &gpt, entries, part))
		return GPTEDIT_NO_ROOM;
	uint64_t table = table_sectors(gpt.n, disk->sector);
	uint64_t low = lowest(&gpt, entries, it.last, &behind);

	out->first = it.first;
	out->last = last_for(disk, table);
	if (behind)
		return GPTEDIT_BEHIND;
	if (out->last <= it.last) {
		out->last = it.last;
		return GPTEDIT_SAME;
	}
	uint64_t at = other_table(&gpt, table, low);

	if (at == 0 || !take_entries(out, gpt.n, disk->sector, entries))
		return GPTEDIT_NO_ROOM;
	grow_entry(out->entries, part, out->last);
	memcpy(out->primary, header, disk->sector);
	memcpy(out->mbr, mbr, disk->sector);
	if (out->mbr[MBR_ENTRY + 4] == PROTECTIVE)
		set_protective(out->mbr + MBR_ENTRY, disk->sectors);
	uint64_t end = (at > gpt.first ? at : gpt.first) + table;

	set_headers(out, disk, at,
		    end > gpt.usable_first ? end : gpt.usable_first);
	set_steps(out, disk);
	return GPTEDIT_OK;
}

static void make_mbr(uint8_t *mbr, uint64_t sectors)
{
	uint8_t *entry = mbr + MBR_ENTRY;

	memcpy(entry, "\0\0\2\0\xee\xff\xff\xff\1\0\0\0", 12);
	set_protective(entry, sectors);
	put16(mbr + 510, 0xaa55);
}

static void make_entry(uint8_t *entry, const struct gptedit *out,
		       const char *name, const uint8_t *guid)
{
	/* 59: grow-file-system, as partitions of ingot's own disks have it */
	const uint64_t grow = 1ull << 59;

	memcpy(entry, linux_type, sizeof(linux_type));
	memcpy(entry + ENT_UUID, guid, 16);
	put64(entry + ENT_FIRST, out->first);
	put64(entry + ENT_LAST, out->last);
	put64(entry + ENT_FLAGS, grow);
	for (size_t i = 0; i + 1 < GPT_NAME_UNITS && name[i]; i++)
		put16(entry + ENT_NAME + 2 * i, (uint8_t)name[i]);
}

/* RFC 4122: of random numbers, in GPT's order of bytes. */
static void make_guid(uint8_t out[16], const uint8_t *random)
{
	memcpy(out, random, 16);
	out[7] = (uint8_t)((out[7] & 0x0f) | 0x40);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

enum gptedit_answer gptedit_make(struct gptedit *out,
				 const struct gptedit_disk *disk,
				 const char *name, const uint8_t *guids)
{
	uint64_t table = table_sectors(ENTRIES, disk->sector);
	uint8_t guid[16];

	memset(out, 0, sizeof(*out));
	out->first = GPTEDIT_MIB / disk->sector;
	out->last = last_for(disk, table);
	if (out->last <= out->first ||
	    !take_entries(out, ENTRIES, disk->sector, NULL))
		return GPTEDIT_NO_ROOM;
	make_mbr(out->mbr, disk->sectors);
	make_guid(guid, guids + 16);
	make_entry(out->entries, out, name, guid);
	memcpy(out->primary, "EFI PART", 8);
	put32(out->primary + HDR_REVISION, 0x00010000);
	put32(out->primary + HDR_SIZE, HDR_END);
	make_guid(out->primary + HDR_DISK, guids);
	put32(out->primary + HDR_N, ENTRIES);
	put32(out->primary + HDR_ENTRY, GPT_ENTRY);
	set_headers(out, disk, FIRST_TABLE, FIRST_TABLE + 2 * table);
	set_steps(out, disk);
	return GPTEDIT_OK;
}

void gptedit_done(struct gptedit *edit)
{
	free(edit->entries);
	memset(edit, 0, sizeof(*edit));
}

void gptedit_overlay(const struct gptedit *edit, uint8_t *buf, size_t len,
		     uint64_t at)
{
	for (size_t i = 0; i < edit->n; i++) {
		const struct gptedit_step *s = &edit->step[i];

		for (size_t k = 0; k < s->len; k++) {
			if (s->at + k >= at && s->at + k - at < len)
				buf[s->at + k - at] = s->p[k];
		}
	}
}
