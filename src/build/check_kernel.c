/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "check.h"
#include "compose.h"
#include "guest_keys.h"
#include "kernel_facts.h"

/* Whether the kernel can boot the formats that are wanted. */

static int check_arch(struct ig_compose *c, struct ig_err *err)
{
	const struct ig_kernel *k = &c->plan->spec->kernel;
	const char *arch = c->plan->opts.arch;
	unsigned char head[IG_CHECK_HEAD] = { 0 };
	ig_autofd int fd = -1;
	const char *is;
	uint64_t size;

	if (!c->plan->kernel)
		return 0;
	if (ig_part_open(&fd, c->store, c->plan->kernel->key, IG_SUFFIX_KERNEL,
			 err) < 0 ||
	    ig_size_of(&size, fd, err) < 0 ||
	    ig_pread_all(fd, head, size < sizeof(head) ? size : sizeof(head), 0,
			 err) < 0)
		return -1;
	is = ig_check_kernel_arch(head);
	if (!is)
		ig_warn("kernel.binary: the file '%s' of %s does not look like a kernel: no bzImage, EFI program, arm64 Image, ELF file or gzip data",
			k->binary && *k->binary ? k->binary : "kernel",
			c->plan->kernel->pin->name);
	if (!is || !*is || ig_streq(is, arch) ||
	    (ig_streq(is, "amd64") && ig_streq(arch, "386")))
		return 0;
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: kernel.image: %s has a kernel for %s, the image is for %s: build with --arch %s, or take another kernel",
		k->pos.file, k->pos.line, k->pos.col,
		c->plan->kernel->pin->name, is, arch, is);
}

/* ---- what a format needs of it ---- */

/* A row for each of the bits of a format's needs. */
static const struct need {
	unsigned bit;
	const char *option, *module;
	const char *what;
	const char *instead;
} needs[] = {
	{ IG_NEED_EFI, "EFI_STUB", NULL, "cannot be started by UEFI",
	  "take a format for BIOS" },
	{ IG_NEED_SQUASHFS, "SQUASHFS", "squashfs", "cannot mount a squashfs",
	  "take EROFS, or a format with an initrd" },
	{ IG_NEED_SQUASHFS, "SQUASHFS_ZSTD", NULL,
	  "cannot read a squashfs with zstd",
	  "take EROFS, or a format with an initrd" },
	{ IG_NEED_EROFS, "EROFS_FS", "erofs", "cannot mount an EROFS",
	  "take squashfs, or a format with an initrd" },
	{ IG_NEED_ISO, "ISO9660_FS", "isofs", "cannot mount a CD",
	  "take a format with an initrd, as iso" },
	{ IG_NEED_VERITY, "DM_VERITY", "dm_verity", "has no dm-verity",
	  "take raw-efi" },
};

static const struct need initrd_needs[] = {
	{ 0, "BLK_DEV_INITRD", NULL, "cannot take an initrd",
	  "take kernel+squashfs" },
};
static const struct need codec_needs[] = {
	[IG_CODEC_GZIP] = { 0, "RD_GZIP", NULL, "cannot unpack gzip",
			    "build with --compress zstd" },
	[IG_CODEC_ZSTD] = { 0, "RD_ZSTD", NULL, "cannot unpack zstd",
			    "build with --compress gzip" },
};

static const struct need mounted_needs[] = {
	{ 0, "BLK_DEV_LOOP", "loop", "has no loop devices",
	  "build with --layout unpacked" },
	{ 0, "SQUASHFS", "squashfs", "cannot mount a squashfs",
	  "build with --layout unpacked" },
	{ 0, "SQUASHFS_ZSTD", NULL, "cannot read a squashfs with zstd",
	  "build with --layout unpacked" },
};

static int blame(const struct ig_compose *c, const char *format,
		 const struct need *need, struct ig_err *err)
{
	const struct ig_kernel *k = &c->plan->spec->kernel;

	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: kernel.image: format %s: the kernel of %s %s (no CONFIG_%s): %s, or another kernel",
		k->pos.file, k->pos.line, k->pos.col, format,
		c->plan->kernel->pin->name, need->what, need->option,
		need->instead);
}

static int check_need(const struct ig_compose *c,
		      const struct ig_kernel_facts *facts, const char *format,
		      const struct need *need, struct ig_err *err)
{
	if (!need->option ||
	    ig_kernel_has(facts, need->option, need->module) != IG_KERNEL_LACKS)
		return 0;
	return blame(c, format, need, err);
}

/* What raw-verity needs depends on its root. */
static unsigned needs_of(const struct ig_compose *c,
			 const struct ig_build_format *format)
{
	if (!(format->need & IG_NEED_VERITY))
		return format->need;
	return format->need |
	       (c->opts->root == IG_ROOT_EROFS ? IG_NEED_EROFS
					       : IG_NEED_SQUASHFS);
}

static int check_format(const struct ig_compose *c,
			const struct ig_kernel_facts *facts,
			const struct ig_build_format *format,
			struct ig_err *err)
{
	unsigned bits = needs_of(c, format);
	/* dm-verity is set up by stage 1 */
	bool initrd = (format->want & IG_WANT_CPIO) || (bits & IG_NEED_VERITY);

	for (size_t i = 0; i < IG_COUNT(needs); i++)
		if ((bits & needs[i].bit) &&
		    check_need(c, facts, format->name, &needs[i], err) < 0)
			return -1;
	if (!initrd)
		return 0;
	if (check_need(c, facts, format->name, initrd_needs, err) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(mounted_needs); i++)
		if (c->plan->opts.layout == IG_LAYOUT_MOUNTED &&
		    check_need(c, facts, format->name, &mounted_needs[i], err) <
			    0)
			return -1;
	return check_need(c, facts, format->name,
			  &codec_needs[c->plan->opts.codec], err);
}

int ig_check_kernel(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_kernel_facts_done)
	struct ig_kernel_facts facts = IG_KERNEL_FACTS_INIT;

	if (!c->plan->kernel)
		return 0;
	if (check_arch(c, err) < 0 ||
	    ig_kernel_facts(&facts, c->plan, c->store, err) < 0)
		return -1;
	for (const char *const *name = c->opts->formats; *name; name++)
		if (check_format(c, &facts, ig_build_format(*name), err) < 0)
			return -1;
	return ig_guest_check_kernel(c, &facts, err);
}

int ig_kernel_mounts(bool *can, const struct ig_plan *plan,
		     struct ig_store *store, struct ig_err *err)
{
	IG_AUTO(ig_kernel_facts_done)
	struct ig_kernel_facts facts = IG_KERNEL_FACTS_INIT;

	*can = true;
	if (!plan->kernel)
		return 0;
	if (ig_kernel_facts(&facts, plan, store, err) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(mounted_needs); i++)
		if (ig_kernel_has(&facts, mounted_needs[i].option,
				  mounted_needs[i].module) == IG_KERNEL_LACKS)
			*can = false;
	return 0;
}
