/* SPDX-License-Identifier: Apache-2.0 */
#include "fat_priv.h"

#include <string.h>

#include "put.h"

#define ATTR_LABEL   0x08
#define ATTR_FOLDER  0x10
#define ATTR_ARCHIVE 0x20
#define ATTR_LONG    0x0f
#define CHARS	     13u

#define EPOCH_1980   315532800
#define LAST_2107    4354819198 /* 2107-12-31 23:59:58 */

/* A date and a time of day as the spec packs them. */
struct stamp {
	uint16_t date, time;
	unsigned char tenths; /* hundredths of a second, from 0 to 199 */
};

/* The Gregorian calendar from a day number, with years from March. */
static struct stamp stamp_of(int64_t time)
{
	int64_t t = time < EPOCH_1980  ? EPOCH_1980
		    : time > LAST_2107 ? LAST_2107
				       : time;
	uint32_t second = (uint32_t)(t % 86400);
	uint32_t days = (uint32_t)(t / 86400) + 719468;
	uint32_t era = days / 146097, doe = days % 146097;
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t mp = (5 * doy + 2) / 153;
	uint32_t day = doy - (153 * mp + 2) / 5 + 1;
	uint32_t month = mp < 10 ? mp + 3 : mp - 9;
	uint32_t year = yoe + era * 400 + (month <= 2);

	return (struct stamp){
		.date = (uint16_t)((year - 1980) << 9 | month << 5 | day),
		.time = (uint16_t)(second / 3600 << 11 | second / 60 % 60 << 5 |
				   second % 60 / 2),
		.tenths = (unsigned char)(second % 2 * 100),
	};
}

void fat_label(char out[FAT_ALIAS], const char *label)
{
	const char *text = label && *label ? label : "NO NAME";

	memset(out, ' ', FAT_ALIAS);
	for (size_t i = 0; i < FAT_ALIAS && text[i]; i++)
		out[i] = text[i];
}

static unsigned char checksum(const char alias[FAT_ALIAS])
{
	unsigned int sum = 0;

	for (size_t i = 0; i < FAT_ALIAS; i++)
		sum = (((sum & 1) << 7 | sum >> 1) + (unsigned char)alias[i]) &
		      0xff;
	return (unsigned char)sum;
}

static void put_short(unsigned char *out, const char name[FAT_ALIAS],
		      unsigned char attr, uint32_t cluster, uint32_t size,
		      const struct stamp *stamp)
{
	memcpy(out, name, FAT_ALIAS);
	out[11] = attr;
	out[13] = stamp->tenths;
	put16(out + 14, stamp->time);
	put16(out + 16, stamp->date);
	put16(out + 18, stamp->date);
	put16(out + 20, cluster >> 16);
	put16(out + 22, stamp->time);
	put16(out + 24, stamp->date);
	put16(out + 26, cluster);
	put32(out + 28, size);
}

/* The spec, "long directory entries": the last part comes first. */
static void put_long(unsigned char *out, const struct fat_node *node)
{
	static const unsigned char at[CHARS] = { 1,  3,	 5,  7,	 9,  14, 16,
						 18, 20, 22, 24, 28, 30 };
	unsigned char sum = checksum(node->alias);

	for (unsigned int slot = node->slots; slot > 0; slot--) {
		out[0] = (unsigned char)(slot |
					 (slot == node->slots ? 0x40 : 0));
		out[11] = ATTR_LONG;
		out[13] = sum;
		for (unsigned int i = 0; i < CHARS; i++) {
			unsigned int n = (slot - 1) * CHARS + i;

			put16(out + at[i], n < node->units_n	? node->units[n]
					   : n == node->units_n ? 0
								: 0xffff);
		}
		out += FAT_ENTRY;
	}
}

static unsigned char *take(struct fat_node *dir, unsigned int entries)
{
	unsigned char *room = dir->room;

	dir->room += (size_t)entries * FAT_ENTRY;
	return room;
}

static void put_node(const struct fat_tree *tree, struct fat_node *node,
		     const struct stamp *stamp)
{
	static const char dot[FAT_ALIAS + 1] = ".          ";
	static const char dots[FAT_ALIAS + 1] = "..         ";
	struct fat_node *dir = &tree->v[node->parent];
	unsigned char *room = take(dir, node->slots + 1u);

	put_long(room, node);
	put_short(room + (size_t)node->slots * FAT_ENTRY, node->alias,
		  node->dir ? ATTR_FOLDER : ATTR_ARCHIVE, node->cluster,
		  node->dir ? 0 : (uint32_t)node->size, stamp);
	if (!node->dir)
		return;
	put_short(take(node, 1), dot, ATTR_FOLDER, node->cluster, 0, stamp);
	/* The root is 0 here, whatever its cluster is. */
	put_short(take(node, 1), dots, ATTR_FOLDER,
		  node->parent ? dir->cluster : 0, 0, stamp);
}

void fat_dirs(const struct fat_tree *tree, const struct ig_fat_opts *opts)
{
	struct stamp stamp = stamp_of(opts->time);
	char label[FAT_ALIAS];

	if (opts->label && *opts->label) {
		fat_label(label, opts->label);
		put_short(take(&tree->v[0], 1), label, ATTR_LABEL, 0, 0,
			  &stamp);
	}
	for (uint32_t i = 1; i < tree->n; i++)
		put_node(tree, &tree->v[i], &stamp);
}
