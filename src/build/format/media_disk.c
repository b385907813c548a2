/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "media.h"

#define TYPE_ESP       "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define TYPE_BIOS_BOOT "21686148-6449-6E6F-744E-656564454649"
#define MBR_FAT32_LBA  0x0c
#define FIRST_LBA      2048u /* of the first partition: 1 MiB */
#define MIB	       (1u << 20)

static int make_efi(struct ig_rope *out, struct ig_compose *c,
		    struct ig_err *err)
{
	struct ig_rope *esp = ig_compose_new(c, err);
	struct ig_fat_file file = { .path = ig_media_efi_name(c, err) };
	struct ig_fat_opts fat = { .label = "ESP",
				   .seed = c->id,
				   .hidden = FIRST_LBA,
				   .time = ig_compose_time(c) };
	struct ig_partition part = { .type = TYPE_ESP,
				     .name = "EFI System",
				     .data = esp };
	struct ig_disk_opts disk = { .align = 0 };

	if (!esp || !file.path || ig_media_uki(&file.data, c, err) < 0)
		return -1;
	fat.seed = c->id;
	if (ig_fat_write(esp, &file, 1, &fat, err) < 0)
		return -1;
	return ig_media_gpt(out, c, &part, 1, &disk, err);
}

/* The core lies in the gap between the boot sector and the first partition. */
static int make_bios(struct ig_rope *out, struct ig_compose *c,
		     struct ig_err *err)
{
	struct ig_rope *volume = ig_compose_new(c, err);
	struct ig_rope *core = ig_compose_new(c, err);
	struct ig_rope *table = ig_compose_new(c, err);
	unsigned char sector[440];
	struct ig_partition part = { .mbr_type = MBR_FAT32_LBA,
				     .data = volume };
	struct ig_disk_opts disk = { .boot = sector,
				     .boot_len = sizeof(sector) };
	struct ig_media_volume what = { .boot = &c->boot,
					.bios = true,
					.hidden = FIRST_LBA };
	uint64_t end;

	if (!volume || !core || !table || ig_compose_need_kernel(c, err) < 0 ||
	    ig_media_volume(volume, c, &what, err) < 0 ||
	    ig_grub_boot(sector, core, c, 1, err) < 0)
		return -1;
	end = IG_SECTOR + ig_rope_size(core);
	if (end > (uint64_t)FIRST_LBA * IG_SECTOR)
		return ig_fail(
			err, IG_ELIMIT,
			"GRUB's core of %llu bytes does not fit before the first partition",
			(unsigned long long)ig_rope_size(core));
	if (ig_media_mbr(table, c, &part, 1, &disk, err) < 0 ||
	    ig_rope_slice(out, table, 0, IG_SECTOR, err) < 0 ||
	    ig_rope_add(out, core, err) < 0)
		return -1;
	return ig_rope_slice(out, table, end, ig_rope_size(table) - end, err);
}

static int make_disk(struct ig_rope *out, struct ig_compose *c,
		     struct ig_err *err)
{
	bool bios = ig_media_has_bios(c);
	struct ig_rope *volume = ig_compose_new(c, err);
	struct ig_rope *core = ig_compose_new(c, err);
	unsigned char sector[440];
	struct ig_partition parts[2] = {
		{ .type = TYPE_BIOS_BOOT, .name = "BIOS boot", .data = core },
		{ .type = TYPE_ESP, .name = "EFI System", .data = volume },
	};
	struct ig_disk_opts disk = { .boot = bios ? sector : NULL,
				     .boot_len = bios ? sizeof(sector) : 0 };
	/* The core has the first mebibyte of partitions to itself. */
	struct ig_media_volume what = { .boot = &c->boot,
					.bios = bios,
					.efi = true,
					.hidden = bios ? FIRST_LBA * 2
						       : FIRST_LBA };

	if (!volume || !core || ig_compose_need_kernel(c, err) < 0 ||
	    ig_media_volume(volume, c, &what, err) < 0 ||
	    (bios && ig_grub_boot(sector, core, c, FIRST_LBA, err) < 0))
		return -1;
	parts[0].size = MIB;
	return ig_media_gpt(out, c, bios ? parts : parts + 1, bios ? 2 : 1,
			    &disk, err);
}

static int
once(const struct ig_rope **out, struct ig_compose *c, enum ig_media which,
     int (*make)(struct ig_rope *out, struct ig_compose *c, struct ig_err *err),
     const char *what, struct ig_err *err)
{
	struct ig_rope *rope = c->media[which];

	if (!rope) {
		rope = ig_compose_new(c, err);
		if (!rope || make(rope, c, err) < 0)
			return ig_wrap(err, "%s", what);
		c->media[which] = rope;
	}
	*out = rope;
	return 0;
}

int ig_media_efi(const struct ig_rope **out, struct ig_compose *c,
		 struct ig_err *err)
{
	return once(out, c, IG_MEDIA_EFI, make_efi, "EFI disk", err);
}

int ig_media_bios(const struct ig_rope **out, struct ig_compose *c,
		  struct ig_err *err)
{
	return once(out, c, IG_MEDIA_BIOS, make_bios, "BIOS disk", err);
}

int ig_media_disk(const struct ig_rope **out, struct ig_compose *c,
		  struct ig_err *err)
{
	return once(out, c, IG_MEDIA_DISK, make_disk, "disk", err);
}

int ig_media_iso(const struct ig_rope **out, struct ig_compose *c,
		 struct ig_err *err)
{
	return once(out, c, IG_MEDIA_ISO, ig_media_make_iso, "ISO", err);
}

int ig_compose_disk(const struct ig_rope **out, struct ig_compose *c,
		    struct ig_err *err)
{
	return ig_media_disk(out, c, err);
}
