/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that grew: its first sectors, the sums made right. What is to be
 * written must make a sound table with the same partitions but one, and lie
 * where no partition is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "disk/claim.h"
#include "disk/ext4.h"
#include "disk/gpt_fields.h"
#include "disk/gptedit.h"

#define SECTOR 512u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_steps(const struct gptedit *edit, const struct gpt *old,
			const uint8_t *entries, uint64_t sectors)
{
	struct gpt_part part;

	for (size_t i = 0; i < edit->n; i++) {
		uint64_t first = edit->step[i].at / SECTOR;
		uint64_t last = first + edit->step[i].len / SECTOR - 1;

		if (last >= sectors)
			abort();
		for (uint32_t k = 0; k < old->n; k++) {
			if (gpt_part(&part, old, entries, k) &&
			    part.first <= last && part.last >= first)
				abort();
		}
	}
}

static void check(const struct gptedit *edit, const struct gpt *old,
		  const uint8_t *entries, uint32_t n, uint64_t sectors)
{
	struct gpt_part was, is;
	struct gpt gpt;

	if (gpt_header(&gpt, edit->primary, SECTOR, sectors) < 0 ||
	    gpt.n != old->n || !gpt_entries(&gpt, edit->entries))
		abort();
	check_steps(edit, old, entries, sectors);
	for (uint32_t i = 0; i < gpt.n; i++) {
		if (!gpt_part(&was, old, entries, i))
			continue;
		if (!gpt_part(&is, &gpt, edit->entries, i) ||
		    is.first != was.first ||
		    (i == n ? is.last <= was.last : is.last != was.last))
			abort();
	}
}

static void grow(const uint8_t *data, size_t size, uint64_t more)
{
	uint8_t header[SECTOR];
	const struct gptedit_disk disk = { SECTOR, size / SECTOR + more };
	struct gptedit edit;
	struct gpt gpt;

	memcpy(header, data + SECTOR, SECTOR);
	uint32_t len = get32(header + HDR_SIZE);

	if (len < HDR_END || len > SECTOR)
		return;
	put32(header + HDR_CRC, gpt_header_crc(header, len));
	if (gpt_header(&gpt, header, SECTOR, size / SECTOR) < 0)
		return;
	size_t bytes = (size_t)gpt.n * GPT_ENTRY;
	uint8_t *entries = malloc(bytes);

	if (!entries)
		return;
	memcpy(entries, data + gpt.first * SECTOR, bytes);
	for (uint32_t i = 0; i < gpt.n && i < 4; i++) {
		if (gptedit_grow(&edit, &disk, data, header, entries, i) ==
		    GPTEDIT_OK)
			check(&edit, &gpt, entries, i, disk.sectors);
		gptedit_done(&edit);
	}
	free(entries);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct claim claim;
	struct ext4 fs;

	if (size >= CLAIM_SIZE && claim_read(&claim, data) &&
	    strlen(claim.label) >= CLAIM_LABEL)
		abort();
	if (size >= EXT4_SUPER_SIZE && ext4_read(&fs, data) &&
	    (fs.block < 1024 || fs.block > 65536 || fs.blocks == 0))
		abort();
	if (size < 2 * SECTOR)
		return 0;
	grow(data, size, 0);
	grow(data, size, 8192);
	return 0;
}
