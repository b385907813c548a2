/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/deflate.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/stream.h>

#include "media.h"

/* Formats that are one medium, as it is or in the form of a hypervisor. */

#define GIB (1ull << 30)

static int raw(struct ig_compose *c, const char *suffix,
	       int (*medium)(const struct ig_rope **out, struct ig_compose *c,
			     struct ig_err *err),
	       struct ig_err *err)
{
	const struct ig_rope *rope;

	if (medium(&rope, c, err) < 0)
		return -1;
	return ig_compose_rope(c, suffix, rope, err);
}

/* A medium turned into a virtual disk. */
static int
converted(struct ig_compose *c, const char *suffix,
	  int (*medium)(const struct ig_rope **out, struct ig_compose *c,
			struct ig_err *err),
	  int (*convert)(struct ig_rope *out, const struct ig_rope *disk,
			 const struct ig_vdisk_opts *opts, struct ig_err *err),
	  struct ig_err *err)
{
	const struct ig_rope *disk;
	struct ig_rope *out = ig_compose_new(c, err);
	char seed[65];
	struct ig_vdisk_opts opts = { .seed = seed,
				      .time = ig_compose_time(c) };

	if (!out || medium(&disk, c, err) < 0 ||
	    ig_media_disk_seed(seed, c, err) < 0)
		return -1;
	if (convert(out, disk, &opts, err) < 0)
		return -1;
	return ig_compose_rope(c, suffix, out, err);
}

static int measure(struct ig_compose *c, struct ig_err *err)
{
	return ig_media_measure(c, &c->uki, "-measurements.json", NULL, err);
}

static int write_uki(struct ig_compose *c, struct ig_err *err)
{
	if (raw(c, ".efi", ig_media_uki, err) < 0)
		return -1;
	return measure(c, err);
}

static int write_raw(struct ig_compose *c, struct ig_err *err)
{
	return raw(c, ".img", ig_media_disk, err);
}

static int write_raw_efi(struct ig_compose *c, struct ig_err *err)
{
	if (raw(c, "-efi.img", ig_media_efi, err) < 0)
		return -1;
	return measure(c, err);
}

static int write_raw_bios(struct ig_compose *c, struct ig_err *err)
{
	return raw(c, "-bios.img", ig_media_bios, err);
}

static int write_iso(struct ig_compose *c, struct ig_err *err)
{
	return raw(c, ".iso", ig_media_iso, err);
}

static int write_iso_efi(struct ig_compose *c, struct ig_err *err)
{
	return raw(c, "-efi-initrd.iso", ig_media_iso, err);
}

static int write_aws(struct ig_compose *c, struct ig_err *err)
{
	return raw(c, ".raw", ig_media_disk, err);
}

static int write_qcow2_bios(struct ig_compose *c, struct ig_err *err)
{
	return converted(c, ".qcow2", ig_media_bios, ig_qcow2_write, err);
}

static int write_qcow2_efi(struct ig_compose *c, struct ig_err *err)
{
	if (converted(c, "-efi.qcow2", ig_media_efi, ig_qcow2_write, err) < 0)
		return -1;
	return measure(c, err);
}

static int write_vhd(struct ig_compose *c, struct ig_err *err)
{
	return converted(c, ".vhd", ig_media_disk, ig_vhd_fixed, err);
}

static int write_dynamic_vhd(struct ig_compose *c, struct ig_err *err)
{
	return converted(c, ".vhd", ig_media_disk, ig_vhd_dynamic, err);
}

static int pack_vmdk(struct ig_sink *out, const struct ig_packing *packing,
		     struct ig_err *err)
{
	const struct ig_vdisk_opts opts = { .seed = packing->seed,
					    .time = packing->time };

	return ig_vmdk_write(out, packing->from, &opts, err);
}

static int write_vmdk(struct ig_compose *c, struct ig_err *err)
{
	char seed[65];
	struct ig_packing packing = { .kind = "vmdk",
				      .version = "1",
				      .seed = seed,
				      .time = ig_compose_time(c),
				      .write = pack_vmdk };

	if (ig_media_disk(&packing.from, c, err) < 0 ||
	    ig_media_disk_seed(seed, c, err) < 0)
		return -1;
	return ig_compose_packed(c, ".vmdk", &packing, err);
}

