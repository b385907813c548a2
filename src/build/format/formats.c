/* SPDX-License-Identifier: Apache-2.0 */
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
	NULL,
};

const struct ig_build_format *const *ig_build_formats(void)
{
	return formats;
}

const struct ig_build_format *ig_build_format(const char *name)
{
	for (size_t i = 0; formats[i]; i++)
		if (ig_streq(formats[i]->name, name))
			return formats[i];
	return NULL;
}
