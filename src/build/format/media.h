/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_MEDIA_H
#define IG_BUILD_MEDIA_H

#include "compose.h"

struct ig_disk_opts;
struct ig_partition;

/*
 * Boot media, each a rope that is made once for all formats of a build and
 * lives as long as @c. How each firmware finds its way: docs/boot.md.
 */

/** ig_media_uki() - kernel, initrd and command line as one EFI program. */
int ig_media_uki(const struct ig_rope **out, struct ig_compose *c,
		 struct ig_err *err);
/** ig_media_efi() - GPT with one ESP that holds the UKI. */
int ig_media_efi(const struct ig_rope **out, struct ig_compose *c,
		 struct ig_err *err);
/** ig_media_bios() - DOS partition table, GRUB, one FAT volume. */
int ig_media_bios(const struct ig_rope **out, struct ig_compose *c,
		  struct ig_err *err);
/** ig_media_disk() - GPT with GRUB for BIOS and systemd-boot for UEFI over one
 * FAT volume; where the architecture has no BIOS, systemd-boot alone. */
int ig_media_disk(const struct ig_rope **out, struct ig_compose *c,
		  struct ig_err *err);
/** ig_media_iso() - a CD and USB stick for BIOS and UEFI. */
int ig_media_iso(const struct ig_rope **out, struct ig_compose *c,
		 struct ig_err *err);

/* A CD. */
struct ig_media_iso {
	const struct ig_boot *boot;
	const struct ig_tree *tree; /* a root file system beside; NULL: none */
	const char *label;
	bool bios, efi;
};
/** ig_media_write_iso() - with UEFI the kernel lies in the FAT image that this
 * boots, where GRUB finds it too; without, below /boot. */
int ig_media_write_iso(struct ig_rope *out, struct ig_compose *c,
		       const struct ig_media_iso *what, struct ig_err *err);
int ig_media_make_iso(struct ig_rope *out, struct ig_compose *c,
		      struct ig_err *err);
/** ig_media_make_uki() - @boot as one EFI program, signed when the options
 * name a key. */
int ig_media_make_uki(struct ig_made_uki *out, struct ig_compose *c,
		      const struct ig_boot *boot, struct ig_err *err);
/** ig_media_measure() - what a verifier compares with, of @uki, as the output
 * @suffix; nothing when the output is one file. @roothash: of dm-verity, hex,
 * or NULL. */
int ig_media_measure(struct ig_compose *c, struct ig_made_uki *uki,
		     const char *suffix, const char *roothash,
		     struct ig_err *err);

/* ---- disk_section.c ---- */

/** ig_media_gpt() - a disk with the @boot partitions and behind them those of
 * the spec's disk section, of the size that spec or options name. Of @disk the
 * seed and the size are not read: both come from @c. IG_ESPEC when they do not
 * fit. */
int ig_media_gpt(struct ig_rope *out, struct ig_compose *c,
		 const struct ig_partition *boot, size_t boot_n,
		 const struct ig_disk_opts *disk, struct ig_err *err);
/** ig_media_mbr() - the same with a DOS partition table, which has room for
 * four partitions and no names. */
int ig_media_mbr(struct ig_rope *out, struct ig_compose *c,
		 const struct ig_partition *boot, size_t boot_n,
		 const struct ig_disk_opts *disk, struct ig_err *err);
/** ig_media_disk_seed() - of the identifiers of a disk: the image's id, and
 * another when the spec or the options say something about the disk. 64 hex
 * digits and a NUL. */
int ig_media_disk_seed(char seed[65], const struct ig_compose *c,
		       struct ig_err *err);

/* ---- pieces that several of them use ---- */

/** ig_media_efi_name() - "EFI/BOOT/BOOTX64.EFI" of the plan's architecture
 * (UEFI 2.10, 3.5.1.1); IG_ESPEC when there is none. */
const char *ig_media_efi_name(const struct ig_compose *c, struct ig_err *err);
bool ig_media_has_bios(const struct ig_compose *c);

/* A FAT volume to boot from. */
struct ig_media_volume {
	const struct ig_boot *boot; /* its kernel and initrd */
	bool bios;		    /* with GRUB's configuration */
	bool efi;		    /* with systemd-boot and its entry */
	uint32_t hidden;	    /* sectors before it on its disk */
};
int ig_media_volume(struct ig_rope *out, struct ig_compose *c,
		    const struct ig_media_volume *what, struct ig_err *err);
/** ig_media_sign() - the EFI program @pe, whose digest is @known or NULL, at
 * the start of @out, signed when the options name a key; @pe must outlive
 * @out. */
int ig_media_sign(struct ig_rope *out, const struct ig_rope *pe,
		  const struct ig_pe_digest *known, const struct ig_compose *c,
		  struct ig_err *err);
/** ig_grub_config() - /ingot/grub.cfg: @before, then the kernel and initrd of
 * @boot below @prefix. malloc()ed. */
char *ig_grub_config(const struct ig_boot *boot, const char *before,
		     const char *prefix, struct ig_err *err);
/** ig_media_cmdline() - @boot's command line and @word, unless it has a word
 * that begins with @unless. Lives as long as @c. */
const char *ig_media_cmdline(struct ig_compose *c, const struct ig_boot *boot,
			     const char *word, const char *unless,
			     struct ig_err *err);
/** ig_grub_boot() - the boot sector and core of GRUB for a core that begins
 * at sector @lba: 440 bytes to @sector, the core to @core. */
int ig_grub_boot(unsigned char sector[440], struct ig_rope *core,
		 struct ig_compose *c, uint64_t lba, struct ig_err *err);

#endif
