/* SPDX-License-Identifier: Apache-2.0 */
#include "fat_priv.h"

#include <ingot/err.h>
#include <ingot/own.h>

/* The spec, "FAT type determination": the count alone makes the type. */
#define MIN16	   4085u
#define MIN32	   65525u
#define MAX32	   0x0ffffff5u

#define RESERVED32 32u
#define BLOCK	   8u	       /* sectors that file systems share */
#define LARGE	   (64u << 10) /* bytes of a file that begins at one */

/* 4 KiB is what firmware reads fastest and hosts can share; smaller ones
 * where the volume would not be FAT32 else; larger ones only past 1 TiB. */
static const struct choice {
	bool fat32;
	uint8_t per_cluster;
} choices[] = {
	{ true, 8 },  { true, 4 },  { true, 2 },  { true, 1 },
	{ true, 16 }, { true, 32 }, { true, 64 }, { false, 8 },
	{ false, 4 }, { false, 2 }, { false, 1 },
};

static uint64_t div_up(uint64_t value, uint64_t unit)
{
	return value / unit + (value % unit != 0);
}

uint32_t fat_clusters(const struct fat_geo *geo, const struct fat_node *node)
{
	uint32_t size = geo->per_cluster * IG_SECTOR;

	/* A folder without names has a cluster too: the root. */
	if (node->dir && !node->size)
		return 1;
	return (uint32_t)div_up(node->size, size);
}

/* Give clusters in order, folders first; the number behind the last one. */
static uint64_t assign(struct fat_tree *tree, const struct fat_geo *geo)
{
	uint64_t step = BLOCK / geo->per_cluster, at = FAT_FIRST;

	for (int dirs = 1; dirs >= 0; dirs--) {
		for (uint32_t i = 0; i < tree->n; i++) {
			struct fat_node *node = &tree->v[i];

			if (node->dir != dirs)
				continue;
			node->cluster = 0;
			if ((!i && !geo->fat32) || (!dirs && !node->size))
				continue;
			if (!dirs && node->size >= LARGE && step > 1)
				at = div_up(at - FAT_FIRST, step) * step +
				     FAT_FIRST;
			node->cluster = (uint32_t)at;
			at += fat_clusters(geo, node);
		}
	}
	return at;
}

static void begin(struct fat_geo *geo, const struct choice *choice,
		  const struct fat_tree *tree)
{
	uint64_t names = tree->v[0].size / FAT_ENTRY;

	*geo = (struct fat_geo){ .fat32 = choice->fat32,
				 .per_cluster = choice->per_cluster };
	if (geo->fat32)
		return;
	/* The reader stops at the first free entry: leave one. */
	geo->root_entries = FAT_ROOT16;
	if (names >= FAT_ROOT16)
		geo->root_entries = (uint32_t)div_up(names + 1, 16) * 16;
}

static uint32_t root_sectors(const struct fat_geo *geo)
{
	return geo->root_entries * FAT_ENTRY / IG_SECTOR;
}

/* The reserved sectors fill up to where the data begins at 4 KiB. */
static void place_data(struct fat_geo *geo)
{
	uint64_t least = geo->fat32 ? RESERVED32 : 1;
	uint64_t meta = (uint64_t)geo->fat * 2 + root_sectors(geo);

	geo->data = (uint32_t)(div_up(least + meta, BLOCK) * BLOCK);
	geo->reserved = (uint32_t)(geo->data - meta);
}

static uint32_t per_sector(const struct fat_geo *geo)
{
	return geo->fat32 ? IG_SECTOR / 4 : IG_SECTOR / 2;
}

static bool in_range(const struct fat_geo *geo, uint64_t clusters)
{
	return geo->fat32 ? clusters >= MIN32 && clusters <= MAX32
			  : clusters >= MIN16 && clusters < MIN32;
}

