/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/gpt.h"

#include "base/bytes.h"
#include "disk/gpt_fields.h"

#include <stdio.h>
#include <string.h>

static uint32_t crc_add(uint32_t crc, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return crc;
}

uint32_t gpt_crc(const uint8_t *p, size_t len)
{
	return ~crc_add(0xffffffffu, p, len);
}

/* The header's own sum counts as zero in it. */
uint32_t gpt_header_crc(const uint8_t *sector, size_t len)
{
	static const uint8_t zero[4];
	uint32_t crc = crc_add(0xffffffffu, sector, HDR_CRC);

	crc = crc_add(crc, zero, sizeof(zero));
	return ~crc_add(crc, sector + HDR_CRC + 4, len - HDR_CRC - 4);
}

static bool is_in_place(const struct gpt *gpt, size_t size, uint64_t sectors)
{
	uint64_t length = ((uint64_t)gpt->n * GPT_ENTRY + size - 1) / size;

	return gpt->n > 0 && gpt->n <= GPT_ENTRIES && gpt->first >= 2 &&
	       gpt->first < sectors && length <= sectors - gpt->first &&
	       gpt->usable_first <= gpt->usable_last &&
	       gpt->usable_last < sectors;
}

int gpt_header(struct gpt *out, const uint8_t *sector, size_t size,
	       uint64_t sectors)
{
	if (size < 512 || size > GPT_SECTOR ||
	    memcmp(sector, "EFI PART", 8) != 0)
		return -1;
	uint32_t len = get32(sector + HDR_SIZE);

	if (len < HDR_END || len > size ||
	    gpt_header_crc(sector, len) != get32(sector + HDR_CRC))
		return -1;
	/* a copy of another disk's, or of the end of this one */
	if (get64(sector + HDR_SELF) != 1)
		return -1;
	/* as the kernel, whose numbers of the partitions these must be */
	if (get32(sector + HDR_ENTRY) != GPT_ENTRY)
		return -1;
	out->first = get64(sector + HDR_ENTRIES);
	out->n = get32(sector + HDR_N);
	out->crc = get32(sector + HDR_ENTRIES_CRC);
	out->usable_first = get64(sector + HDR_USABLE);
	out->usable_last = get64(sector + HDR_USABLE + 8);
	return is_in_place(out, size, sectors) ? 0 : -1;
}

bool gpt_entries(const struct gpt *gpt, const uint8_t *entries)
{
	return gpt_crc(entries, (size_t)gpt->n * GPT_ENTRY) == gpt->crc;
}

/* The first three groups are little-endian numbers. */
static void uuid_text(char out[GPT_UUID_TEXT], const uint8_t *p)
{
	snprintf(out, GPT_UUID_TEXT,
		 "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x", get32(p),
		 get16(p + 4), get16(p + 6), p[8], p[9], p[10], p[11], p[12],
		 p[13], p[14], p[15]);
}

/* Halves of pairs become what no name has; nobody looks for those. */
static void name_text(char *out, const uint8_t *p)
{
	for (int i = 0; i < GPT_NAME_UNITS; i++) {
		unsigned c = get16(p + 2 * (size_t)i);

		if (c == 0)
			break;
		if (c < 0x80) {
			*out++ = (char)c;
		} else if (c < 0x800) {
			*out++ = (char)(0xc0 | c >> 6);
			*out++ = (char)(0x80 | (c & 0x3f));
		} else {
			*out++ = (char)(0xe0 | c >> 12);
			*out++ = (char)(0x80 | (c >> 6 & 0x3f));
			*out++ = (char)(0x80 | (c & 0x3f));
		}
	}
	*out = '\0';
}

bool gpt_part(struct gpt_part *out, const struct gpt *gpt,
	      const uint8_t *entries, uint32_t i)
{
	static const uint8_t unused[16];
	const uint8_t *entry = entries + (size_t)i * GPT_ENTRY;

	out->first = get64(entry + ENT_FIRST);
	out->last = get64(entry + ENT_LAST);
	if (memcmp(entry, unused, sizeof(unused)) == 0 ||
	    out->first > out->last || out->first < gpt->usable_first ||
	    out->last > gpt->usable_last)
		return false;
	uuid_text(out->uuid, entry + ENT_UUID);
	name_text(out->name, entry + ENT_NAME);
	return true;
}
