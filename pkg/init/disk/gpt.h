/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_GPT_H
#define INIT_GPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GPT_ENTRY     128u
#define GPT_ENTRIES   1024u /* most that are taken */
#define GPT_SECTOR    4096u /* largest */
#define GPT_UUID_TEXT 37u

/** What a header says of the entries; checked. */
struct gpt {
	uint64_t first; /* sector of the first entry */
	uint32_t n;
	uint32_t crc;
	uint64_t usable_first;
	uint64_t usable_last;
};

/** One partition. */
struct gpt_part {
	char uuid[GPT_UUID_TEXT]; /* lower case */
	char name[36 * 3 + 1];	  /* UTF-8 */
	uint64_t first;		  /* sectors */
	uint64_t last;
};

/**
 * gpt_header() - check the header of a partition table.
 * @sector: borrowed, the disk's second sector, @size bytes: 512 to 4096.
 * @sectors: how many the disk has.
 * Returns 0, or -1 when that is no sound header; @out is then unspecified.
 */
int gpt_header(struct gpt *out, const uint8_t *sector, size_t size,
	       uint64_t sectors);

/** gpt_entries() - is @entries, gpt->n * GPT_ENTRY bytes, what is meant? */
bool gpt_entries(const struct gpt *gpt, const uint8_t *entries);

/**
 * gpt_part() - read entry @i, less than gpt->n.
 * Returns false when it is empty or outside of the usable sectors.
 */
bool gpt_part(struct gpt_part *out, const struct gpt *gpt,
	      const uint8_t *entries, uint32_t i);

#endif