/* Compute Engine: a gzip'd tar with disk.raw, whose size is in whole GiB. */
static int write_gcp(struct ig_compose *c, struct ig_err *err)
{
	struct ig_rope *tar = ig_compose_new(c, err);
	const struct ig_rope *disk;
	unsigned char head[512];
	uint64_t size;

	if (!tar || ig_media_disk(&disk, c, err) < 0)
		return -1;
	size = (ig_rope_size(disk) + GIB - 1) / GIB * GIB;
	if (ig_tar_header(head, "disk.raw", 0644, ig_compose_time(c), size,
			  err) < 0 ||
	    ig_rope_mem(tar, head, sizeof(head), err) < 0 ||
	    ig_rope_add(tar, disk, err) < 0 ||
	    ig_rope_pad_to(tar, sizeof(head) + size, err) < 0 ||
	    ig_rope_zero(tar, 1024, err) < 0)
		return -1;
	return ig_compose_gzip(c, ".img.tar.gz", tar, err);
}

#define BOTH	 (IG_BY_BIOS | IG_BY_UEFI)
#define MEASURED " NAME-measurements.json"
#define NEED	 (IG_NEED_KERNEL | IG_NEED_LOADER)
#define FORMAT(is_disk, id, text, by, suffix, what, fn)                        \
	const struct ig_build_format ig_format_##id = {                        \
		.name = text,                                                  \
		.files = "NAME" suffix,                                        \
		.purpose = what,                                               \
		.firmware = by,                                                \
		.arches = by == IG_BY_BIOS ? "amd64" : "amd64 arm64",          \
		.want = IG_WANT_CPIO,                                          \
		.need = NEED | (by == IG_BY_UEFI ? IG_NEED_EFI : 0),           \
		.stream = true,                                                \
		.disk = is_disk,                                               \
		.write = fn,                                                   \
	}

#define MEDIUM(...) FORMAT(false, __VA_ARGS__)
#define DISK(...)   FORMAT(true, __VA_ARGS__)

MEDIUM(uki, "uki", IG_BY_UEFI, ".efi" MEASURED,
       "one EFI program: kernel, initrd, command line", write_uki);
DISK(raw, "raw", BOTH, ".img", "a disk for BIOS and UEFI", write_raw);
DISK(raw_efi, "raw-efi", IG_BY_UEFI, "-efi.img" MEASURED,
     "a disk for UEFI, with a UKI", write_raw_efi);
DISK(raw_bios, "raw-bios", IG_BY_BIOS, "-bios.img", "a disk for BIOS",
     write_raw_bios);
MEDIUM(iso, "iso", BOTH, ".iso", "a CD and USB stick for BIOS and UEFI",
       write_iso);
MEDIUM(iso_efi_initrd, "iso-efi-initrd", IG_BY_UEFI, "-efi-initrd.iso",
       "a CD for UEFI, the same as iso", write_iso_efi);
DISK(aws, "aws", BOTH, ".raw", "Amazon EC2: a disk for import-snapshot",
     write_aws);
DISK(gcp, "gcp", BOTH, ".img.tar.gz",
     "Google Compute Engine: disk.raw in a tar", write_gcp);
DISK(qcow2_bios, "qcow2-bios", IG_BY_BIOS, ".qcow2", "QEMU: raw-bios as qcow2",
     write_qcow2_bios);
DISK(qcow2_efi, "qcow2-efi", IG_BY_UEFI, "-efi.qcow2" MEASURED,
     "QEMU: raw-efi as qcow2", write_qcow2_efi);
DISK(vhd, "vhd", BOTH, ".vhd", "Azure and Hyper-V: a fixed virtual hard disk",
     write_vhd);
DISK(dynamic_vhd, "dynamic-vhd", BOTH, ".vhd",
     "Hyper-V: a virtual hard disk that grows", write_dynamic_vhd);
DISK(vmdk, "vmdk", BOTH, ".vmdk", "VMware: a stream-optimised disk",
     write_vmdk);
