/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>

/*
 * parts/<2 digits>/<key>.<kind>, and beside it <key>.<kind>.mark. The mark
 * tells whether the file is the one that was made; its own mtime is when the
 * part was last used, so a use does not change the part.
 */

#define KIND_MAX      16
#define PART_NAME_MAX (64 + 1 + KIND_MAX + 6)

struct part_name {
	int dir; /* parts/<2 digits> */
	char file[PART_NAME_MAX];
	char mark[PART_NAME_MAX];
};

static void name_done(struct part_name *name)
{
	ig_closep(&name->dir);
}

static int check_name(const char *key, const char *kind, struct ig_err *err)
{
	size_t len = strlen(kind);

	if (!ig_hex64_ok(key, strlen(key)))
		return ig_fail(err, IG_EUSAGE, "'%.80s' is not a part's key",
			       key);
	if (len == 0 || len > KIND_MAX || ig_streq(kind, "mark") ||
	    strspn(kind, "abcdefghijklmnopqrstuvwxyz0123456789_-") != len)
		return ig_fail(err, IG_EUSAGE, "'%.80s' is not a part's kind",
			       kind);
	return 0;
}

static int name_init(struct part_name *out, struct ig_store *store,
		     const char *key, const char *kind, bool make,
		     struct ig_err *err)
{
	char two[3];

	out->dir = -1;
	if (check_name(key, kind, err) < 0)
		return -1;
	snprintf(two, sizeof(two), "%.2s", key);
	snprintf(out->file, sizeof(out->file), "%s.%s", key, kind);
	snprintf(out->mark, sizeof(out->mark), "%s.%s.mark", key, kind);
	if (make && mkdirat(store->parts, two, 0700) < 0 && errno != EEXIST)
		return ig_fail_sys(err, errno, "folder '%s/parts/%s'",
				   store->dir, two);
	out->dir = openat(store->parts, two,
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (out->dir < 0 && make)
		return ig_fail_sys(err, errno, "folder '%s/parts/%s'",
				   store->dir, two);
	return 0;
}

static int missing(const char *key, const char *kind, struct ig_err *err)
{
	return ig_fail(err, IG_ENOENT, "part %.12s.%s is not in the store", key,
		       kind);
}

/* After a crash a file may have its size and yet not its data; what was never
 * written is a hole. (ext4 with ordered data, XFS and btrfs set a file's
 * extents only after the data is on the disk.) */
static bool is_whole(int fd, const struct stat *st)
{
	return st->st_size == 0 || lseek(fd, 0, SEEK_HOLE) == st->st_size;
}

static bool is_sound(struct ig_store *store, const struct part_name *name,
		     int fd)
{
	enum ig_mark mark;
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	mark = ig_mark_check(store, name->dir, name->mark, &st);
	if (mark == IG_MARK_OLD && is_whole(fd, &st)) {
		ig_mark_write(store, name->dir, name->mark, &st,
			      IG_BOOT_SYNCED);
		return lseek(fd, 0, SEEK_SET) == 0;
	}
	return mark == IG_MARK_GOOD;
}

/* -1 with errno: ENOENT when there is none, else it is not what it must be. */
static int open_sound(struct ig_store *store, const struct part_name *name)
{
	ig_autofd int fd =
		openat(name->dir, name->file,
		       O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0)
		return -1;
	if (is_sound(store, name, fd))
		return ig_take_fd(&fd);
	ig_closep(&fd);
	errno = EBADMSG;
	return -1;
}

/*
 * Between the rename and the mark of a commit the part looks damaged, so both
 * happen under a lock on the folder. Where there are no locks, the worst is a
 * part that is made twice.
 */
static void lock_dir(const struct part_name *name)
{
	struct ig_err err;

	if (ig_lock_change(name->dir, LOCK_EX, true, &err) < 0)
		ig_debug("parts: %s", err.msg);
}

static void unlock_dir(const struct part_name *name)
{
	flock(name->dir, LOCK_UN);
}

static void drop(struct ig_store *store, const struct part_name *name)
{
	if (unlinkat(name->dir, name->file, 0) < 0 && errno == EISDIR)
		unlinkat(name->dir, name->file, AT_REMOVEDIR);
	unlinkat(name->dir, name->mark, 0);
	ig_warn("store '%s': part %.12s is not as it was made: removed",
		store->dir, name->file);
}

int ig_part_open(int *out, struct ig_store *store, const char *key,
		 const char *kind, struct ig_err *err)
{
	IG_AUTO(name_done) struct part_name name = { .dir = -1 };
	ig_autofd int fd = -1;

	if (name_init(&name, store, key, kind, false, err) < 0)
		return -1;
	if (name.dir < 0)
		return missing(key, kind, err);
	fd = open_sound(store, &name);
	if (fd < 0 && errno != ENOENT) {
		lock_dir(&name);
		fd = open_sound(store, &name);
		if (fd < 0 && errno != ENOENT)
			drop(store, &name);
		unlock_dir(&name);
	}
	if (fd < 0)
		return missing(key, kind, err);
	/* Used now. In a store that cannot be written nothing ages. */
	utimensat(name.dir, name.mark, NULL, AT_SYMLINK_NOFOLLOW);
	*out = ig_take_fd(&fd);
	return 0;
}

struct ig_part_put {
	struct ig_store *store;
	struct part_name name;
	int fd;
	char tmp[IG_TMP_LEN];
};

int ig_part_begin(struct ig_part_put **out, struct ig_store *store,
		  const char *key, const char *kind, struct ig_err *err)
{
	IG_AUTO(ig_part_freep) struct ig_part_put *put = NULL;

	*out = NULL;
	put = calloc(1, sizeof(*put));
	if (!put)
		return ig_fail_mem(err);
	put->store = store;
	put->fd = -1;
	if (name_init(&put->name, store, key, kind, true, err) < 0 ||
	    ig_tmp_open(&put->fd, store, put->tmp, err) < 0)
		return -1;
	*out = ig_take(&put);
	return 0;
}

int ig_part_fd(struct ig_part_put *put)
{
	return put->fd;
}

static int publish(struct ig_part_put *put, struct ig_err *err)
{
	struct ig_store *store = put->store;
	struct stat st;

	if (renameat(store->partial, put->tmp, put->name.dir, put->name.file) <
	    0)
		return ig_fail_sys(err, errno, "rename to part %s",
				   put->name.file);
	put->tmp[0] = '\0';
	atomic_fetch_sub(&store->busy, 1);
	/* After the rename, which changes the ctime. */
	if (fstat(put->fd, &st) < 0)
		return ig_fail_sys(err, errno, "stat part %s", put->name.file);
	ig_mark_write(store, put->name.dir, put->name.mark, &st, store->boot);
	return 0;
}

int ig_part_commit(struct ig_part_put *put, struct ig_err *err)
{
	int result;

	if (ig_mark_settle(put->fd, err) < 0)
		return ig_wrap(err, "part %s", put->name.file);
	lock_dir(&put->name);
	result = publish(put, err);
	unlock_dir(&put->name);
	return result;
}

void ig_part_free(struct ig_part_put *put)
{
	int saved = errno;

	if (!put)
		return;
	ig_tmp_drop(put->store, put->tmp);
	ig_closep(&put->fd);
	name_done(&put->name);
	free(put);
	errno = saved;
}

void ig_part_freep(struct ig_part_put **put)
{
	ig_part_free(*put);
	*put = NULL;
}
