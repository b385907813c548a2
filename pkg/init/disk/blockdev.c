/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/blockdev.h"

#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLASS  "/sys/class/block"
#define SECTOR 512u /* what sysfs counts in, whatever the device has */

static int read_number(uint64_t *out, const char *name, const char *file)
{
	char path[SYS_PATH];
	char text[32];

	snprintf(path, sizeof(path), CLASS "/%s/%s", name, file);
	if (sys_read(path, text, sizeof(text)) <= 0)
		return -1;
	*out = strtoull(text, NULL, 10);
	return 0;
}

/* sysfs has '!' where the name has '/', as in "cciss!c0d0" */
static int copy_name(char out[BLOCKDEV_NAME], const char *name)
{
	int n = snprintf(out, BLOCKDEV_NAME, "%s", name);

	for (char *p = out; *p; p++) {
		if (*p == '!')
			*p = '/';
	}
	return n > 0 && n < BLOCKDEV_NAME ? 0 : -1;
}

/* A partition's folder lies in its disk's. */
static int read_disk(struct blockdev *d, const char *name)
{
	char path[SYS_PATH];
	char target[SYS_PATH];

	snprintf(path, sizeof(path), CLASS "/%s", name);
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n <= 0)
		return -1;
	target[n] = '\0';
	char *slash = strrchr(target, '/');

	if (!slash)
		return -1;
	*slash = '\0';
	slash = strrchr(target, '/');
	return slash ? copy_name(d->disk, slash + 1) : -1;
}

static int read_device(struct blockdev *d, const char *name)
{
	char path[SYS_PATH];
	uint64_t number;

	memset(d, 0, sizeof(*d));
	/* an empty drive or a loop device without a file has no sectors */
	if (copy_name(d->name, name) < 0 ||
	    read_number(&d->size, name, "size") < 0 || d->size == 0 ||
	    d->size > UINT64_MAX / SECTOR)
		return -1;
	d->size *= SECTOR;
	snprintf(path, sizeof(path), CLASS "/%s/dev", name);
	if (sys_read(path, d->dev, sizeof(d->dev)) <= 0)
		return -1;
	d->dev[strcspn(d->dev, "\n")] = '\0';
	if (read_number(&number, name, "partition") == 0) {
		d->part = (unsigned)number;
		return read_disk(d, name);
	}
	if (read_number(&number, name, "queue/logical_block_size") == 0)
		d->sector = (unsigned)number;
	return copy_name(d->disk, name);
}

int blockdevs_read(struct blockdevs *out)
{
	char **names;
	size_t n;

	out->v = NULL;
	out->n = 0;
	if (sys_list(CLASS, &names, &n) < 0)
		return -1;
	out->v = calloc(n > 0 ? n : 1, sizeof(*out->v));
	for (size_t i = 0; out->v && i < n; i++) {
		if (read_device(&out->v[out->n], names[i]) == 0)
			out->n++;
	}
	sys_names_free(names, n);
	return out->v ? 0 : -1;
}

void blockdevs_done(struct blockdevs *list)
{
	free(list->v);
	list->v = NULL;
	list->n = 0;
}

static int open_device(const char *name)
{
	char path[BLOCKDEV_NAME + 8];

	snprintf(path, sizeof(path), "/dev/%s", name);
	/* without O_NONBLOCK a CD drive waits for a disc, or opens */
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static int read_at(int fd, uint8_t *p, size_t len, uint64_t at)
{
	while (len > 0) {
		ssize_t n = pread(fd, p, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
		at += (uint64_t)n;
	}
	return 0;
}

int blockdev_read(const char *name, void *buf, size_t len, uint64_t at)
{
	int fd = open_device(name);

	if (fd < 0)
		return -1;
	int rc = read_at(fd, buf, len, at);
	int saved = errno;

	close(fd);
	errno = saved;
	return rc;
}

int blockdev_probe(struct fsprobe *out, const char *name)
{
	static uint8_t start[FSPROBE_SIZE];
	/* less is there when it is a very small one */
	int fd = open_device(name);
	ssize_t n = fd < 0 ? -1 : pread(fd, start, sizeof(start), 0);
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	fsprobe(out, start, n < 0 ? 0 : (size_t)n);
	return n < 0 ? -1 : 0;
}
