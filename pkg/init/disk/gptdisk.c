/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/gptdisk.h"

#include "disk/gptedit.h"
#include "log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MIB (1u << 20)

uint8_t *gptdisk_read(struct gpt *gpt, uint8_t header[GPT_SECTOR],
		      const struct blockdev *disk)
{
	if (disk->sector < 512 || disk->sector > GPT_SECTOR ||
	    blockdev_read(disk->name, header, disk->sector, disk->sector) < 0 ||
	    gpt_header(gpt, header, disk->sector, disk->size / disk->sector) <
		    0)
		return NULL;
	size_t len = (size_t)gpt->n * GPT_ENTRY;
	uint8_t *entries = malloc(len);

	if (!entries)
		return NULL;
	if (blockdev_read(disk->name, entries, len,
			  gpt->first * disk->sector) == 0 &&
	    gpt_entries(gpt, entries))
		return entries;
	free(entries);
	return NULL;
}

int gptdisk_put(int fd, const uint8_t *p, size_t len, uint64_t at)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, p, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
		at += (uint64_t)n;
	}
	return fsync(fd);
}

int gptdisk_apply(int fd, const struct gptedit *edit)
{
	for (size_t i = 0; i < edit->n; i++) {
		const struct gptedit_step *s = &edit->step[i];

		if (gptdisk_put(fd, s->p, s->len, s->at) < 0)
			return -1;
	}
	return 0;
}

/* The kernel takes a new size of a partition that is in use, too. */
static int tell_kernel(int fd, const struct blockdev *part, uint64_t start,
		       uint64_t size)
{
	struct blkpg_partition p = { .start = (long long)start,
				     .length = (long long)size,
				     .pno = (int)part->part };
	struct blkpg_ioctl_arg arg = { .op = BLKPG_RESIZE_PARTITION,
				       .datalen = sizeof(p),
				       .data = &p };

	return ioctl(fd, BLKPG, &arg);
}

static int carry_out(const char *what, const struct gptedit *edit,
		     const struct blockdev *disk, struct blockdev *part)
{
	uint64_t size = (edit->last - edit->first + 1) * disk->sector;
	char path[BLOCKDEV_NAME + 8];

	snprintf(path, sizeof(path), "/dev/%s", disk->name);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int rc = fd < 0 ? -1 : gptdisk_apply(fd, edit);

	if (rc == 0)
		rc = tell_kernel(fd, part, edit->first * disk->sector, size);
	int saved = errno;

	if (fd >= 0)
		close(fd);
	if (rc < 0) {
		log_say("%s: grow partition /dev/%s: %s", what, part->name,
			strerror(saved));
		return -1;
	}
	log_info("%s: partition /dev/%s grown from %llu to %llu MiB", what,
		 part->name, (unsigned long long)(part->size / MIB),
		 (unsigned long long)(size / MIB));
	part->size = size;
	return 0;
}

static int take_answer(const char *what, enum gptedit_answer answer,
		       const struct gptedit *edit, const struct blockdev *disk,
		       struct blockdev *part)
{
	switch (answer) {
	case GPTEDIT_OK:
		return carry_out(what, edit, disk, part);
	case GPTEDIT_BEHIND:
		log_say("%s: /dev/%s does not grow: a partition is behind it",
			what, part->name);
		break;
	case GPTEDIT_NO_ROOM:
		log_say("%s: /dev/%s does not grow: the table has no room for a second one",
			what, part->name);
		break;
	case GPTEDIT_SAME:
		break;
	}
	return 0;
}

int gptdisk_grow(const char *what, const struct blockdev *disk,
		 struct blockdev *part)
{
	static uint8_t mbr[GPT_SECTOR];
	static uint8_t header[GPT_SECTOR];
	struct gptedit_disk d = { disk->sector, 0 };
	struct gptedit edit;
	struct gpt gpt;
	uint8_t *entries;

	/* a whole disk without a table has nothing to grow into */
	if (part->part == 0)
		return 0;
	entries = gptdisk_read(&gpt, header, disk);
	if (!entries || blockdev_read(disk->name, mbr, disk->sector, 0) < 0) {
		free(entries);
		log_say("%s: /dev/%s does not grow: /dev/%s has no GPT", what,
			part->name, disk->name);
		return 0;
	}
	d.sectors = disk->size / disk->sector;
	int rc = take_answer(
		what,
		gptedit_grow(&edit, &d, mbr, header, entries, part->part - 1),
		&edit, disk, part);

	gptedit_done(&edit);
	free(entries);
	return rc;
}
