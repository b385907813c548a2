/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/disk.h>

#include <stdio.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "parts.h"
#include "put.h"

/* UEFI 2.10, 5.3: the header and 16 KiB of entries, at both ends. */
#define ENTRIES	      128u
#define ENTRY	      128u
#define ENTRY_SECTORS (ENTRIES * ENTRY / IG_SECTOR)
#define HEADER	      92u
#define PROTECTIVE    0xee
#define NAME_LIMIT    35u

static uint32_t crc32_of(const unsigned char *data, size_t len)
{
	uint32_t crc = 0xffffffff;

	while (len--) {
		crc ^= *data++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Appendix A: the first three fields of the text are little-endian. */
static int put_guid(unsigned char out[16], const char *text, struct ig_err *err)
{
	static const unsigned char order[16] = { 3, 2, 1,  0,  5,  4,  7,  6,
						 8, 9, 10, 11, 12, 13, 14, 15 };
	const char *p = text ? text : "";

	for (size_t i = 0; i < 16; i++) {
		int high = -1, low = -1;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && *p++ != '-')
			break;
		high = hex_digit(p[0]);
		low = high < 0 ? -1 : hex_digit(p[1]);
		if (low < 0)
			break;
		out[order[i]] = (unsigned char)(high << 4 | low);
		p += 2;
		if (i == 15 && !*p)
			return 0;
	}
	return ig_fail(
		err, IG_EFORMAT,
		"'%s' is not a GUID like C12A7328-F81F-11D2-BA4B-00A0C93EC93B",
		text ? text : "");
}

static int put_name(unsigned char *out, const char *name, struct ig_err *err)
{
	size_t len = name ? strlen(name) : 0;

	if (len > NAME_LIMIT)
		return ig_fail(err, IG_ELIMIT,
			       "partition name '%s' is longer than %u", name,
			       NAME_LIMIT);
	for (size_t i = 0; i < len; i++) {
		if (name[i] < ' ' || name[i] > '~')
			return ig_fail(err, IG_EFORMAT,
				       "partition name '%s' is not plain ASCII",
				       name);
		put16(out + i * 2, (unsigned char)name[i]);
	}
	return 0;
}

static int put_entries(unsigned char *out, const struct parts_disk *disk,
		       const struct ig_partition *parts, size_t n,
		       const char *seed, struct ig_err *err)
{
	for (size_t i = 0; i < n; i++, out += ENTRY) {
		const struct parts_place *place = &disk->v[i];
		char use[32];

		snprintf(use, sizeof(use), "partition %zu", i + 1);
		if (put_guid(out, parts[i].type, err) < 0 ||
		    put_name(out + 56, parts[i].name, err) < 0)
			return ig_wrap(err, "partition %zu", i + 1);
		ig_seed_uuid(out + 16, seed, use);
		if (parts[i].uuid && put_guid(out + 16, parts[i].uuid, err) < 0)
			return ig_wrap(err, "partition %zu", i + 1);
		put64(out + 32, place->first);
		put64(out + 40, place->first + place->count - 1);
		put64(out + 48, parts[i].attributes);
	}
	return 0;
}

/* The header that lies at sector @at; its twin is at @other. */
static void put_header(unsigned char *out, uint64_t at, uint64_t other,
		       uint64_t entries, const unsigned char *table,
		       const char *seed)
{
	uint64_t last = at > other ? at : other;

	memcpy(out, "EFI PART", 8);
	put32(out + 8, 0x00010000);
	put32(out + 12, HEADER);
	put64(out + 24, at);
	put64(out + 32, other);
	put64(out + 40, 2 + ENTRY_SECTORS);
	put64(out + 48, last - ENTRY_SECTORS - 1);
	ig_seed_uuid(out + 56, seed, "disk");
	put64(out + 72, entries);
	put32(out + 80, ENTRIES);
	put32(out + 84, ENTRY);
	put32(out + 88, crc32_of(table, (size_t)ENTRIES * ENTRY));
	put32(out + 16, crc32_of(out, HEADER));
}

static int protect(unsigned char out[IG_SECTOR], uint64_t sectors,
		   const struct ig_disk_opts *opts, struct ig_err *err)
{
	struct parts_place all = { 1, sectors - 1 };

	if (all.count > UINT32_MAX)
		all.count = UINT32_MAX;
	if (parts_boot(out, opts, 0, err) < 0)
		return -1;
	parts_entry(out, 0, PROTECTIVE, &all);
	/* UEFI 2.10, 5.2.3: the second sector, and "not possible". */
	memcpy(out + 447, "\0\2\0", 3);
	memset(out + 451, 0xff, 3);
	return 0;
}

int ig_gpt_write(struct ig_rope *out, const struct ig_partition *parts,
		 size_t n, const struct ig_disk_opts *opts, struct ig_err *err)
{
	IG_AUTO(parts_done) struct parts_disk disk = { parts, n, NULL, 0 };
	unsigned char front[(2 + ENTRY_SECTORS) * IG_SECTOR] = { 0 };
	unsigned char back[(1 + ENTRY_SECTORS) * IG_SECTOR] = { 0 };
	unsigned char *table = front + (size_t)2 * IG_SECTOR;
	uint64_t base = ig_rope_size(out), last;

	if (n > ENTRIES)
		return ig_fail(err, IG_ELIMIT,
			       "%zu partitions: a GPT has room for %u", n,
			       ENTRIES);
	if (parts_plan(&disk, opts, 2 + ENTRY_SECTORS, 1 + ENTRY_SECTORS, err) <
		    0 ||
	    protect(front, disk.sectors, opts, err) < 0 ||
	    put_entries(table, &disk, parts, n, opts->seed, err) < 0)
		return -1;
	last = disk.sectors - 1;
	memcpy(back, table, (size_t)ENTRIES * ENTRY);
	put_header(front + IG_SECTOR, 1, last, 2, table, opts->seed);
	put_header(back + ENTRIES * ENTRY, last, 1, last - ENTRY_SECTORS, table,
		   opts->seed);
	if (ig_rope_mem(out, front, sizeof(front), err) < 0 ||
	    parts_write(out, base, &disk, last - ENTRY_SECTORS, err) < 0 ||
	    ig_rope_mem(out, back, sizeof(back), err) < 0)
		return -1;
	parts_where(&disk, opts);
	return 0;
}
