/* SPDX-License-Identifier: Apache-2.0 */
#include "test_medium.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define VARS_MAX (64u << 20)

/* What QEMU takes of each format. */
static const struct medium {
	const char *format;
	const char *suffix; /* NULL: a kernel and what belongs to it */
	const char *disk; /* QEMU's name of the file's form; NULL: a program */
} media[] = {
	{ "kernel+initrd", NULL, NULL },
	{ "kernel+squashfs", NULL, NULL },
	{ "kernel+erofs", NULL, NULL },
	{ "uki", ".efi", NULL },
	{ "raw", ".img", "raw" },
	{ "raw-efi", "-efi.img", "raw" },
	{ "raw-bios", "-bios.img", "raw" },
	{ "raw-verity", "-verity.img", "raw" },
	{ "qcow2-bios", ".qcow2", "qcow2" },
	{ "qcow2-efi", "-efi.qcow2", "qcow2" },
	{ "aws", ".raw", "raw" },
	{ "vhd", ".vhd", "vpc" },
};

/* Where distributions put the firmware, with and without 4 MB of flash. */
static const struct {
	const char *arch, *code, *vars;
} flashes[] = {
	{ "amd64", "/usr/share/OVMF/OVMF_CODE_4M.fd",
	  "/usr/share/OVMF/OVMF_VARS_4M.fd" },
	{ "amd64", "/usr/share/OVMF/OVMF_CODE.fd",
	  "/usr/share/OVMF/OVMF_VARS.fd" },
	{ "amd64", "/usr/share/edk2/ovmf/OVMF_CODE.fd",
	  "/usr/share/edk2/ovmf/OVMF_VARS.fd" },
	{ "amd64", "/usr/share/edk2/x64/OVMF_CODE.4m.fd",
	  "/usr/share/edk2/x64/OVMF_VARS.4m.fd" },
	{ "arm64", "/usr/share/AAVMF/AAVMF_CODE.fd",
	  "/usr/share/AAVMF/AAVMF_VARS.fd" },
	{ "arm64", "/usr/share/edk2/aarch64/QEMU_EFI-pflash.raw",
	  "/usr/share/edk2/aarch64/vars-template-pflash.raw" },
};

static const struct medium *find_medium(const char *format)
{
	for (size_t i = 0; i < IG_COUNT(media); i++)
		if (ig_streq(media[i].format, format))
			return &media[i];
	return NULL;
}

static int refuse_format(const char *format, struct ig_err *err)
{
	const char *names[IG_COUNT(media) + 1] = { NULL };
	const char *near;

	for (size_t i = 0; i < IG_COUNT(media); i++)
		names[i] = media[i].format;
	near = ig_nearest(format, names);
	if (!ig_build_format(format) && near)
		return ig_fail(err, IG_EUSAGE,
			       "unknown format '%s', did you mean '%s'?",
			       format, near);
	return ig_fail(
		err, IG_EUSAGE,
		"format '%s' is none that is tested here: kernel+initrd, kernel+squashfs, kernel+erofs, uki, raw, raw-efi, raw-bios, raw-verity, qcow2-bios, qcow2-efi, aws and vhd are",
		format);
}

/* Which firmware: none for a kernel that QEMU starts itself. */
static int choose_firmware(bool *uefi, const char *format, const char *firmware,
			   struct ig_err *err)
{
	unsigned can = ig_build_format(format)->firmware;
	unsigned want = !firmware		     ? can
			: ig_streq(firmware, "bios") ? (unsigned)IG_BY_BIOS
			: ig_streq(firmware, "uefi") ? (unsigned)IG_BY_UEFI
						     : 0;

	if (!want && firmware)
		return ig_fail(err, IG_EUSAGE,
			       "--firmware takes bios or uefi, not '%s'",
			       firmware);
	if (firmware && !(can & want))
		return ig_fail(err, IG_EUSAGE,
			       "--firmware %s does not start the format %s",
			       firmware, format);
	*uefi = (can & want) && !(can & want & IG_BY_BIOS);
	return 0;
}

int test_medium_check(struct test_medium *medium, const char *format,
		      const char *arch, const char *firmware,
		      struct ig_err *err)
{
	const struct ig_build_format *f = ig_build_format(format);

	if (!f || !find_medium(format))
		return refuse_format(format, err);
	medium->format = format;
	medium->arch = arch;
	if (choose_firmware(&medium->uefi, format, firmware, err) < 0)
		return -1;
	/* there is no BIOS on other machines */
	if (f->firmware && !ig_streq(arch, "amd64")) {
		if (firmware && ig_streq(firmware, "bios"))
			return ig_fail(err, IG_EUSAGE,
				       "--firmware bios is for amd64 only");
		medium->uefi = true;
	}
	return 0;
}

/* The variables are written to: a copy of them. */
static int take_flash(struct test_medium *medium, const char *prefix,
		      struct ig_run *run, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf vars = IG_BUF_INIT(VARS_MAX);
	size_t i = 0;

	while (i < IG_COUNT(flashes) &&
	       (!ig_streq(flashes[i].arch, medium->arch) ||
		access(flashes[i].code, R_OK) < 0 ||
		access(flashes[i].vars, R_OK) < 0))
		i++;
	if (i == IG_COUNT(flashes))
		return ig_fail(
			err, IG_ENOENT,
			"there is no UEFI firmware for QEMU here: install ovmf or qemu-efi-aarch64");
	medium->vars = ig_format(err, "%s-vars.fd", prefix);
	if (!medium->vars ||
	    ig_read_file(&vars, AT_FDCWD, flashes[i].vars, err) < 0 ||
	    ig_write_file(AT_FDCWD, medium->vars, vars.data, vars.len, 0600,
			  err) < 0)
		return -1;
	run->firmware = flashes[i].code;
	run->firmware_vars = medium->vars;
	return 0;
}

static int take_file(struct test_medium *medium, const struct medium *m,
		     const char *prefix, struct ig_run *run, struct ig_err *err)
{
	char *path = ig_format(err, "%s%s", prefix, m->suffix);
	const struct ig_run_disk disk = { .path = path, .format = m->disk };

	if (!path)
		return -1;
	if (!m->disk) {
		medium->kernel = path;
		run->kernel = path;
		return 0;
	}
	medium->disk = path;
	boot_image_first(run, medium->disks, &disk);
	return 0;
}

int test_medium_find(struct test_medium *medium, const char *prefix,
		     struct ig_run *run, struct ig_err *err)
{
	const struct medium *m = find_medium(medium->format);

	run->disks = medium->disks;
	if (medium->uefi && take_flash(medium, prefix, run, err) < 0)
		return -1;
	if (m->suffix)
		return take_file(medium, m, prefix, run, err);
	if (boot_image_find(&medium->image, prefix, run, err) < 0)
		return -1;
	boot_image_root(run, medium->disks, &medium->image);
	return 0;
}

void test_medium_done(struct test_medium *medium)
{
	boot_image_done(&medium->image);
	free(medium->disk);
	free(medium->kernel);
	free(medium->vars);
}
