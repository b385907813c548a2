/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/datadisk.h"

#include "disk/await.h"
#include "disk/e2tools.h"
#include "disk/ext4.h"
#include "disk/gptdisk.h"
#include "disk/mounting.h"
#include "disk/rootfind.h"
#include "disk/setup_json.h"
#include "disk/takedisk.h"
#include "log/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SECOND 1000000
#define SETTLE (2 * SECOND) /* without a new device: no bus is searched */
#define MIB    (1u << 20)

/* <linux/fs.h> has it from 5.x on only: _IOW('f', 16, __u64) */
#define RESIZE_FS _IOW('f', 16, uint64_t)

struct search {
	const struct setup_disk *want;
	char what[96];
	struct blockdev disk;
	struct blockdev part;
	size_t found;	   /* that have the label */
	bool take;	   /* the disk is to be made */
	size_t devices;	   /* last time */
	int64_t since;	   /* that there are so many */
	char refused[400]; /* disks, and why each was not taken */
};

static void add_found(struct search *s, const struct blockdev *disk,
		      const struct blockdev *part)
{
	s->disk = *disk;
	s->part = *part;
	s->found++;
}

static void find_in_table(struct search *s, const struct blockdevs *list,
			  const struct blockdev *disk)
{
	static uint8_t header[GPT_SECTOR];
	struct gpt gpt;
	struct gpt_part part;
	uint8_t *entries = gptdisk_read(&gpt, header, disk);

	for (uint32_t i = 0; entries && i < gpt.n; i++) {
		const struct blockdev *p;

		if (!gpt_part(&part, &gpt, entries, i) ||
		    strcmp(part.name, s->want->label) != 0)
			continue;
		/* the kernel may not have seen it yet */
		p = root_numbered(list, disk, i + 1);
		if (p)
			add_found(s, disk, p);
	}
	free(entries);
}

static const struct blockdev *disk_of(const struct blockdevs *list,
				      const struct blockdev *part)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->v[i].name, part->disk) == 0)
			return &list->v[i];
	}
	return part;
}

/* By the names in the tables, else by labels of file systems. */
static void find_label(struct search *s, const struct blockdevs *list)
{
	struct fsprobe fs;

	s->found = 0;
	for (size_t i = 0; i < list->n; i++) {
		if (list->v[i].part == 0 && !root_is_slow(&list->v[i]))
			find_in_table(s, list, &list->v[i]);
	}
	for (size_t i = 0; s->found == 0 && i < list->n; i++) {
		const struct blockdev *d = &list->v[i];

		if (root_is_slow(d) || blockdev_probe(&fs, d->name) < 0 ||
		    strcmp(fs.label, s->want->label) != 0)
			continue;
		add_found(s, disk_of(list, d), d);
		/* the rest is counted, too */
		for (size_t k = i + 1; k < list->n; k++) {
			if (!root_is_slow(&list->v[k]) &&
			    blockdev_probe(&fs, list->v[k].name) == 0 &&
			    strcmp(fs.label, s->want->label) == 0)
				s->found++;
		}
	}
}

static void add_refused(struct search *s, const char *name, const char *why)
{
	size_t used = strlen(s->refused);

	snprintf(s->refused + used, sizeof(s->refused) - used, "%s/dev/%s: %s",
		 used ? ", " : "", name, why);
}

/* Disks in the order of their names; one that was begun goes first. */
static bool find_empty(struct search *s, const struct blockdevs *list,
		       enum claim_answer wanted)
{
	struct claim claim;
	const char *why;

	s->refused[0] = '\0';
	for (size_t i = 0; i < list->n; i++) {
		const struct blockdev *d = &list->v[i];

		if (d->part > 0 || root_is_slow(d) ||
		    !takedisk_is_real(d->name))
			continue;
		enum claim_answer answer =
			takedisk_judge(&claim, &why, d, s->want->label);

		if (answer == wanted) {
			s->disk = *d;
			s->take = true;
			return true;
		}
		if (answer == CLAIM_REFUSED)
			add_refused(s, d->name, why);
	}
	return false;
}

static bool is_settled(struct search *s, const struct blockdevs *list)
{
	if (list->n != s->devices) {
		s->devices = list->n;
		s->since = now_us();
	}
	return now_us() - s->since >= SETTLE;
}

