/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "media.h"

#define EFI_IMAGE "boot/efi.img"
#define ELTORITO  "boot/eltorito.img"

/*
 * Kernel and initrd are on the CD once: in the FAT image that UEFI boots,
 * which GRUB (BIOS) opens by loopback; on a CD for BIOS alone below /boot.
 */
#define LOOPBACK "loopback efi /" EFI_IMAGE "\n"

struct iso {
	struct ig_iso_file files[5];
	size_t n;
	struct ig_iso_boot boots[2];
	size_t boots_n;
	unsigned char system[512];
	size_t system_len;
};

static void add_file(struct iso *iso, const char *path,
		     const struct ig_rope *data)
{
	iso->files[iso->n].path = path;
	iso->files[iso->n++].data = data;
}

static int add_config(struct iso *iso, struct ig_compose *c,
		      const struct ig_media_iso *what, struct ig_err *err)
{
	struct ig_rope *config = ig_compose_new(c, err);
	ig_autofree char *cfg =
		ig_grub_config(what->boot, what->efi ? LOOPBACK : "",
			       what->efi ? "(efi)" : "/boot", err);

	if (!cfg || !config || ig_rope_mem(config, cfg, strlen(cfg), err) < 0)
		return -1;
	add_file(iso, "ingot/grub.cfg", config);
	if (what->efi)
		return 0;
	add_file(iso, "boot/kernel", what->boot->kernel);
	if (what->boot->initrd)
		add_file(iso, "boot/initrd.img", what->boot->initrd);
	return 0;
}

static int add_bios(struct iso *iso, struct ig_compose *c,
		    const struct ig_media_iso *what, struct ig_err *err)
{
	struct ig_rope *hybrid = ig_compose_new(c, err);
	struct ig_rope *eltorito = ig_compose_new(c, err);

	if (!hybrid || !eltorito ||
	    ig_compose_loader(hybrid, c, "bios/hybrid.img", err) < 0 ||
	    ig_compose_loader(eltorito, c, "bios/eltorito.img", err) < 0 ||
	    ig_rope_read(hybrid, iso->system, sizeof(iso->system), 0, err) < 0)
		return -1;
	iso->system_len = sizeof(iso->system);
	add_file(iso, ELTORITO, eltorito);
	iso->boots[iso->boots_n++] = (struct ig_iso_boot){
		.platform = 0x00,
		.path = ELTORITO,
		.load_size = 4,
		.info_table = true,
	};
	return add_config(iso, c, what, err);
}

static int add_efi(struct iso *iso, struct ig_compose *c,
		   const struct ig_media_iso *what, struct ig_err *err)
{
	struct ig_media_volume volume = { .boot = what->boot, .efi = true };
	struct ig_rope *esp = ig_compose_new(c, err);

	if (!esp || ig_media_volume(esp, c, &volume, err) < 0)
		return -1;
	add_file(iso, EFI_IMAGE, esp);
	iso->boots[iso->boots_n++] = (struct ig_iso_boot){
		.platform = 0xef,
		.path = EFI_IMAGE,
	};
	return 0;
}

int ig_media_write_iso(struct ig_rope *out, struct ig_compose *c,
		       const struct ig_media_iso *what, struct ig_err *err)
{
	struct iso iso = { .n = 0 };
	struct ig_iso_opts opts = { .label = what->label,
				    .seed = c->id,
				    .time = ig_compose_time(c),
				    .boots = iso.boots,
				    .hybrid = true };

	if ((what->bios && add_bios(&iso, c, what, err) < 0) ||
	    (what->efi && add_efi(&iso, c, what, err) < 0))
		return -1;
	opts.boots_n = iso.boots_n;
	opts.system_area = iso.system_len ? iso.system : NULL;
	opts.system_area_len = iso.system_len;
	return ig_iso_tree(out, what->tree, iso.files, iso.n, &opts, err);
}

int ig_media_make_iso(struct ig_rope *out, struct ig_compose *c,
		      struct ig_err *err)
{
	struct ig_media_iso what = { .boot = &c->boot,
				     .label = "INGOT",
				     .bios = ig_media_has_bios(c),
				     .efi = true };

	if (ig_compose_need_kernel(c, err) < 0)
		return -1;
	return ig_media_write_iso(out, c, &what, err);
}
