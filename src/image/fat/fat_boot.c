/* SPDX-License-Identifier: Apache-2.0 */
#include "fat_priv.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "put.h"

#define MEDIA 0xf8u
#define HEADS 255u
#define TRACK 63u

/* The spec, "boot sector and BPB": what both types have. */
static void put_bpb(unsigned char *out, const struct fat_geo *geo,
		    uint32_t hidden)
{
	memcpy(out + 3, "MSWIN4.1", 8);
	put16(out + 11, IG_SECTOR);
	out[13] = (unsigned char)geo->per_cluster;
	put16(out + 14, geo->reserved);
	out[16] = 2;
	put16(out + 17, geo->root_entries);
	if (!geo->fat32 && geo->total < 0x10000)
		put16(out + 19, (uint32_t)geo->total);
	else
		put32(out + 32, (uint32_t)geo->total);
	out[21] = MEDIA;
	if (!geo->fat32)
		put16(out + 22, geo->fat);
	put16(out + 24, TRACK);
	put16(out + 26, HEADS);
	put32(out + 28, hidden);
}

static void put_volume(unsigned char *out, const struct ig_fat_opts *opts,
		       const char *type)
{
	char label[FAT_ALIAS];

	fat_label(label, opts->label);
	out[0] = 0x80; /* the first hard disk */
	out[2] = 0x29;
	put32(out + 3, ig_seed_u32(opts->seed, "fat"));
	memcpy(out + 7, label, FAT_ALIAS);
	memcpy(out + 18, type, 8);
}

static void put_sector(unsigned char *out, const struct fat_geo *geo,
		       const struct ig_fat_opts *opts)
{
	/* int 0x18, the next boot device; then stop. */
	static const unsigned char no_code[] = { 0xcd, 0x18, 0xf4, 0xeb, 0xfd };
	unsigned char *code = out + (geo->fat32 ? 0x5a : 0x3e);

	out[0] = 0xeb;
	out[1] = (unsigned char)(code - out - 2);
	out[2] = 0x90;
	put_bpb(out, geo, opts->hidden);
	if (geo->fat32) {
		put32(out + 36, geo->fat);
		put32(out + 44, FAT_FIRST);
		put16(out + 48, 1);
		put16(out + 50, FAT_BACKUP);
	}
	put_volume(out + (geo->fat32 ? 64 : 36), opts,
		   geo->fat32 ? "FAT32   " : "FAT16   ");
	if (opts->boot_code)
		memcpy(code, opts->boot_code, opts->boot_code_len);
	else
		memcpy(code, no_code, sizeof(no_code));
	put16(out + 510, 0xaa55);
}

static void put_info(unsigned char *out, const struct fat_geo *geo,
		     const struct fat_tree *tree)
{
	uint32_t spare = geo->clusters;

	for (uint32_t i = 0; i < tree->n; i++)
		if (tree->v[i].cluster)
			spare -= fat_clusters(geo, &tree->v[i]);
	memcpy(out, "RRaA", 4);
	memcpy(out + 484, "rrAa", 4);
	put32(out + 488, spare);
	put32(out + 492,
	      geo->end < geo->clusters + FAT_FIRST ? geo->end : 0xffffffff);
	put16(out + 510, 0xaa55);
}

static void put_link(unsigned char *fat, const struct fat_geo *geo,
		     uint32_t cluster, uint32_t next)
{
	if (geo->fat32)
		put32(fat + (size_t)cluster * 4, next & 0x0fffffff);
	else
		put16(fat + (size_t)cluster * 2, next);
}

static void put_chains(unsigned char *fat, const struct fat_geo *geo,
		       const struct fat_tree *tree)
{
	/* FAT[0] repeats the media; FAT[1]: unmounted well, no errors. */
	put_link(fat, geo, 0, 0xffffff00 | MEDIA);
	put_link(fat, geo, 1, 0xffffffff);
	for (uint32_t i = 0; i < tree->n; i++) {
		const struct fat_node *node = &tree->v[i];
		uint32_t last;

		if (!node->cluster)
			continue;
		last = node->cluster + fat_clusters(geo, node) - 1;
		for (uint32_t c = node->cluster; c < last; c++)
			put_link(fat, geo, c, c + 1);
		put_link(fat, geo, last, 0xffffffff);
	}
}

/* Both FATs. Behind the last used cluster they are a hole. */
static int add_fats(struct ig_rope *out, const struct fat_geo *geo,
		    const struct fat_tree *tree, struct ig_err *err)
{
	size_t used = (size_t)geo->end * (geo->fat32 ? 4 : 2);
	uint64_t rest = (uint64_t)geo->fat * IG_SECTOR - used;
	unsigned char *fat = ig_rope_room(out, used, err);

	if (!fat)
		return -1;
	put_chains(fat, geo, tree);
	if (ig_rope_zero(out, rest, err) < 0 ||
	    ig_rope_mem(out, fat, used, err) < 0)
		return -1;
	return ig_rope_zero(out, rest, err);
}

int fat_boot(struct ig_rope *out, const struct fat_geo *geo,
	     const struct fat_tree *tree, const struct ig_fat_opts *opts,
	     struct ig_err *err)
{
	size_t head = (geo->fat32 ? FAT_BACKUP + 2 : 1) * IG_SECTOR;
	size_t backup = (size_t)FAT_BACKUP * IG_SECTOR;
	unsigned char *boot = ig_rope_room(out, head, err);

	if (!boot)
		return -1;
	put_sector(boot, geo, opts);
	if (geo->fat32) {
		put_info(boot + IG_SECTOR, geo, tree);
		memcpy(boot + backup, boot, (size_t)2 * IG_SECTOR);
	}
	if (ig_rope_zero(out, (uint64_t)geo->reserved * IG_SECTOR - head, err) <
	    0)
		return -1;
	return add_fats(out, geo, tree, err);
}
