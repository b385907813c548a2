/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "formats.h"
#include "media.h"
#include "root_fs.h"

/*
 * Formats whose root is a file system that the kernel mounts: as a file of its
 * own, or as the CD itself. Where the kernel has what it needs as modules, the
 * small initrd of stage 1 goes along.
 */
#define STAGE1	    "-stage1.img"
#define ISO_VERSION "1"
#define CERT_MAX    (1u << 20)

/* ---- kernel+squashfs, kernel+erofs, kernel+iso ---- */

static int write_kernel(struct ig_compose *c, struct ig_err *err)
{
	struct ig_boot boot;

	if (ig_compose_stage1(&boot, c, false, err) < 0 ||
	    ig_compose_rope(c, "-kernel", boot.kernel, err) < 0)
		return -1;
	if (boot.initrd && ig_compose_rope(c, STAGE1, boot.initrd, err) < 0)
		return -1;
	return *boot.cmdline ? ig_compose_text(c, "-cmdline", boot.cmdline, err)
			     : 0;
}

static int write_root(struct ig_compose *c, enum ig_root_fs kind,
		      const char *suffix, struct ig_err *err)
{
	const struct ig_rope *root;

	if (write_kernel(c, err) < 0 ||
	    ig_compose_root(&root, c, kind, err) < 0)
		return -1;
	return ig_compose_rope(c, suffix, root, err);
}

static int write_squashfs(struct ig_compose *c, struct ig_err *err)
{
	return write_root(c, IG_ROOT_SQUASHFS, "-squashfs.img", err);
}

static int write_erofs(struct ig_compose *c, struct ig_err *err)
{
	return write_root(c, IG_ROOT_EROFS, "-erofs.img", err);
}

/* ---- a CD with the system on it ---- */

struct cd {
	struct ig_compose *c;
	struct ig_media_iso what;
};

static int fill_cd(void *ctx, int fd, struct ig_err *err)
{
	struct cd *cd = ctx;
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(err);
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };

	if (!tree || !rope || ig_spool_init(&spool, cd->c->store, err) < 0 ||
	    ig_root_tree(tree, &spool, cd->c, err) < 0)
		return -1;
	cd->what.tree = tree;
	if (ig_media_write_iso(rope, cd->c, &cd->what, err) < 0)
		return -1;
	return ig_part_put_rope(fd, rope, err);
}

/* A certificate belongs to one key, and that makes one signature. */
static int add_signer(struct ig_hash *hash, const char *cert,
		      struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(CERT_MAX);

	if (!cert)
		return 0;
	if (ig_read_file(&text, AT_FDCWD, cert, err) < 0)
		return -1;
	ig_hash_add(hash, text.data, text.len);
	return 0;
}

/* All that its bytes depend on. */
static int cd_key(char out[IG_SHA256_HEX], const struct cd *cd,
		  struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	const struct ig_media_iso *what = &cd->what;
	char packed[32];

	if (!hash)
		return -1;
	ig_part_suffix(packed, cd->c->plan, NULL);
	ig_hash_field(hash, "ingot-cd");
	ig_hash_field(hash, ISO_VERSION);
	ig_hash_field(hash, cd->c->tree_id);
	ig_hash_field(hash, what->label);
	ig_hash_field(hash, what->bios ? "bios" : NULL);
	ig_hash_field(hash, what->efi ? "efi" : NULL);
	if (what->boot) {
		ig_hash_field(hash, cd->c->id);
		ig_hash_field(hash, what->boot->cmdline);
		ig_hash_field(hash, what->boot->initrd ? packed : NULL);
		ig_hash_field(hash, cd->c->plan->loader->key);
		if (add_signer(hash, cd->c->opts->sign_cert, err) < 0)
			return -1;
	}
	ig_hash_end_hex(hash, out);
	return 0;
}

