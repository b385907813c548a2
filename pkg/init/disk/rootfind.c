/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/rootfind.h"

#include "disk/gptdisk.h"

#include <stdlib.h>
#include <string.h>

/* A drive without a disc can take seconds to say so. */
bool root_is_slow(const struct blockdev *d)
{
	static const char floppy[] = "2:";

	return strncmp(d->dev, floppy, sizeof(floppy) - 1) == 0;
}

const struct blockdev *root_numbered(const struct blockdevs *list,
				     const struct blockdev *disk, unsigned part)
{
	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i].part == part &&
		    strcmp(list->v[i].disk, disk->name) == 0)
			return &list->v[i];
	}
	return NULL;
}

static const struct blockdev *find_on(const struct blockdevs *list,
				      const struct blockdev *disk,
				      const struct root_want *want)
{
	static uint8_t header[GPT_SECTOR];
	const struct blockdev *found = NULL;
	struct gpt gpt;
	struct gpt_part part;
	uint8_t *entries = gptdisk_read(&gpt, header, disk);

	for (uint32_t i = 0; entries && !found && i < gpt.n; i++) {
		if (!gpt_part(&part, &gpt, entries, i))
			continue;
		const char *has =
			want->by == ROOT_PARTUUID ? part.uuid : part.name;

		/* the kernel may not have seen it yet */
		if (strcmp(has, want->value) == 0)
			found = root_numbered(list, disk, i + 1);
	}
	free(entries);
	return found;
}

static const struct blockdev *by_table(const struct blockdevs *list,
				       const struct root_want *want)
{
	const struct blockdev *found = NULL;

	for (size_t i = 0; !found && i < list->n; i++) {
		if (list->v[i].part == 0 && !root_is_slow(&list->v[i]))
			found = find_on(list, &list->v[i], want);
	}
	return found;
}

static const struct blockdev *by_content(const struct blockdevs *list,
					 const struct root_want *want)
{
	struct fsprobe fs;

	for (size_t i = 0; i < list->n; i++) {
		const struct blockdev *d = &list->v[i];

		if (root_is_slow(d) || blockdev_probe(&fs, d->name) < 0)
			continue;
		if (strcmp(want->by == ROOT_UUID ? fs.uuid : fs.label,
			   want->value) == 0)
			return d;
	}
	return NULL;
}

static const struct blockdev *by_name(const struct blockdevs *list,
				      const struct root_want *want)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->v[i].name, want->value) == 0)
			return &list->v[i];
	}
	return NULL;
}

const struct blockdev *root_find(const struct blockdevs *list,
				 const struct root_want *want)
{
	switch (want->by) {
	case ROOT_NAME:
		return by_name(list, want);
	case ROOT_PARTUUID:
	case ROOT_PARTLABEL:
		return by_table(list, want);
	case ROOT_LABEL:
	case ROOT_UUID:
		return by_content(list, want);
	case ROOT_NOTHING:
		break;
	}
	return NULL;
}
