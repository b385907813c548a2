/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first sectors of a disk: its second is the header, what follows are the
 * entries. The sums are made right, else nothing would get past them.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "disk/gpt.h"

#define SECTOR 512u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sum(uint8_t out[4], const uint8_t *p, size_t len)
{
	uint32_t crc = 0xffffffffu;

	for (size_t i = 0; i < len; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	for (size_t i = 0; i < 4; i++)
		out[i] = (uint8_t)(~crc >> 8 * i);
}

static uint32_t number(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void look(const struct gpt *gpt, const uint8_t *entries)
{
	struct gpt_part part;

	for (uint32_t i = 0; i < gpt->n; i++) {
		if (!gpt_part(&part, gpt, entries, i))
			continue;
		if (strlen(part.uuid) != GPT_UUID_TEXT - 1 ||
		    strlen(part.name) >= sizeof(part.name) ||
		    part.first < gpt->usable_first ||
		    part.last > gpt->usable_last || part.first > part.last)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t header[SECTOR];
	struct gpt gpt;

	if (size < 2 * SECTOR)
		return 0;
	memcpy(header, data + SECTOR, SECTOR);
	uint32_t len = number(header + 12);

	memset(header + 16, 0, 4);
	if (len >= 20 && len <= SECTOR)
		sum(header + 16, header, len);
	if (gpt_header(&gpt, header, SECTOR, size / SECTOR) < 0)
		return 0;
	/* of their own length, so that reading past the end is seen */
	size_t bytes = (size_t)gpt.n * GPT_ENTRY;

	if (gpt.first * SECTOR + bytes > size)
		abort();
	uint8_t *entries = malloc(bytes);

	if (!entries)
		return 0;
	memcpy(entries, data + gpt.first * SECTOR, bytes);
	gpt_entries(&gpt, entries);
	look(&gpt, entries);
	free(entries);
	return 0;
}
