/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_GPTEDIT_H
#define INIT_GPTEDIT_H

#include "disk/gpt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GPTEDIT_STEPS 5u
#define GPTEDIT_GUIDS 32u /* of the disk, then of the partition */
#define GPTEDIT_MIB   (1u << 20)

/** A disk and its sectors. */
struct gptedit_disk {
	unsigned sector; /* bytes, 512 to GPT_SECTOR */
	uint64_t sectors;
};

/** Bytes for a place on the disk, whole sectors both. */
struct gptedit_step {
	uint64_t at;
	const uint8_t *p; /* inside struct gptedit */
	size_t len;
};

/**
 * What makes a table from what is there: steps, each to be on the disk before
 * the next begins. Free with gptedit_done().
 */
struct gptedit {
	struct gptedit_step step[GPTEDIT_STEPS];
	size_t n;
	uint8_t *entries; /* whole sectors */
	size_t entries_len;
	uint8_t mbr[GPT_SECTOR];
	uint8_t primary[GPT_SECTOR];
	uint8_t backup[GPT_SECTOR];
	uint64_t first, last; /* sectors of the partition, when all is done */
};

enum gptedit_answer {
	GPTEDIT_OK,	/* there are steps to do */
	GPTEDIT_SAME,	/* it has all that there is */
	GPTEDIT_BEHIND, /* another partition lies behind it */
	GPTEDIT_NO_ROOM /* for a second table, or on the disk, or memory */
};

/**
 * gptedit_grow() - partition @part takes what is behind it.
 * @mbr, @header: the disk's first two sectors; @entries: what the header
 * means; all checked, and borrowed for the call. @part: from 0.
 *
 * The header alone decides which entries count, and it is one sector: the new
 * entries go to the other one of two places. So at any moment the disk has
 * the old table or the new one, and where its header says there is a backup.
 * Pure.
 */
enum gptedit_answer gptedit_grow(struct gptedit *out,
				 const struct gptedit_disk *disk,
				 const uint8_t *mbr, const uint8_t *header,
				 const uint8_t *entries, uint32_t part);

/**
 * gptedit_make() - a table with one partition, as large as the disk, for an
 * empty one. @name: ASCII, at most 35 characters. @guids: GPTEDIT_GUIDS random
 * bytes. Pure: the same for the same.
 */
enum gptedit_answer gptedit_make(struct gptedit *out,
				 const struct gptedit_disk *disk,
				 const char *name, const uint8_t *guids);

/** gptedit_done() - accepts the empty value. */
void gptedit_done(struct gptedit *edit);

/** gptedit_overlay() - what the edit writes into @buf, a copy of the @len bytes
 * that the disk has at @at. */
void gptedit_overlay(const struct gptedit *edit, uint8_t *buf, size_t len,
		     uint64_t at);

#endif
