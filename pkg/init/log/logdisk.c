/* SPDX-License-Identifier: Apache-2.0 */
#include "log/logdisk.h"

#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* @age 0: the file that is written. */
static void path_of(const struct logdisk *d, const char *name, unsigned age,
		    char out[SYS_PATH])
{
	if (age == 0)
		snprintf(out, SYS_PATH, "%s/%s.log", d->dir, name);
	else
		snprintf(out, SYS_PATH, "%s/%s.log.%u", d->dir, name, age);
}

static void close_file(struct logfile *f)
{
	if (f->name[0])
		close(f->fd);
	memset(f, 0, sizeof(*f));
}

static int open_file(const struct logdisk *d, struct logfile *f,
		     const char *name)
{
	char path[SYS_PATH];
	struct stat st;

	path_of(d, name, 0, path);
	if (sys_mkparent(path, 0755) < 0)
		return -1;
	f->fd = sys_create(path, O_APPEND, 0640);
	if (f->fd < 0)
		return -1;
	f->size = fstat(f->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
	snprintf(f->name, sizeof(f->name), "%s", name);
	return 0;
}

/* An open one, a place that is free, or that of the one longest not used. */
static struct logfile *place_for(struct logdisk *d, const char *name)
{
	struct logfile *oldest = &d->v[0];

	for (size_t i = 0; i < LOGDISK_OPEN; i++) {
		if (strcmp(d->v[i].name, name) == 0)
			return &d->v[i];
		if (d->v[i].used < oldest->used)
			oldest = &d->v[i];
	}
	close_file(oldest);
	return oldest;
}

static int rotate(struct logdisk *d, struct logfile *f, const char *name)
{
	char from[SYS_PATH];
	char to[SYS_PATH];

	close_file(f);
	for (unsigned age = d->files - 1; age > 0; age--) {
		path_of(d, name, age - 1, from);
		path_of(d, name, age, to);
		if (rename(from, to) < 0 && errno != ENOENT)
			return -1;
	}
	path_of(d, name, 0, from);
	if (d->files == 1 && unlink(from) < 0 && errno != ENOENT)
		return -1;
	return open_file(d, f, name);
}

int logdisk_put(struct logdisk *d, const char *name, const char *text,
		size_t len)
{
	struct logfile *f = place_for(d, name);

	if (!f->name[0] && open_file(d, f, name) < 0)
		return -1;
	f->used = ++d->lines;
	if (f->size > 0 && f->size + len > d->size && rotate(d, f, name) < 0)
		return -1;
	f->used = d->lines;
	ssize_t n = write(f->fd, text, len);

	if (n > 0)
		f->size += (uint64_t)n;
	if (n == (ssize_t)len)
		return 0;
	/* half a line is none */
	if (n > 0 && ftruncate(f->fd, (off_t)(f->size - (uint64_t)n)) == 0)
		f->size -= (uint64_t)n;
	if (n >= 0)
		errno = ENOSPC;
	return -1;
}

void logdisk_sync(struct logdisk *d)
{
	int dir = open(d->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; i < LOGDISK_OPEN; i++) {
		if (d->v[i].name[0])
			fsync(d->v[i].fd);
	}
	if (dir < 0)
		return;
	fsync(dir);
	close(dir);
}

void logdisk_close(struct logdisk *d)
{
	for (size_t i = 0; i < LOGDISK_OPEN; i++)
		close_file(&d->v[i]);
}
