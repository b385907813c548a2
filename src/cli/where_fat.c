/* SPDX-License-Identifier: Apache-2.0 */
#include "where.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Microsoft, "FAT File System Specification" */

#define ENTRY	   32u
#define ENTRIES	   65536u /* of a folder */
#define FOLDERS	   8	  /* in folders */
#define PATH	   512
#define LONG_NAME  0x0f
#define VOLUME	   0x08
#define FOLDER	   0x10
#define LOWER_BASE 0x08
#define LOWER_TAIL 0x10

struct fat {
	const struct view *view;
	uint64_t table, root, root_size, data; /* bytes */
	uint64_t unit;			       /* bytes of a cluster */
	uint32_t clusters, root_cluster;
	unsigned bits;
	uint64_t wanted; /* the byte */
	char path[PATH];
	struct place *place;
};

static bool open_fat(struct fat *fat, const struct view *view)
{
	unsigned char b[512];
	uint64_t sector, sectors, size;

	if (!view_read(view, b, sizeof(b), 0) || b[510] != 0x55 ||
	    b[511] != 0xaa ||
	    (memcmp(b + 54, "FAT", 3) != 0 && memcmp(b + 82, "FAT32", 5) != 0))
		return false;
	sector = le16(b + 11);
	fat->unit = sector * b[13];
	if (!fat->unit)
		return false;
	sectors = le16(b + 19) ? le16(b + 19) : le32(b + 32);
	size = le16(b + 22) ? le16(b + 22) : le32(b + 36);
	fat->view = view;
	fat->table = le16(b + 14) * sector;
	fat->root = fat->table + b[16] * size * sector;
	fat->root_size = le16(b + 17) * (uint64_t)ENTRY;
	fat->data = fat->root + (fat->root_size + sector - 1) / sector * sector;
	if (sectors * sector < fat->data)
		return false;
	fat->clusters = (uint32_t)((sectors * sector - fat->data) / fat->unit);
	fat->bits = fat->clusters < 4085 ? 12 : fat->clusters < 65525 ? 16 : 32;
	fat->root_cluster = fat->bits == 32 ? le32(b + 44) : 0;
	return true;
}

/* The cluster after @at in its chain, 0 at the end. */
static uint32_t next(const struct fat *fat, uint32_t at)
{
	uint64_t off = fat->table + (uint64_t)at * fat->bits / 8;
	unsigned char raw[4];
	uint32_t value;

	if (!view_read(fat->view, raw, fat->bits == 32 ? 4 : 2, off))
		return 0;
	if (fat->bits == 32)
		value = le32(raw) & 0x0fffffff;
	else if (fat->bits == 16)
		value = le16(raw);
	else
		value = at & 1 ? le16(raw) >> 4 : le16(raw) & 0xfff;
	return value >= 2 && value < fat->clusters + 2 ? value : 0;
}

static uint64_t place_of(const struct fat *fat, uint32_t cluster)
{
	return fat->data + (uint64_t)(cluster - 2) * fat->unit;
}

/* Whether the byte wanted is in the chain from @first; *@at: how far in. */
static bool in_chain(const struct fat *fat, uint32_t first, uint64_t *at)
{
	uint32_t cluster = first;

	for (uint32_t i = 0; cluster >= 2 && i < fat->clusters; i++) {
		uint64_t off = place_of(fat, cluster);

		if (fat->wanted >= off && fat->wanted - off < fat->unit) {
			*at = i * fat->unit + fat->wanted - off;
			return true;
		}
		cluster = next(fat, cluster);
	}
	return false;
}

/* ---- names ---- */

/* What does not fit, or is not ASCII, becomes a question mark. */
static void long_piece(char name[256], const unsigned char *entry)
{
	static const unsigned char at[13] = { 1,  3,  5,  7,  9,  14, 16,
					      18, 20, 22, 24, 28, 30 };
	size_t begin = ((entry[0] & 0x1fu) - 1u) * 13u;

	for (size_t i = 0; i < 13 && begin + i < 255; i++) {
		uint32_t ch = le16(entry + at[i]);

		if (ch == 0xffff)
			continue;
		name[begin + i] = (char)(ch == 0		 ? 0
					 : ch < 0x20 || ch > '~' ? '?'
								 : (int)ch);
	}
}

