/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#define UEFI	   0xef
#define ENTRY	   32u
#define BOOTS_MAX  32u /* that fit into one block, each in its section */
#define INFO_TABLE 8u
#define INFO_END   64u
#define GRUB_LIST  2548u /* of diskboot.img behind cdboot.img */
#define GRUB_SEG   0x820
#define CHUNK	   (64u << 10)

static int find_one(struct iso_image *image, size_t index, struct ig_err *err)
{
	const struct ig_iso_boot *boot = &image->opts->boots[index];
	struct iso_node *node = iso_find(image, boot->path);

	if (!node)
		return ig_fail(err, IG_ENOENT,
			       "boot image '%s' is not in the ISO image",
			       boot->path);
	if (node->type != IG_FILE || !node->file->size)
		return ig_fail(err, IG_EFORMAT,
			       "boot image '%s' is not a file with content",
			       boot->path);
	if (node->file->size > UINT32_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "boot image '%s' has 4 GiB or more", boot->path);
	if (boot->info_table && node->file->size < INFO_END)
		return ig_fail(
			err, IG_EFORMAT,
			"boot image '%s' is too short for a boot information table",
			boot->path);
	node->file->info_table |= boot->info_table;
	image->boot[index] = node->file;
	if (image->opts->hybrid && boot->platform == UEFI && !image->esp)
		image->esp = node->file;
	return 0;
}

int iso_boot_find(struct iso_image *image, struct ig_err *err)
{
	size_t n = image->opts->boots_n;

	if (n > BOOTS_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "%zu boot images: an ISO image has room for %u",
			       n, BOOTS_MAX);
	image->boot = ig_arena_array(image->arena, n + 1,
				     sizeof(struct iso_file *), err);
	if (!image->boot)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (find_one(image, i, err) < 0)
			return -1;
	return 0;
}

/* El Torito 1.0, 2.1: all words of the entry add up to zero. */
static void put_validation(unsigned char out[ENTRY], uint8_t platform)
{
	uint32_t sum = 0;

	out[0] = 1;
	out[1] = platform;
	out[30] = 0x55;
	out[31] = 0xaa;
	for (size_t i = 0; i < ENTRY; i += 2)
		sum += out[i] | (uint32_t)out[i + 1] << 8;
	iso_le16(out + 28, 0u - sum);
}

/*
 * The number of sectors is 16 bits. Longer images have 0 there, as other
 * programs write it; firmware then goes by the file system in the image.
 */
static void put_boot(unsigned char out[ENTRY], const struct ig_iso_boot *boot,
		     const struct iso_file *file)
{
	uint64_t all = file->size / IG_SECTOR + (file->size % IG_SECTOR != 0);

	if (boot->load_size)
		all = boot->load_size;
	out[0] = 0x88; /* bootable, no emulation */
	iso_le16(out + 6, all > UINT16_MAX ? 0 : (uint32_t)all);
	iso_le32(out + 8, file->lba);
}

void iso_put_catalog(unsigned char out[ISO_BLOCK],
		     const struct iso_image *image)
{
	const struct ig_iso_boot *boots = image->opts->boots;
	size_t n = image->opts->boots_n;

	put_validation(out, boots[0].platform);
	put_boot(out + ENTRY, &boots[0], image->boot[0]);
	for (size_t i = 1; i < n; i++) {
		out += (size_t)2 * ENTRY;
		/* 2.3: a section of one entry; 0x91 is the last one. */
		out[0] = i + 1 < n ? 0x90 : 0x91;
		out[1] = boots[i].platform;
		iso_le16(out + 2, 1);
		put_boot(out + ENTRY, &boots[i], image->boot[i]);
	}
}

static int read_at(const struct iso_file *file, void *out, size_t len,
		   uint64_t off, struct ig_err *err)
{
	const struct ig_inode *inode = file->inode;

	if (file->rope)
		return ig_rope_read(file->rope, out, len, off, err);
	if (!inode->mem)
		return ig_pread_all(inode->fd, out, len, inode->off + off, err);
	memcpy(out, (const char *)inode->mem + off, len);
	return 0;
}

/* The file, from byte 64 on, as little-endian words. */
static int checksum(uint32_t *sum, const struct iso_file *file,
		    struct ig_err *err)
{
	ig_autofree unsigned char *chunk = malloc(CHUNK);
	size_t n;

	if (!chunk)
		return ig_fail_mem(err);
	*sum = 0;
	for (uint64_t at = INFO_END; at < file->size; at += n) {
		n = file->size - at < CHUNK ? (size_t)(file->size - at) : CHUNK;
		if (read_at(file, chunk, n, at, err) < 0)
			return -1;
		/* The head is shorter than the first chunk. */
		if (at == INFO_END)
			memcpy(chunk, file->head + at, file->head_len - at);
		for (size_t i = 0; i < n; i++)
			*sum += (uint32_t)chunk[i] << i % 4 * 8;
	}
	return 0;
}

/* Where the rest of GRUB's core lies, for its MBR on a disk. */
static void patch_grub(struct iso_file *file, const struct ig_iso_opts *opts)
{
	unsigned char *list = file->head + GRUB_LIST;
	uint64_t sector = (uint64_t)file->lba * (ISO_BLOCK / IG_SECTOR) + 5;

	if (!opts->hybrid ||
	    !iso_is_grub(opts->system_area, opts->system_area_len) ||
	    file->head_len < GRUB_LIST + 12 ||
	    (list[10] | list[11] << 8) != GRUB_SEG)
		return;
	iso_le32(list, (uint32_t)sector);
	iso_le32(list + 4, (uint32_t)(sector >> 32));
}

static int patch(struct iso_file *file, const struct iso_image *image,
		 struct ig_err *err)
{
	uint32_t sum = 0;

	file->head_len = file->size < GRUB_LIST + 12 ? (uint32_t)file->size
						     : GRUB_LIST + 12;
	file->head = ig_arena_alloc(image->arena, file->head_len, err);
	if (!file->head ||
	    read_at(file, file->head, file->head_len, 0, err) < 0)
		return -1;
	patch_grub(file, image->opts);
	if (checksum(&sum, file, err) < 0)
		return -1;
	memset(file->head + INFO_TABLE, 0, INFO_END - INFO_TABLE);
	iso_le32(file->head + 8, ISO_FIRST);
	iso_le32(file->head + 12, file->lba);
	iso_le32(file->head + 16, (uint32_t)file->size);
	iso_le32(file->head + 20, sum);
	return 0;
}

int iso_boot_patch(struct iso_image *image, struct ig_err *err)
{
	for (size_t i = 0; i < image->opts->boots_n; i++) {
		struct iso_file *file = image->boot[i];

		if (file->info_table && !file->head &&
		    patch(file, image, err) < 0)
			return ig_wrap(err, "boot image '%s'",
				       image->opts->boots[i].path);
	}
	return 0;
}
