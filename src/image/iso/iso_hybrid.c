/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "parts.h"

/*
 * On a disk of 512-byte sectors the image shows a GPT: the image up to its
 * UEFI boot image, then that one as the EFI system partition; they do not
 * overlap, because the UEFI boot image is the last file. Without one, an MBR
 * with a single partition is enough.
 */
#define CODE	   440u
#define GPT_HEAD   (34u * IG_SECTOR)
#define KERNEL_LBA 432u /* in the code of both boot loaders */
#define MBR_TYPE   0x17 /* what isohybrid takes: nothing mounts it */
#define ACTIVE	   0x80
#define TABLE	   446u
#define PER_BLOCK  (ISO_BLOCK / IG_SECTOR)

#define BASIC_DATA "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7"
#define ESP	   "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define READ_ONLY  ((uint64_t)1 << 60)

bool iso_is_grub(const void *area, size_t len)
{
	static const unsigned char one[8] = { 1 };
	const unsigned char *code = area;

	/* boot_hybrid.img: a jump over its parameters, and sector 1. */
	return code && len >= KERNEL_LBA + 8 && code[0] == 0xeb &&
	       code[1] == 0x63 && memcmp(code + KERNEL_LBA, one, 8) == 0;
}

static bool is_isolinux(const unsigned char *code)
{
	/* isohdp*.bin: xor bp, bp and a sled of nops. */
	return memcmp(code, "\x33\xed\x90\x90", 4) == 0;
}

/* Tells the MBR's code where its second stage is: the BIOS boot image. */
static void patch_code(unsigned char area[ISO_SYSTEM_AREA],
		       const struct iso_image *image)
{
	const struct ig_iso_opts *opts = image->opts;
	uint64_t skip = 0;
	size_t i = 0;

	while (i < opts->boots_n && opts->boots[i].platform != 0)
		i++;
	if (i == opts->boots_n)
		return;
	if (iso_is_grub(area, ISO_SYSTEM_AREA))
		skip = 4; /* cdboot.img comes first, for CDs alone */
	else if (!is_isolinux(area))
		return;
	skip += (uint64_t)image->boot[i]->lba * PER_BLOCK;
	iso_le32(area + KERNEL_LBA, (uint32_t)skip);
	iso_le32(area + KERNEL_LBA + 4, (uint32_t)(skip >> 32));
}

static void put_mbr(unsigned char area[ISO_SYSTEM_AREA],
		    const struct iso_image *image)
{
	struct parts_place all = { 0, (uint64_t)image->blocks * PER_BLOCK };

	if (all.count > UINT32_MAX)
		all.count = UINT32_MAX;
	iso_le32(area + CODE, ig_seed_u32(image->opts->seed, "mbr"));
	memset(area + CODE + 4, 0, IG_SECTOR - CODE - 4);
	parts_entry(area, 0, MBR_TYPE, &all);
	area[TABLE] = ACTIVE;
	iso_le16(area + 510, 0xaa55);
}

/* A disk of the same measures, of which only the tables are taken. */
static int make_gpt(struct ig_rope *out, const unsigned char *code,
		    const struct iso_image *image, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = ig_rope_new(err);
	IG_AUTO(ig_rope_freep) struct ig_rope *esp = NULL;
	uint64_t begin = (uint64_t)image->esp->lba * ISO_BLOCK, where[2];
	struct ig_partition parts[2] = {
		{ .type = BASIC_DATA,
		  .name = "ISO9660",
		  .attributes = READ_ONLY },
		{ .type = ESP, .name = "EFI system", .attributes = READ_ONLY },
	};
	struct ig_disk_opts opts = {
		.seed = image->opts->seed,
		.size = (uint64_t)image->blocks * ISO_BLOCK,
		.boot = code,
		.boot_len = CODE,
		.align = (uint64_t)ISO_ALIGN * ISO_BLOCK,
		.where = where,
	};

	esp = data ? ig_rope_new(err) : NULL;
	if (!esp || ig_rope_zero(data, begin - opts.align, err) < 0 ||
	    ig_rope_zero(esp, image->esp->size, err) < 0)
		return -1;
	parts[0].data = data;
	parts[1].data = esp;
	if (ig_gpt_write(out, parts, 2, &opts, err) < 0)
		return -1;
	if (where[1] != begin)
		return ig_fail(
			err, IG_ELIMIT,
			"the UEFI boot image is not where its partition is");
	return 0;
}

static int put_gpt(unsigned char area[ISO_SYSTEM_AREA],
		   unsigned char tail[ISO_GPT_TAIL],
		   const struct iso_image *image, struct ig_err *err)
{
	static const struct parts_place first = { 0, 1 };
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = ig_rope_new(err);

	for (size_t i = IG_SECTOR; i < GPT_HEAD; i++)
		if (area[i])
			return ig_fail(
				err, IG_EFORMAT,
				"the system area has bytes where the GPT must be: give its first %u only",
				IG_SECTOR);
	if (!disk || make_gpt(disk, area, image, err) < 0 ||
	    ig_rope_read(disk, area, GPT_HEAD, 0, err) < 0)
		return -1;
	/* Some BIOSes start no disk without an active partition. */
	parts_entry(area, 1, 0, &first);
	area[TABLE + 16] = ACTIVE;
	return ig_rope_read(disk, tail, ISO_GPT_TAIL,
			    ig_rope_size(disk) - ISO_GPT_TAIL, err);
}

int iso_hybrid(unsigned char area[ISO_SYSTEM_AREA],
	       unsigned char tail[ISO_GPT_TAIL], const struct iso_image *image,
	       struct ig_err *err)
{
	const struct ig_iso_opts *opts = image->opts;

	if (opts->system_area_len > ISO_SYSTEM_AREA)
		return ig_fail(
			err, IG_ELIMIT,
			"a system area of %zu bytes: an ISO image has room for %u",
			opts->system_area_len, ISO_SYSTEM_AREA);
	if (opts->system_area)
		memcpy(area, opts->system_area, opts->system_area_len);
	if (!opts->hybrid)
		return 0;
	patch_code(area, image);
	if (image->esp)
		return put_gpt(area, tail, image, err);
	put_mbr(area, image);
	return 0;
}
