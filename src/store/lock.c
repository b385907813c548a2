/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>

/*
 * flock(), not POSIX record locks: those are dropped when any descriptor of
 * the file is closed in the process, and do not hold between threads.
 */

#define TRIES 100

int ig_lock_change(int fd, int op, bool wait, struct ig_err *err)
{
	int how = wait ? op : op | LOCK_NB;

	while (flock(fd, how) < 0) {
		if (errno != EINTR)
			return ig_fail_sys(err, errno, "lock");
		if (ig_cancelled())
			return ig_fail_cancel(err);
	}
	return 0;
}

static bool no_locks_here(const struct ig_err *err)
{
	return err->code == IG_ESYS &&
	       (err->sys == ENOLCK || err->sys == EOPNOTSUPP ||
		err->sys == ENOSYS);
}

static int open_lock(int dirfd, const char *name)
{
	int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int fd = openat(dirfd, name, O_RDWR | O_CREAT | flags, 0600);

	/* flock() needs no right to write. */
	if (fd < 0 && (errno == EROFS || errno == EACCES))
		fd = openat(dirfd, name, O_RDONLY | flags);
	return fd;
}

/* Whether @fd is still what @name names: somebody may have removed it, and
 * then a lock on it keeps nobody out. */
static bool same_file(int fd, int dirfd, const char *name)
{
	struct stat a;
	struct stat b;

	return fstat(fd, &a) == 0 &&
	       fstatat(dirfd, name, &b, AT_SYMLINK_NOFOLLOW) == 0 &&
	       a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

static int take(int fd, const char *name, int op, struct ig_err *err)
{
	bool wait = !(op & LOCK_NB);
	int how = op & ~LOCK_NB;

	if (ig_lock_change(fd, how, false, err) == 0)
		return 0;
	if (!wait || err->code != IG_ESYS || err->sys != EWOULDBLOCK)
		return -1;
	ig_debug("waiting for '%s' of the store", name);
	return ig_lock_change(fd, how, true, err);
}

int ig_lock_file(int *out, int dirfd, const char *name, int op,
		 struct ig_err *err)
{
	*out = -1;
	for (int i = 0; i < TRIES; i++) {
		ig_autofd int fd = open_lock(dirfd, name);

		if (fd < 0)
			return ig_fail_sys(err, errno, "open '%s'", name);
		if (take(fd, name, op, err) < 0) {
			if (!no_locks_here(err))
				return ig_wrap(err, "'%s'", name);
			ig_warn("the store's file system has no locks: "
				"let only one program use the store");
			ig_err_clear(err);
			return 0;
		}
		if (same_file(fd, dirfd, name)) {
			*out = ig_take_fd(&fd);
			return 0;
		}
	}
	return ig_fail(err, IG_ESYS, "lock file '%s' is replaced all the time",
		       name);
}
