/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/claim.h"

#include "base/bytes.h"
#include "disk/ext4.h"
#include "disk/gpt_fields.h"

#include <stdlib.h>
#include <string.h>

#define MIB GPTEDIT_MIB

/* places in the sector */
enum {
	AT_LABEL = 24,
	AT_GUIDS = AT_LABEL + CLAIM_LABEL,
	AT_SECTORS = AT_GUIDS + GPTEDIT_GUIDS,
	AT_CRC = AT_SECTORS + 8
};

static const char magic[AT_LABEL] = "ingot: unfinished disk\n";

void claim_write(uint8_t sector[CLAIM_SIZE], const struct claim *claim)
{
	memset(sector, 0, CLAIM_SIZE);
	memcpy(sector, magic, sizeof(magic));
	memcpy(sector + AT_LABEL, claim->label, CLAIM_LABEL);
	memcpy(sector + AT_GUIDS, claim->guids, GPTEDIT_GUIDS);
	put64(sector + AT_SECTORS, claim->sectors);
	put32(sector + AT_CRC, gpt_crc(sector, AT_CRC));
}

bool claim_read(struct claim *out, const uint8_t sector[CLAIM_SIZE])
{
	if (memcmp(sector, magic, sizeof(magic)) != 0 ||
	    get32(sector + AT_CRC) != gpt_crc(sector, AT_CRC) ||
	    sector[AT_GUIDS - 1] != '\0')
		return false;
	memcpy(out->label, sector + AT_LABEL, CLAIM_LABEL);
	memcpy(out->guids, sector + AT_GUIDS, GPTEDIT_GUIDS);
	out->sectors = get64(sector + AT_SECTORS);
	return true;
}

static bool is_zero(const uint8_t *p, size_t len)
{
	return len == 0 || (p[0] == 0 && memcmp(p, p + 1, len - 1) == 0);
}

/* Whether each sector of @have is still zero, or what is to be there. */
static bool is_on_the_way(const uint8_t *have, const uint8_t *wanted,
			  unsigned sector)
{
	for (size_t i = 0; i < MIB; i += sector) {
		if (!is_zero(have + i, sector) &&
		    memcmp(have + i, wanted + i, sector) != 0)
			return false;
	}
	return true;
}

static bool matches(const struct claim_disk *disk, const struct gptedit *edit,
		    uint8_t *wanted, const uint8_t *have, uint64_t at)
{
	memset(wanted, 0, MIB);
	gptedit_overlay(edit, wanted, MIB, at);
	if (at == 0)
		memcpy(wanted + CLAIM_AT, have + CLAIM_AT, CLAIM_SIZE);
	return is_on_the_way(have, wanted, disk->disk.sector);
}

/* A claim counts as long as nobody else wrote a table since. */
static bool is_ours(const struct claim_disk *disk, const struct claim *claim)
{
	const struct gptedit_disk then = { disk->disk.sector, claim->sectors };
	uint64_t tail = disk->disk.sectors * disk->disk.sector - MIB;
	uint8_t *wanted = malloc(MIB);
	struct gptedit edit;
	bool ours = false;

	if (wanted && gptedit_make(&edit, &then, claim->label, claim->guids) ==
			      GPTEDIT_OK) {
		ours = matches(disk, &edit, wanted, disk->head, 0) &&
		       matches(disk, &edit, wanted, disk->tail, tail);
		gptedit_done(&edit);
	}
	free(wanted);
	return ours;
}

/* Nobody mounts it here before the claim is gone, but another machine can. */
static bool was_mounted(const struct claim_disk *disk)
{
	struct ext4 fs;

	return ext4_read(&fs, disk->next + EXT4_SUPER_AT) && fs.mounted;
}

static const char *unfit(const struct claim_disk *disk)
{
	if (disk->removable)
		return "removable";
	if (disk->readonly)
		return "read-only";
	if (disk->disk.sector < 512 || disk->disk.sector > GPT_SECTOR ||
	    GPT_SECTOR % disk->disk.sector != 0)
		return "sectors of a strange size";
	if (disk->disk.sectors < CLAIM_LEAST / disk->disk.sector)
		return "too small";
	if (!disk->head || !disk->next || !disk->tail)
		return "cannot be read";
	return NULL;
}

enum claim_answer claim_judge(struct claim *out, const char **why,
			      const struct claim_disk *disk, const char *label)
{
	*why = unfit(disk);
	if (*why)
		return CLAIM_REFUSED;
	if (claim_read(out, disk->head + CLAIM_AT)) {
		if (strcmp(out->label, label) != 0)
			*why = "begun for another label";
		else if (!is_ours(disk, out))
			*why = "begun, and then written by others";
		else if (was_mounted(disk))
			*why = "begun, and then used by others";
		return *why ? CLAIM_REFUSED : CLAIM_UNFINISHED;
	}
	if (disk->busy)
		*why = "in use";
	else if (!is_zero(disk->head, MIB) || !is_zero(disk->next, MIB) ||
		 !is_zero(disk->tail, MIB))
		*why = "not empty";
	return *why ? CLAIM_REFUSED : CLAIM_EMPTY;
}
