/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/store.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "inside.h"

#define VERSION_MAX 4096

static bool cannot_write(int sys)
{
	return sys == EROFS || sys == EACCES || sys == EPERM;
}

/* Opens the folder @name, making it first; *@out stays -1 where it is missing
 * and cannot be made because the store is read-only. */
static int open_dir(int *out, struct ig_store *store, const char *name,
		    struct ig_err *err)
{
	int sys = 0;

	if (mkdirat(store->dirfd, name, 0700) < 0 && errno != EEXIST)
		sys = errno;
	*out = openat(store->dirfd, name,
		      O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (*out >= 0)
		return 0;
	if (!cannot_write(sys))
		return ig_fail_sys(err, sys ? sys : errno, "folder '%s'", name);
	store->readonly = true;
	return 0;
}

static int open_dirs(struct ig_store *store, struct ig_err *err)
{
	ig_autofd int blobs = -1;

	if (open_dir(&blobs, store, "blobs", err) < 0 ||
	    open_dir(&store->blobs, store, "blobs/sha256", err) < 0 ||
	    open_dir(&store->parts, store, "parts", err) < 0 ||
	    open_dir(&store->partial, store, "partial", err) < 0 ||
	    open_dir(&store->verified, store, "verified", err) < 0)
		return -1;
	/* A folder that we may not write to, though all of it is there. */
	if (faccessat(store->dirfd, ".", W_OK, AT_EACCESS) < 0)
		store->readonly = true;
	return 0;
}

static int check_version(struct ig_store *store, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(VERSION_MAX);

	if (ig_read_file(&text, store->dirfd, "oci-layout", err) == 0)
		return ig_layout_version(text.data, text.len, err);
	if (err->code != IG_ENOENT)
		return -1;
	ig_err_clear(err);
	if (store->readonly)
		return 0;
	return ig_write_file(store->dirfd, "oci-layout", IG_LAYOUT_TEXT,
			     strlen(IG_LAYOUT_TEXT), 0644, err);
}

static int take_lock(struct ig_store *store, struct ig_err *err)
{
	if (ig_lock_file(&store->lock, store->dirfd, "lock", LOCK_SH, err) == 0)
		return 0;
	if (err->code != IG_ESYS || !cannot_write(err->sys))
		/* No lock file in a folder that cannot have one. */
		if (!store->readonly || err->sys != ENOENT)
			return -1;
	ig_err_clear(err);
	store->readonly = true;
	return 0;
}

static int open_all(struct ig_store *store, struct ig_err *err)
{
	if (ig_mkdirs(store->dir, 0700, err) < 0)
		return -1;
	store->dirfd = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->dirfd < 0)
		return ig_fail_sys(err, errno, "open folder");
	ig_boot_id(store->boot);
	if (open_dirs(store, err) < 0 || take_lock(store, err) < 0 ||
	    check_version(store, err) < 0)
		return -1;
	return store->readonly ? 0 : ig_names_make(store, err);
}

int ig_store_open(struct ig_store **out, const char *dir, struct ig_err *err)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = NULL;

	*out = NULL;
	store = calloc(1, sizeof(*store));
	if (!store)
		return ig_fail_mem(err);
	store->dirfd = store->blobs = store->parts = -1;
	store->partial = store->verified = store->lock = -1;
	pthread_mutex_init(&store->names, NULL);
	store->dir = ig_strdup(dir, err);
	if (!store->dir)
		return -1;
	if (open_all(store, err) < 0)
		return ig_wrap(err, "store '%s'", dir);
	*out = ig_take(&store);
	return 0;
}

/* dup2() would lose the close-on-exec flag. */
static int share(int *to, int from, struct ig_err *err)
{
	ig_closep(to);
	if (from < 0) /* of a read-only store */
		return 0;
	*to = fcntl(from, F_DUPFD_CLOEXEC, 0);
	return *to < 0 ? ig_fail_sys(err, errno, "share a store") : 0;
}

int ig_store_beside(struct ig_store **out, const struct ig_store *of,
		    const char *dir, struct ig_err *err)
{
	IG_AUTO(ig_store_closep) struct ig_store *store = NULL;

	*out = NULL;
	if (ig_store_open(&store, dir, err) < 0 ||
	    share(&store->blobs, of->blobs, err) < 0 ||
	    share(&store->verified, of->verified, err) < 0)
		return -1;
	*out = ig_take(&store);
	return 0;
}

void ig_store_close(struct ig_store *store)
{
	int saved = errno;

	if (!store)
		return;
	ig_closep(&store->blobs);
	ig_closep(&store->parts);
	ig_closep(&store->partial);
	ig_closep(&store->verified);
	ig_closep(&store->dirfd);
	ig_closep(&store->lock);
	pthread_mutex_destroy(&store->names);
	free(store->dir);
	free(store);
	errno = saved;
}

void ig_store_closep(struct ig_store **store)
{
	ig_store_close(*store);
	*store = NULL;
}

const char *ig_store_dir(const struct ig_store *store)
{
	return store->dir;
}
