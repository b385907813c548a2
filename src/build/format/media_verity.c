/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/spec.h>
#include <ingot/str.h>

#include "formats.h"
#include "media.h"
#include "root_fs.h"

/*
 * raw-verity: the root is a read-only file system of which every block is
 * checked when it is read. The hash that all others hang on stands in the
 * command line of the UKI, so whoever trusts that trusts every file. The
 * partitions are found by the UAPI group's Discoverable Partitions
 * Specification: their UUIDs are the two halves of the root hash.
 */
#define TYPE_ESP "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define UUID_LEN 37

/* Of another UKI than those of the formats with an initrd. */
#define MEASUREMENTS "-verity-measurements.json"

static const struct types {
	const char *arch, *root, *verity;
} types[] = {
	{ "amd64", "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
	  "2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5" },
	{ "arm64", "B921B045-1DF0-41C3-AF44-4C6F280D3FAE",
	  "DF3300CE-D69F-4C92-978C-9BFB0F38D820" },
};

static const struct types *find_types(const struct ig_compose *c)
{
	for (size_t i = 0; i < IG_COUNT(types); i++)
		if (ig_streq(types[i].arch, c->plan->opts.arch))
			return &types[i];
	return NULL;
}

/* 32 hex digits as UUID text. */
static void uuid_text(char out[UUID_LEN], const char *hex)
{
	snprintf(out, UUID_LEN, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8,
		 hex + 12, hex + 16, hex + 20);
}

static int put_uki(struct ig_made_uki *uki, struct ig_compose *c,
		   const char *hash, struct ig_err *err)
{
	struct ig_boot boot;
	char word[IG_SHA256_HEX + 16];
	const char *old;

	if (ig_compose_stage1(&boot, c, true, err) < 0)
		return -1;
	old = boot.cmdline;
	snprintf(word, sizeof(word), "roothash=%s", hash);
	boot.cmdline = ig_media_cmdline(c, &boot, word, "root", err);
	if (!boot.cmdline)
		return -1;
	if (boot.cmdline == old)
		return ig_fail(
			err, IG_ESPEC,
			"kernel.cmdline names a root already: leave 'root=' and 'roothash=' out, this format adds its own");
	return ig_media_make_uki(uki, c, &boot, err);
}

static int put_esp(struct ig_rope *esp, struct ig_compose *c,
		   const struct ig_rope *uki, struct ig_err *err)
{
	struct ig_fat_file file = { .path = ig_media_efi_name(c, err),
				    .data = uki };
	struct ig_fat_opts fat = { .label = "ESP",
				   .seed = c->id,
				   .hidden = 2048,
				   .time = ig_compose_time(c) };

	return file.path ? ig_fat_write(esp, &file, 1, &fat, err) : -1;
}

static int put_disk(struct ig_rope *out, struct ig_compose *c,
		    struct ig_made_uki *uki, char hash[IG_SHA256_HEX],
		    struct ig_err *err)
{
	struct ig_rope *esp = ig_compose_new(c, err);
	const struct types *t = find_types(c);
	char root[UUID_LEN], verity[UUID_LEN];
	struct ig_partition parts[3] = {
		{ .type = TYPE_ESP, .name = "EFI System", .data = esp },
		{ .name = "root", .uuid = root },
		{ .name = "root-verity", .uuid = verity },
	};
	struct ig_disk_opts disk = { .align = 0 };

	if (!esp || !ig_media_efi_name(c, err) ||
	    ig_compose_root(&parts[1].data, c, c->opts->root, err) < 0 ||
	    ig_compose_verity(&parts[2].data, hash, c, c->opts->root, err) <
		    0 ||
	    put_uki(uki, c, hash, err) < 0 ||
	    put_esp(esp, c, uki->file, err) < 0)
		return -1;
	uuid_text(root, hash);
	uuid_text(verity, hash + 32);
	parts[1].type = t->root;
	parts[2].type = t->verity;
	return ig_media_gpt(out, c, parts, 3, &disk, err);
}

static int write_verity(struct ig_compose *c, struct ig_err *err)
{
	struct ig_rope *disk = ig_compose_new(c, err);
	struct ig_made_uki uki;
	char hash[IG_SHA256_HEX];

	if (!disk || put_disk(disk, c, &uki, hash, err) < 0 ||
	    ig_compose_rope(c, "-verity.img", disk, err) < 0)
		return -1;
	return ig_media_measure(c, &uki, MEASUREMENTS, hash, err);
}

const struct ig_build_format ig_format_raw_verity = {
	.name = "raw-verity",
	.files = "NAME-verity.img NAME" MEASUREMENTS,
	.purpose = "a disk for UEFI, its read-only root under dm-verity",
	.firmware = IG_BY_UEFI,
	.arches = "amd64 arm64",
	.want = IG_WANT_TAR,
	.need = IG_NEED_KERNEL | IG_NEED_LOADER | IG_NEED_EFI | IG_NEED_VERITY,
	.stream = true,
	.disk = true,
	.write = write_verity,
};
