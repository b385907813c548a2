/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/io.h>

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define TRIES 1000

static void tmp_name(char out[64])
{
	static atomic_uint counter;

	snprintf(out, 64, ".ingot-%ld-%u.tmp", (long)getpid(),
		 atomic_fetch_add(&counter, 1));
}

/* Splits @path into the folder, opened to nf->dirfd, and nf->name. */
static int open_folder(struct ig_newfile *nf, int dirfd, const char *path,
		       struct ig_err *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	ig_autofree char *dir = NULL;

	if (!name[0] || ig_streq(name, ".") || ig_streq(name, ".."))
		return ig_fail(err, IG_EUSAGE, "'%s' does not name a file",
			       path);
	nf->name = ig_strdup(name, err);
	if (!nf->name)
		return -1;
	if (!slash && dirfd != AT_FDCWD) {
		nf->dirfd = dirfd;
		return 0;
	}
	if (slash) /* with the slash: "/x" is below "/" */
		dir = ig_strcopy(path, (size_t)(slash - path) + 1);
	else
		dir = ig_strdup(".", err);
	if (!dir)
		return ig_fail_mem(err);
	nf->dirfd = openat(dirfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (nf->dirfd < 0)
		return ig_fail_sys(err, errno, "open folder '%s'", dir);
	nf->own_dir = true;
	return 0;
}

/* rename() would put a file in the place of /dev/null: refuse, and early. */
static int check_target(const struct ig_newfile *nf, const char *path,
			struct ig_err *err)
{
	struct stat st;

	if (fstatat(nf->dirfd, nf->name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT)
			return 0;
		return ig_fail_sys(err, errno, "stat '%s'", path);
	}
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode))
		return ig_fail(err, IG_EUSAGE,
			       "'%s' exists and is not a regular file", path);
	return 0;
}

static int open_tmp(struct ig_newfile *nf, const char *path, mode_t mode,
		    struct ig_err *err)
{
	int sys = EEXIST;

	/* One of a dead process with our number may be in the way. */
	for (int i = 0; i < TRIES && sys == EEXIST; i++) {
		tmp_name(nf->tmp);
		nf->fd = openat(nf->dirfd, nf->tmp,
				O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (nf->fd >= 0)
			return 0;
		sys = errno;
	}
	nf->tmp[0] = '\0';
	return ig_fail_sys(err, sys, "create '%s'", path);
}

int ig_newfile_open(struct ig_newfile *nf, int dirfd, const char *path,
		    mode_t mode, struct ig_err *err)
{
	*nf = (struct ig_newfile)IG_NEWFILE_INIT;
	if (open_folder(nf, dirfd, path, err) < 0 ||
	    check_target(nf, path, err) < 0 ||
	    open_tmp(nf, path, mode, err) < 0) {
		ig_newfile_done(nf);
		return -1;
	}
	return 0;
}

int ig_newfile_commit(struct ig_newfile *nf, bool sync, struct ig_err *err)
{
	if (sync && fsync(nf->fd) < 0)
		return ig_fail_sys(err, errno, "sync '%s'", nf->name);
	/* Network file systems tell of a full disk only here. */
	if (close(ig_take_fd(&nf->fd)) < 0 && errno != EINTR)
		return ig_fail_sys(err, errno, "close '%s'", nf->name);
	if (renameat(nf->dirfd, nf->tmp, nf->dirfd, nf->name) < 0)
		return ig_fail_sys(err, errno, "rename to '%s'", nf->name);
	nf->tmp[0] = '\0';
	/* Some file systems cannot sync a folder and say EINVAL. */
	if (sync && fsync(nf->dirfd) < 0 && errno != EINVAL)
		return ig_fail_sys(err, errno, "sync the folder of '%s'",
				   nf->name);
	return 0;
}

void ig_newfile_done(struct ig_newfile *nf)
{
	int saved = errno;

	ig_closep(&nf->fd);
	if (nf->tmp[0])
		unlinkat(nf->dirfd, nf->tmp, 0);
	if (nf->own_dir)
		ig_closep(&nf->dirfd);
	ig_freep(&nf->name);
	*nf = (struct ig_newfile)IG_NEWFILE_INIT;
	errno = saved;
}

int ig_write_file(int dirfd, const char *path, const void *data, size_t len,
		  mode_t mode, struct ig_err *err)
{
	IG_AUTO(ig_newfile_done) struct ig_newfile nf = IG_NEWFILE_INIT;

	if (ig_newfile_open(&nf, dirfd, path, mode, err) < 0)
		return -1;
	if (ig_write_all(nf.fd, data, len, err) < 0)
		return ig_wrap(err, "'%s'", path);
	return ig_newfile_commit(&nf, true, err);
}

int ig_spool_open(int *out, const char *dir, struct ig_err *err)
{
	ig_autofree char *name = NULL;
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
		name = ig_format(err, "%s/.ingot-spool-XXXXXX", dir);
		if (!name)
			return -1;
		fd = mkostemp(name, O_CLOEXEC);
		if (fd >= 0)
			unlink(name);
	}
	if (fd < 0)
		return ig_fail_sys(err, errno, "temporary file in '%s'", dir);
	*out = fd;
	return 0;
}
