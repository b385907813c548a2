/* SPDX-License-Identifier: Apache-2.0 */
#include "where.h"

#include <stdio.h>
#include <string.h>

/* ECMA-119, and the names of RRIP 4.1.4 */

#define SECTOR	2048u
#define SYSTEM	(16 * SECTOR)
#define FOLDERS 8	    /* in folders */
#define LARGEST (16u << 20) /* bytes of a folder */
#define PATH	512
#define FOLDER	0x02

struct iso {
	const struct view *view;
	uint64_t wanted;
	char path[PATH];
	struct place *place;
};

static bool in_extent(const struct iso *iso, const unsigned char *record)
{
	uint64_t off = (uint64_t)le32(record + 2) * SECTOR;
	uint64_t size = le32(record + 10);

	size = (size + SECTOR - 1) / SECTOR * SECTOR;
	return iso->wanted >= off && iso->wanted - off < size;
}

/* Rock Ridge's name, else the plain one without its version. */
static void name_of(char name[256], const unsigned char *record)
{
	size_t len = record[0], plain = record[32];
	size_t at = 33 + plain + (plain % 2 == 0);

	snprintf(name, 256, "%.*s", (int)(33 + plain <= len ? plain : len - 33),
		 (const char *)record + 33);
	name[strcspn(name, ";")] = '\0';
	while (at + 4 <= len && record[at + 2] >= 4 &&
	       at + record[at + 2] <= len) {
		if (!memcmp(record + at, "NM", 2) && record[at + 2] > 5) {
			snprintf(name, 256, "%.*s", record[at + 2] - 5,
				 (const char *)record + at + 5);
			return;
		}
		at += record[at + 2];
	}
}

static bool find_in(struct iso *iso, const unsigned char *folder, size_t len,
		    int depth);

static void found_file(struct iso *iso, const unsigned char *record,
		       const char *name)
{
	uint64_t off = (uint64_t)le32(record + 2) * SECTOR;
	struct view data = view_slice(iso->view, off, le32(record + 10));

	place_say(iso->place, "the file '%s'", iso->path);
	iso->place->content = true;
	if (iso->wanted - off < data.size)
		where_in(iso->place, &data, name, iso->wanted - off);
}

static bool look_at(struct iso *iso, const unsigned char *record, size_t len,
		    int depth)
{
	char name[256];
	int n;

	name_of(name, record);
	n = snprintf(iso->path + len, PATH - len, "%s%s", len ? "/" : "", name);
	if (n < 0 || (size_t)n >= PATH - len)
		return false;
	if (record[25] & FOLDER)
		return depth < FOLDERS &&
		       find_in(iso, record, len + (size_t)n, depth + 1);
	if (!in_extent(iso, record))
		return false;
	found_file(iso, record, name);
	return true;
}

static bool find_in(struct iso *iso, const unsigned char *folder, size_t len,
		    int depth)
{
	uint64_t off = (uint64_t)le32(folder + 2) * SECTOR;
	uint32_t size = le32(folder + 10);
	unsigned char record[256];

	if (in_extent(iso, folder)) {
		iso->path[len] = '\0';
		place_say(iso->place, "the folder '/%s'", iso->path);
		iso->place->content = false;
		return true;
	}
	if (size > LARGEST)
		return false;
	/* A record crosses no sector; the first two are "." and "..". */
	for (uint32_t at = 0; at < size;) {
		uint32_t room = SECTOR - at % SECTOR;

		memset(record, 0, sizeof(record));
		if (!view_read(iso->view, record, room < 255 ? room : 255,
			       off + at))
			return false;
		if (record[0] < 34) {
			at += room;
			continue;
		}
		if ((record[32] != 1 || record[33] > 1) &&
		    look_at(iso, record, len, depth))
			return true;
		at += record[0];
	}
	return false;
}

bool where_iso(struct place *place, const struct view *view, uint64_t at)
{
	struct iso iso = { .view = view, .wanted = at, .place = place };
	unsigned char volume[256];

	if (!view_read(view, volume, sizeof(volume), SYSTEM) ||
	    memcmp(volume, "\1CD001", 6) != 0)
		return false;
	if (find_in(&iso, volume + 156, 0, 0))
		return true;
	place_say(place, at < SYSTEM
				 ? "the boot sector or the partition table"
				 : "the ISO's volume descriptors and tables");
	place->content = false;
	return true;
}