static bool look(void *ctx, const struct blockdevs *list)
{
	struct search *s = ctx;

	/* what was begun has its label already */
	if (s->want->format && find_empty(s, list, CLAIM_UNFINISHED))
		return true;
	find_label(s, list);
	if (s->found > 0)
		return true;
	/* the one that is meant may only be slow */
	return is_settled(s, list) && s->want->format &&
	       find_empty(s, list, CLAIM_EMPTY);
}

static int not_found(const struct search *s)
{
	if (s->want->format)
		log_say("%s: no disk has the label, and none is empty: %s",
			s->what, s->refused[0] ? s->refused : "there is none");
	else
		log_say("%s: no disk has the label", s->what);
	return -1;
}

static int choose(struct search *s)
{
	if (!await_devices(look, s, AWAIT_SECONDS))
		return not_found(s);
	if (s->take && !e2tools_there()) {
		log_say("%s: /dev/%s is empty, and the image has no mke2fs",
			s->what, s->disk.name);
		return -1;
	}
	if (s->take)
		return takedisk_make(s->what, &s->part, &s->disk,
				     s->want->label);
	if (s->found > 1) {
		log_say("%s: %zu disks have the label: which is meant?",
			s->what, s->found);
		return -1;
	}
	return 0;
}

/* ---- what is on it ---- */

static bool read_ext4(struct ext4 *out, const struct search *s)
{
	uint8_t super[EXT4_SUPER_SIZE];

	return blockdev_read(s->part.name, super, sizeof(super),
			     EXT4_SUPER_AT) == 0 &&
	       ext4_read(out, super);
}

static int check(const struct search *s, const struct ext4 *fs,
		 const char *path)
{
	if (!fs->unclean && !fs->errors)
		return 0;
	if (e2tools_there())
		return e2tools_check(s->what, path);
	/* the kernel plays the journal itself */
	if (fs->errors)
		log_say("%s: the file system has errors, and the image has no e2fsck",
			s->what);
	return 0;
}

/* The kernel grows what is mounted, a group at a time and journalled. */
static void grow_fs(const struct search *s, const struct ext4 *fs)
{
	uint64_t room = ext4_room(fs, s->part.size);
	int fd;

	if (room == 0)
		return;
	fd = open(s->want->mount.target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, RESIZE_FS, &room) < 0)
		log_say("%s: grow the file system: %s", s->what,
			strerror(errno));
	else
		log_info("%s: file system grown from %llu to %llu MiB", s->what,
			 (unsigned long long)(fs->blocks * fs->block / MIB),
			 (unsigned long long)(room * fs->block / MIB));
	if (fd >= 0)
		close(fd);
}

static int mount_it(const struct search *s, const char *path, const char *type)
{
	const struct setup_mount *m = &s->want->mount;
	struct statvfs st;

	if (mounting_at(path, type, m) < 0)
		return -1;
	if (statvfs(m->target, &st) < 0)
		return 0;
	log_info("%s: %s on '%s' (%s, %llu MiB)", s->what, path, m->target,
		 type,
		 (unsigned long long)((uint64_t)st.f_blocks * st.f_frsize /
				      MIB));
	return 0;
}

int datadisk_do(const void *ctx)
{
	struct search s = { .want = ctx };
	char path[BLOCKDEV_NAME + 8];
	struct fsprobe fs;
	struct ext4 ext4;

	snprintf(s.what, sizeof(s.what), "disk %s", s.want->label);
	if (choose(&s) < 0)
		return -1;
	if (s.want->grow && gptdisk_grow(s.what, &s.disk, &s.part) < 0)
		return -1;
	if (!s.want->mount.target)
		return 0;
	snprintf(path, sizeof(path), "/dev/%s", s.part.name);
	if (blockdev_probe(&fs, s.part.name) < 0 || !fs.type) {
		log_say("%s: %s has no file system that is known here", s.what,
			path);
		return -1;
	}
	bool has_ext4 = read_ext4(&ext4, &s);

	if (has_ext4 && check(&s, &ext4, path) < 0)
		return -1;
	if (mount_it(&s, path, fs.type) < 0)
		return -1;
	if (has_ext4 && s.want->grow)
		grow_fs(&s, &ext4);
	return 0;
}