static void short_name(char name[256], const unsigned char *entry)
{
	size_t n = 0;

	for (size_t i = 0; i < 11; i++) {
		bool lower = entry[12] & (i < 8 ? LOWER_BASE : LOWER_TAIL);

		if (entry[i] == ' ')
			continue;
		if (i >= 8 && !memchr(name, '.', n))
			name[n++] = '.';
		name[n++] = (char)(lower ? tolower(entry[i]) : entry[i]);
	}
	name[n] = '\0';
}

/* ---- the tree ---- */

static bool find_in(struct fat *fat, uint32_t first, size_t len, int depth);

/* The content, when its clusters lie one behind the other, as ours do. */
static void found_file(struct fat *fat, uint32_t first, uint32_t size,
		       const char *name, uint64_t at)
{
	uint64_t off = place_of(fat, first);
	struct view data = view_slice(fat->view, off, size);

	place_say(fat->place, "the file '%s'", fat->path);
	fat->place->content = true;
	if (fat->wanted - off == at && at < data.size)
		where_in(fat->place, &data, name, at);
}

static bool look_at(struct fat *fat, const unsigned char *entry,
		    const char *name, size_t len, int depth)
{
	uint32_t first = le16(entry + 26) | le16(entry + 20) << 16;
	uint64_t at;
	int n = snprintf(fat->path + len, PATH - len, "%s%s", len ? "/" : "",
			 name);

	if (n < 0 || (size_t)n >= PATH - len || first < 2)
		return false;
	if (entry[11] & FOLDER)
		return name[0] != '.' && depth < FOLDERS &&
		       find_in(fat, first, len + (size_t)n, depth + 1);
	if (!in_chain(fat, first, &at))
		return false;
	found_file(fat, first, le32(entry + 28), name, at);
	return true;
}

/* The entry number @i of the folder, false at its end. */
static bool read_entry(const struct fat *fat, uint32_t *cluster, uint32_t i,
		       unsigned char entry[ENTRY])
{
	uint64_t off = (uint64_t)i * ENTRY;

	if (!*cluster)
		return off < fat->root_size &&
		       view_read(fat->view, entry, ENTRY, fat->root + off);
	if (i > 0 && off % fat->unit == 0) {
		*cluster = next(fat, *cluster);
		if (!*cluster)
			return false;
	}
	return view_read(fat->view, entry, ENTRY,
			 place_of(fat, *cluster) + off % fat->unit);
}

static bool find_in(struct fat *fat, uint32_t first, size_t len, int depth)
{
	uint32_t cluster = first;
	unsigned char entry[ENTRY];
	char name[256] = "";
	uint64_t at;

	if (first && in_chain(fat, first, &at)) {
		fat->path[len] = '\0';
		place_say(fat->place, "the folder '/%s'", fat->path);
		fat->place->content = false;
		return true;
	}
	for (uint32_t i = 0; i < ENTRIES; i++) {
		if (!read_entry(fat, &cluster, i, entry) || !entry[0])
			return false;
		if (entry[11] == LONG_NAME) {
			long_piece(name, entry);
			continue;
		}
		if (!name[0])
			short_name(name, entry);
		if (entry[0] != 0xe5 && !(entry[11] & VOLUME) &&
		    look_at(fat, entry, name, len, depth))
			return true;
		memset(name, 0, sizeof(name));
	}
	return false;
}

bool where_fat(struct place *place, const struct view *view, uint64_t at)
{
	struct fat fat = { .place = place, .wanted = at };

	if (!open_fat(&fat, view))
		return false;
	if (find_in(&fat, fat.root_cluster, 0, 0))
		return true;
	if (at < fat.table)
		place_say(place, "the FAT volume's boot sectors");
	else if (at < fat.root)
		place_say(place, "the FAT volume's allocation table");
	else if (at < fat.data)
		place_say(place, "the folder '/'");
	else
		place_say(place, "free space of the FAT volume");
	place->content = false;
	return true;
}