static int write_cd(struct cd *cd, const char *suffix, struct ig_err *err)
{
	struct ig_rope *rope = ig_compose_new(cd->c, err);
	char key[IG_SHA256_HEX];
	const struct ig_part_file file = { key, "iso", fill_cd, cd };
	int fd = -1;

	if (!rope || cd_key(key, cd, err) < 0 ||
	    ig_part_once(&fd, cd->c->store, &file, err) < 0 ||
	    ig_rope_own(rope, fd, err) < 0) /* takes fd */
		return -1;
	return ig_compose_rope(cd->c, suffix, rope, err);
}

static int write_iso(struct ig_compose *c, struct ig_err *err)
{
	struct cd cd = { .c = c, .what = { .label = "LinuxKit" } };

	if (write_kernel(c, err) < 0)
		return -1;
	return write_cd(&cd, ".iso", err);
}

/* A name of its own, by which stage 1 finds it wherever it is attached. */
static void cd_label(char out[IG_SHA256_HEX], const struct ig_compose *c)
{
	snprintf(out, IG_SHA256_HEX, "INGOT_%.16s", c->tree_id);
	for (; *out; out++)
		*out = (char)toupper((unsigned char)*out);
}

static int write_boot_cd(struct ig_compose *c, bool efi, const char *suffix,
			 struct ig_err *err)
{
	struct ig_boot boot;
	char label[IG_SHA256_HEX];
	struct cd cd = { .c = c,
			 .what = { .boot = &boot,
				   .label = label,
				   .bios = !efi,
				   .efi = efi } };
	char root[IG_SHA256_HEX + 16];

	if (ig_compose_stage1(&boot, c, false, err) < 0)
		return -1;
	cd_label(label, c);
	snprintf(root, sizeof(root), boot.initrd ? "root=LABEL=%s" : "root=%s",
		 boot.initrd ? label : "/dev/sr0");
	boot.cmdline = ig_media_cmdline(c, &boot, root, "root=", err);
	if (!boot.cmdline)
		return -1;
	return write_cd(&cd, suffix, err);
}

static int write_iso_bios(struct ig_compose *c, struct ig_err *err)
{
	return write_boot_cd(c, false, ".iso", err);
}

static int write_iso_efi(struct ig_compose *c, struct ig_err *err)
{
	return write_boot_cd(c, true, "-efi.iso", err);
}

#define ROOTED(id, text, by, needs, what_files, what, one, fn)                 \
	const struct ig_build_format ig_format_##id = {                        \
		.name = text,                                                  \
		.files = what_files,                                           \
		.purpose = what,                                               \
		.firmware = by,                                                \
		.arches = by == IG_BY_BIOS   ? "amd64"                         \
			  : by == IG_BY_UEFI ? "amd64 arm64"                   \
					     : NULL,                           \
		.want = IG_WANT_TAR,                                           \
		.need = IG_NEED_KERNEL | IG_NEED_LOADER | (needs),             \
		.stream = one,                                                 \
		.write = fn,                                                   \
	}

ROOTED(kernel_squashfs, "kernel+squashfs", 0, IG_NEED_SQUASHFS,
       "NAME-kernel NAME-squashfs.img NAME-cmdline NAME-stage1.img",
       "the system as a squashfs that the kernel mounts", false,
       write_squashfs);
ROOTED(kernel_erofs, "kernel+erofs", 0, IG_NEED_EROFS,
       "NAME-kernel NAME-erofs.img NAME-cmdline NAME-stage1.img",
       "the system as an EROFS that the kernel mounts", false, write_erofs);
ROOTED(kernel_iso, "kernel+iso", 0, IG_NEED_ISO,
       "NAME-kernel NAME.iso NAME-cmdline NAME-stage1.img",
       "the system as a data CD that the kernel mounts", false, write_iso);
ROOTED(iso_bios, "iso-bios", IG_BY_BIOS, IG_NEED_ISO, "NAME.iso",
       "a CD for BIOS that the system runs from", true, write_iso_bios);
ROOTED(iso_efi, "iso-efi", IG_BY_UEFI, IG_NEED_ISO | IG_NEED_EFI,
       "NAME-efi.iso", "a CD for UEFI that the system runs from", true,
       write_iso_efi);