/* From the number of clusters to the size. */
static bool from_clusters(struct fat_geo *geo, uint64_t clusters)
{
	if (!in_range(geo, clusters))
		return false;
	geo->clusters = (uint32_t)clusters;
	geo->fat = (uint32_t)div_up(clusters + FAT_FIRST, per_sector(geo));
	place_data(geo);
	geo->total = geo->data + clusters * geo->per_cluster;
	return geo->total <= UINT32_MAX;
}

/* From the size to the number of clusters, with the least FAT that covers
 * them: fat * per_sector >= (room - 2 * fat) / per_cluster + 2. */
static bool from_size(struct fat_geo *geo, uint64_t total)
{
	uint64_t least = (geo->fat32 ? RESERVED32 : 1) + root_sectors(geo);
	uint64_t spc = geo->per_cluster;

	if (total > UINT32_MAX || total <= least)
		return false;
	geo->fat = (uint32_t)div_up(total - least + 2 * spc,
				    spc * per_sector(geo) + 2);
	place_data(geo);
	if (total <= geo->data)
		return false;
	geo->total = total;
	geo->clusters = (uint32_t)((total - geo->data) / spc);
	return in_range(geo, geo->clusters);
}

static int fits(struct fat_geo *geo, struct fat_tree *tree,
		const struct ig_fat_opts *opts, struct ig_err *err)
{
	bool valid = false;
	uint64_t used = 0;

	for (size_t i = 0; i < IG_COUNT(choices); i++) {
		/* FAT16 only where FAT32 is not possible. */
		if (!choices[i].fat32 && (valid || opts->boot_code))
			break;
		begin(geo, &choices[i], tree);
		if (!from_size(geo, opts->size / IG_SECTOR))
			continue;
		valid = true;
		used = assign(tree, geo) - FAT_FIRST;
		geo->end = (uint32_t)(used + FAT_FIRST);
		if (used <= geo->clusters)
			return 0;
	}
	if (valid)
		return ig_fail(
			err, IG_ELIMIT,
			"a FAT volume of %llu bytes is too small for its files",
			(unsigned long long)opts->size);
	return ig_fail(
		err, IG_ELIMIT,
		"a FAT%s volume cannot have %llu bytes: it has %s to 2 TiB",
		opts->boot_code ? "32" : "", (unsigned long long)opts->size,
		opts->boot_code ? "33 MiB" : "2.1 MiB");
}

/* What @choice needs; the least it can have when nothing smaller is left. */
static bool grow(struct fat_geo *geo, struct fat_tree *tree, uint64_t reserve,
		 bool last)
{
	uint64_t size = (uint64_t)geo->per_cluster * IG_SECTOR;
	uint64_t used = assign(tree, geo) - FAT_FIRST, clusters;

	if (ig_add_overflow(used, div_up(reserve, size), &clusters))
		return false;
	if (last && clusters < (geo->fat32 ? MIN32 : MIN16))
		clusters = geo->fat32 ? MIN32 : MIN16;
	geo->end = (uint32_t)(used + FAT_FIRST);
	return from_clusters(geo, clusters);
}

int fat_layout(struct fat_geo *geo, struct fat_tree *tree,
	       const struct ig_fat_opts *opts, struct ig_err *err)
{
	if (opts->size % IG_SECTOR)
		return ig_fail(
			err, IG_EFORMAT,
			"a FAT volume of %llu bytes: not a multiple of %u",
			(unsigned long long)opts->size, IG_SECTOR);
	if (opts->size)
		return fits(geo, tree, opts, err);
	for (size_t i = 0; i < IG_COUNT(choices); i++) {
		/* Boot code for FAT32 makes even little content FAT32. */
		bool smallest = choices[i].per_cluster == 1 &&
				choices[i].fat32 == (opts->boot_code != NULL);

		begin(geo, &choices[i], tree);
		if (grow(geo, tree, opts->reserve, smallest))
			return 0;
	}
	return ig_fail(err, IG_ELIMIT,
		       "more content than a FAT volume can hold");
}
