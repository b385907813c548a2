/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "media.h"

#define EFI_IMAGE "boot/efi.img"
#define ELTORITO  "boot/eltorito.img"
#define SYSTEM	  32768u

/*
 * Kernel and initrd are on the CD once, in the FAT image that UEFI boots;
 * GRUB (BIOS) opens that image by loopback.
 */
#define LOOPBACK "loopback efi /" EFI_IMAGE "\n"

/* xorriso(1), --grub2-boot-info and --grub2-mbr: where the boot image lies on
 * the medium, for GRUB's CD code and for the hybrid boot sector. */
#define INFO_AT	  2548u
#define HYBRID_AT 432u

struct iso {
	struct ig_iso_file files[3];
	uint64_t where[3];
	size_t n;
	unsigned char system[512];
	struct ig_rope *eltorito; /* as the loader has it */
};

static void put_le64(unsigned char *at, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

/* A copy of @from whose eight bytes at @at say @value. */
static int patch(struct ig_rope *out, const struct ig_rope *from, uint64_t at,
		 uint64_t value, struct ig_err *err)
{
	unsigned char bytes[8];

	put_le64(bytes, value);
	if (ig_rope_size(from) < at + 8)
		return ig_fail(err, IG_EFORMAT, "GRUB's CD image is too short");
	if (ig_rope_slice(out, from, 0, at, err) < 0 ||
	    ig_rope_mem(out, bytes, sizeof(bytes), err) < 0)
		return -1;
	return ig_rope_slice(out, from, at + 8, ig_rope_size(from) - at - 8,
			     err);
}

static int add_bios(struct iso *iso, struct ig_compose *c, struct ig_err *err)
{
	ig_autofree char *cfg = ig_grub_config(c, LOOPBACK, "(efi)", err);
	struct ig_rope *config = ig_compose_new(c, err);
	struct ig_rope *hybrid = ig_compose_new(c, err);

	iso->eltorito = ig_compose_new(c, err);
	if (!cfg || !config || !hybrid || !iso->eltorito ||
	    ig_rope_mem(config, cfg, strlen(cfg), err) < 0 ||
	    ig_compose_loader(hybrid, c, "bios/hybrid.img", err) < 0 ||
	    ig_compose_loader(iso->eltorito, c, "bios/eltorito.img", err) < 0 ||
	    ig_rope_read(hybrid, iso->system, sizeof(iso->system), 0, err) < 0)
		return -1;
	iso->files[iso->n].path = ELTORITO;
	iso->files[iso->n++].data = iso->eltorito;
	iso->files[iso->n].path = "ingot/grub.cfg";
	iso->files[iso->n++].data = config;
	return 0;
}

static int write(struct ig_rope *out, struct iso *iso, struct ig_compose *c,
		 struct ig_err *err)
{
	static const struct ig_iso_boot bios = { .platform = 0x00,
						 .path = ELTORITO,
						 .load_size = 4,
						 .info_table = true };
	static const struct ig_iso_boot efi = { .platform = 0xef,
						.path = EFI_IMAGE };
	struct ig_iso_boot boots[2];
	struct ig_iso_opts opts = { .label = "INGOT",
				    .seed = c->boot.id,
				    .time = IG_FIXED_TIME,
				    .boots = boots,
				    .hybrid = true,
				    .where = iso->where };

	if (iso->eltorito) {
		boots[opts.boots_n++] = bios;
		opts.system_area = iso->system;
		opts.system_area_len = sizeof(iso->system);
	}
	boots[opts.boots_n++] = efi;
	return ig_iso_write(out, iso->files, iso->n, &opts, err);
}

/* Where files lie does not depend on what is in them: lay out, then patch. */
static int patch_bios(struct iso *iso, struct ig_compose *c, struct ig_err *err)
{
	struct ig_rope *trial = ig_compose_new(c, err);
	struct ig_rope *patched = ig_compose_new(c, err);
	uint64_t sector;

	if (!trial || !patched || write(trial, iso, c, err) < 0)
		return -1;
	sector = iso->where[1] / IG_SECTOR;
	put_le64(iso->system + HYBRID_AT, sector + 4);
	if (patch(patched, iso->eltorito, INFO_AT, sector + 5, err) < 0)
		return -1;
	iso->files[1].data = patched;
	return 0;
}

int ig_media_make_iso(struct ig_rope *out, struct ig_compose *c,
		      struct ig_err *err)
{
	struct ig_rope *esp = ig_compose_new(c, err);
	struct iso iso = { .n = 0 };

	if (!esp || ig_media_volume(esp, c, false, true, 0, err) < 0)
		return -1;
	iso.files[iso.n].path = EFI_IMAGE;
	iso.files[iso.n++].data = esp;
	if (ig_media_has_bios(c) &&
	    (add_bios(&iso, c, err) < 0 || patch_bios(&iso, c, err) < 0))
		return -1;
	return write(out, &iso, c, err);
}
