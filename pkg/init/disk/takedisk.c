/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/takedisk.h"

#include "base/sys.h"
#include "disk/e2tools.h"
#include "disk/gptdisk.h"
#include "disk/rootfind.h"
#include "log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define CLASS	   "/sys/class/block"
#define MIB	   GPTEDIT_MIB
#define ENDS	   3u /* the first two mebibytes and the last one */
#define TRIES	   50
#define TRIES_EACH 100000000 /* ns */

static bool is_set(const char *name, const char *file)
{
	char path[SYS_PATH];
	char text[8];

	snprintf(path, sizeof(path), CLASS "/%s/%s", name, file);
	return sys_read(path, text, sizeof(text)) > 0 && text[0] != '0';
}

bool takedisk_is_real(const char *name)
{
	char path[SYS_PATH];

	snprintf(path, sizeof(path), CLASS "/%s/device", name);
	return sys_exists(path);
}

static int open_disk(const char *name, int flags)
{
	char path[BLOCKDEV_NAME + 8];

	snprintf(path, sizeof(path), "/dev/%s", name);
	return open(path, O_RDWR | O_CLOEXEC | flags);
}

/* Someone has it: mounted, or below a device that is made of it. */
static bool is_busy(const char *name)
{
	int fd = open_disk(name, O_EXCL);

	if (fd >= 0)
		close(fd);
	return fd < 0;
}

static bool read_ends(uint8_t *buf, const struct blockdev *disk)
{
	return disk->size >= ENDS * (uint64_t)MIB &&
	       blockdev_read(disk->name, buf, 2 * (size_t)MIB, 0) == 0 &&
	       blockdev_read(disk->name, buf + 2 * (size_t)MIB, MIB,
			     disk->size - MIB) == 0;
}

enum claim_answer takedisk_judge(struct claim *out, const char **why,
				 const struct blockdev *disk, const char *label)
{
	uint8_t *buf = malloc(ENDS * (size_t)MIB);
	bool read = buf && read_ends(buf, disk);
	const struct claim_disk facts = {
		.disk = { disk->sector,
			  disk->sector ? disk->size / disk->sector : 0 },
		.removable = is_set(disk->name, "removable"),
		.readonly = is_set(disk->name, "ro"),
		.busy = is_busy(disk->name),
		.head = read ? buf : NULL,
		.next = read ? buf + MIB : NULL,
		.tail = read ? buf + 2 * (size_t)MIB : NULL,
	};
	enum claim_answer answer = claim_judge(out, why, &facts, label);

	free(buf);
	return answer;
}

static int put_claim(int fd, const struct blockdev *disk,
		     const struct claim *claim)
{
	static uint8_t sector[GPT_SECTOR];

	memset(sector, 0, sizeof(sector));
	if (claim)
		claim_write(sector, claim);
	return gptdisk_put(fd, sector, disk->sector, CLAIM_AT);
}

static int fail(const char *what, const char *verb, const struct blockdev *disk)
{
	log_say("%s: %s /dev/%s: %s", what, verb, disk->name, strerror(errno));
	return -1;
}

/* The claim goes first: from then on the disk is known as half done. */
static int put_table(int fd, const struct blockdev *disk, const char *label)
{
	struct claim claim = { .sectors = disk->size / disk->sector };
	const struct gptedit_disk d = { disk->sector, claim.sectors };
	struct gptedit edit;

	snprintf(claim.label, sizeof(claim.label), "%s", label);
	if (getrandom(claim.guids, sizeof(claim.guids), 0) < 0)
		return -1;
	if (gptedit_make(&edit, &d, label, claim.guids) != GPTEDIT_OK) {
		errno = ENOMEM;
		return -1;
	}
	int rc = put_claim(fd, disk, &claim);

	if (rc == 0)
		rc = gptdisk_apply(fd, &edit);
	if (rc == 0)
		rc = ioctl(fd, BLKRRPART);
	int saved = errno;

	gptedit_done(&edit);
	errno = saved;
	return rc;
}

static int make_table(const char *what, const struct blockdev *disk,
		      const char *label)
{
	int fd = open_disk(disk->name, O_EXCL);

	if (fd < 0)
		return fail(what, "open", disk);
	int rc = put_table(fd, disk, label);

	if (rc < 0)
		fail(what, "write the partition table of", disk);
	/* also for mke2fs, which wants the partition for itself */
	close(fd);
	return rc;
}

/* Its name under /dev comes a moment later. */
static int find_first(struct blockdev *part, const struct blockdev *disk)
{
	const struct timespec pause = { 0, TRIES_EACH };
	char path[BLOCKDEV_NAME + 8];
	struct blockdevs list;

	for (int i = 0; i < TRIES; i++) {
		const struct blockdev *p = NULL;

		if (blockdevs_read(&list) == 0)
			p = root_numbered(&list, disk, 1);
		if (p)
			*part = *p;
		blockdevs_done(&list);
		snprintf(path, sizeof(path), "/dev/%s", part->name);
		if (p && sys_exists(path))
			return 0;
		nanosleep(&pause, NULL);
	}
	errno = ENOENT;
	return -1;
}

static int finish(const char *what, const struct blockdev *disk,
		  const char *path)
{
	int part = open(path, O_RDONLY | O_CLOEXEC);
	int fd = open_disk(disk->name, 0);
	int rc = -1;

	/* when it is gone, all that it stood for is on the disk */
	if (part >= 0 && fd >= 0 && fsync(part) == 0)
		rc = put_claim(fd, disk, NULL);
	if (rc < 0)
		fail(what, "finish", disk);
	if (part >= 0)
		close(part);
	if (fd >= 0)
		close(fd);
	return rc;
}

int takedisk_make(const char *what, struct blockdev *part,
		  const struct blockdev *disk, const char *label)
{
	char path[BLOCKDEV_NAME + 8];

	log_info("%s: take the empty disk /dev/%s, %llu MiB", what, disk->name,
		 (unsigned long long)(disk->size / MIB));
	memset(part, 0, sizeof(*part));
	if (make_table(what, disk, label) < 0)
		return -1;
	if (find_first(part, disk) < 0)
		return fail(what, "find the partition of", disk);
	snprintf(path, sizeof(path), "/dev/%s", part->name);
	if (e2tools_format(what, path, label) < 0)
		return -1;
	return finish(what, disk, path);
}
