/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUILD_FORMATS_H
#define IG_BUILD_FORMATS_H

#include "compose.h"

/* Every format is one of these, and a row of the table in formats.c. */
extern const struct ig_build_format ig_format_aws;
extern const struct ig_build_format ig_format_containerdisk;
extern const struct ig_build_format ig_format_docker;
extern const struct ig_build_format ig_format_dynamic_vhd;
extern const struct ig_build_format ig_format_firecracker;
extern const struct ig_build_format ig_format_gcp;
extern const struct ig_build_format ig_format_initrd;
extern const struct ig_build_format ig_format_initrd_tar;
extern const struct ig_build_format ig_format_iso;
extern const struct ig_build_format ig_format_iso_efi_initrd;
extern const struct ig_build_format ig_format_oci;
extern const struct ig_build_format ig_format_pxe;
extern const struct ig_build_format ig_format_qcow2_bios;
extern const struct ig_build_format ig_format_qcow2_efi;
extern const struct ig_build_format ig_format_raw;
extern const struct ig_build_format ig_format_raw_bios;
extern const struct ig_build_format ig_format_raw_efi;
extern const struct ig_build_format ig_format_kernel_squashfs;
extern const struct ig_build_format ig_format_kernel_erofs;
extern const struct ig_build_format ig_format_kernel_iso;
extern const struct ig_build_format ig_format_iso_bios;
extern const struct ig_build_format ig_format_iso_efi;
extern const struct ig_build_format ig_format_raw_verity;
extern const struct ig_build_format ig_format_rpi3;
extern const struct ig_build_format ig_format_tar;
extern const struct ig_build_format ig_format_uki;
extern const struct ig_build_format ig_format_vhd;
extern const struct ig_build_format ig_format_vmdk;
extern const struct ig_build_format ig_format_wsl;

/* ---- tar_member.c: regular files in a tar that is a rope ---- */

/** ig_tar_member() - header, @data and padding; mode 0644, owner 0:0. */
int ig_tar_member(struct ig_rope *out, const char *name,
		  const struct ig_rope *data, int64_t mtime,
		  struct ig_err *err);
int ig_tar_member_text(struct ig_rope *out, const char *name, const char *text,
		       int64_t mtime, struct ig_err *err);

#endif
