/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/own.h>
#include <ingot/str.h>

#include "formats.h"

static const struct ig_build_format *const formats[] = {
	&ig_format_initrd,
	&ig_format_initrd_tar,
	&ig_format_tar,
	&ig_format_docker,
	&ig_format_kernel_squashfs,
	&ig_format_kernel_erofs,
	&ig_format_kernel_iso,
	&ig_format_uki,
	&ig_format_raw,
	&ig_format_raw_efi,
	&ig_format_raw_bios,
	&ig_format_raw_verity,
	&ig_format_iso,
	&ig_format_iso_efi_initrd,
	&ig_format_iso_bios,
	&ig_format_iso_efi,
	&ig_format_qcow2_bios,
	&ig_format_qcow2_efi,
	&ig_format_aws,
	&ig_format_gcp,
	&ig_format_vhd,
	&ig_format_dynamic_vhd,
	&ig_format_vmdk,
	&ig_format_pxe,
	&ig_format_firecracker,
	&ig_format_containerdisk,
	&ig_format_oci,
	&ig_format_wsl,
	&ig_format_rpi3,

	NULL,
};

const struct ig_build_format *const *ig_build_formats(void)
{
	return formats;
}

/* What is the same whichever format writes it. */
static const char *const shared[] = {
	"NAME-kernel",	   "NAME-initrd.img",
	"NAME-cmdline",	   "NAME-measurements.json",
	"NAME-stage1.img",
};

static bool is_shared(const char *file, size_t len)
{
	for (size_t i = 0; i < IG_COUNT(shared); i++)
		if (strlen(shared[i]) == len && !memcmp(shared[i], file, len))
			return true;
	return false;
}

static bool writes(const struct ig_build_format *f, const char *file,
		   size_t len)
{
	for (const char *at = f->files; *at; at += strspn(at, " ")) {
		size_t n = strcspn(at, " ");

		if (n == len && !memcmp(at, file, len))
			return true;
		at += n;
	}
	return false;
}

const char *ig_build_clash(size_t *len, const struct ig_build_format *a,
			   const struct ig_build_format *b)
{
	if (a == b)
		return NULL;
	for (const char *at = a->files; *at; at += strspn(at, " ")) {
		*len = strcspn(at, " ");
		if (writes(b, at, *len) && !is_shared(at, *len))
			return at;
		at += *len;
	}
	return NULL;
}

const struct ig_build_format *ig_build_format(const char *name)
{
	for (size_t i = 0; formats[i]; i++)
		if (ig_streq(formats[i]->name, name))
			return formats[i];
	return NULL;
}
