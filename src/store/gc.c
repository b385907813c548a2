/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define DEEPEST	    64 /* deeper than import goes: lose nothing of others */
#define PARTIAL_AGE ((int64_t)24 * 3600) /* a download to be resumed */

struct gc {
	struct ig_store *store;
	struct ig_walk walk;
	struct ig_gc_report *report;
	int64_t now, part_age;
	int dir; /* parts/<2 digits> */
};

static int keep(void *ctx, const struct ig_descriptor *desc, enum ig_role role,
		struct ig_err *err)
{
	(void)ctx;
	(void)desc;
	(void)role;
	(void)err;
	return 1;
}

/* Entries of other tools without a name hold their blobs as well. */
static int mark_all(struct gc *gc, struct ig_err *err)
{
	IG_AUTO(ig_layout_done) struct ig_layout layout = { 0 };

	if (ig_layout_read(&layout, gc->store->dirfd, err) < 0) {
		if (err->code != IG_ENOENT)
			return -1;
		ig_err_clear(err);
		return 0;
	}
	for (size_t i = 0; i < layout.index.n; i++)
		if (ig_walk_from(&gc->walk, &layout.index.v[i], err) < 0)
			return -1;
	return 0;
}

static uint64_t size_at(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	return S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

static int sweep_blob(void *ctx, const char *name, struct ig_err *err)
{
	struct gc *gc = ctx;
	uint64_t size = size_at(gc->store->blobs, name);

	(void)err;
	if (!ig_hex64_ok(name, strlen(name)) ||
	    ig_seen_has(gc->walk.seen, name))
		return 0;
	if (ig_blob_remove(gc->store, name)) {
		gc->report->blobs++;
		gc->report->bytes += size;
	}
	return 0;
}

static int sweep_mark(void *ctx, const char *name, struct ig_err *err)
{
	const struct gc *gc = ctx;

	(void)err;
	if (faccessat(gc->store->blobs, name, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
		unlinkat(gc->store->verified, name, 0);
	return 0;
}

static bool is_old(int dir, const char *name, int64_t now, int64_t age)
{
	struct stat st;

	if (age <= 0 || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return true;
	return now - (int64_t)st.st_mtim.tv_sec > age;
}

/* Of ig_newfile_open(), beside what it would have become. */
static bool is_tmp(const char *name)
{
	return ig_starts(name, ".ingot-") && ig_ends(name, ".tmp");
}

static int sweep_part(void *ctx, const char *name, struct ig_err *err)
{
	struct gc *gc = ctx;
	char mark[256];
	uint64_t size = size_at(gc->dir, name);

	(void)err;
	if (is_tmp(name)) {
		unlinkat(gc->dir, name, 0);
		return 0;
	}
	if (ig_ends(name, ".mark")) {
		snprintf(mark, sizeof(mark), "%.*s", (int)(strlen(name) - 5),
			 name);
		if (faccessat(gc->dir, mark, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
			unlinkat(gc->dir, name, 0);
		return 0;
	}
	if (strlen(name) > 200)
		return 0;
	snprintf(mark, sizeof(mark), "%s.mark", name);
	if (!is_old(gc->dir, mark, gc->now, gc->part_age))
		return 0;
	if (unlinkat(gc->dir, name, 0) == 0) {
		gc->report->parts++;
		gc->report->bytes += size;
	}
	unlinkat(gc->dir, mark, 0);
	return 0;
}

static int sweep_parts(void *ctx, const char *name, struct ig_err *err)
{
	struct gc *gc = ctx;
	ig_autofd int dir =
		openat(gc->store->parts, name,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int result;

	if (dir < 0 || strlen(name) != 2)
		return 0;
	gc->dir = dir;
	result = ig_dir_each(dir, name, sweep_part, gc, err);
	unlinkat(gc->store->parts, name, AT_REMOVEDIR); /* when empty */
	return result;
}

/* Nobody else has the store open, so what is under way here is abandoned. */
static int sweep_partial(void *ctx, const char *name, struct ig_err *err)
{
	struct gc *gc = ctx;
	uint64_t size = size_at(gc->store->partial, name);

	(void)err;
	if (!ig_starts(name, IG_TMP_PREFIX) &&
	    !is_old(gc->store->partial, name, gc->now, PARTIAL_AGE))
		return 0;
	if (unlinkat(gc->store->partial, name, 0) == 0)
		gc->report->bytes += size;
	return 0;
}

static int sweep_top(void *ctx, const char *name, struct ig_err *err)
{
	const struct gc *gc = ctx;

	(void)err;
	if (is_tmp(name))
		unlinkat(gc->store->dirfd, name, 0);
	return 0;
}

static int collect(struct gc *gc, struct ig_err *err)
{
	const struct ig_store *store = gc->store;

	if (mark_all(gc, err) < 0)
		return -1;
	if (ig_dir_each(store->blobs, "blobs/sha256", sweep_blob, gc, err) <
		    0 ||
	    ig_dir_each(store->verified, "verified", sweep_mark, gc, err) < 0 ||
	    ig_dir_each(store->parts, "parts", sweep_parts, gc, err) < 0 ||
	    ig_dir_each(store->partial, "partial", sweep_partial, gc, err) <
		    0 ||
	    ig_dir_each(store->dirfd, "the store", sweep_top, gc, err) < 0)
		return -1;
	return 0;
}

/* flock() lets go of the shared lock before it asks for the exclusive one,
 * so it is taken again whatever the outcome. */
static int run_locked(struct gc *gc, bool wait, struct ig_err *err)
{
	struct ig_err back;
	int lock = gc->store->lock;
	int result = ig_lock_change(lock, LOCK_EX, wait, err);

	if (result < 0 && err->sys == EWOULDBLOCK)
		ig_wrap(err, "another program uses the store '%s'",
			gc->store->dir);
	if (result == 0)
		result = collect(gc, err);
	if (ig_lock_change(lock, LOCK_SH, true, &back) < 0 && result == 0) {
		*err = back;
		result = -1;
	}
	return result;
}

int ig_store_gc(struct ig_store *store, int64_t part_age, bool wait,
		struct ig_gc_report *report, struct ig_err *err)
{
	struct gc gc = { .store = store,
			 .report = report,
			 .now = (int64_t)time(NULL),
			 .part_age = part_age };
	int result;

	memset(report, 0, sizeof(*report));
	if (store->readonly)
		return ig_fail_sys(err, EROFS, "collect in the store '%s'",
				   store->dir);
	if (store->lock < 0)
		return ig_fail_sys(err, ENOLCK, "collect in the store '%s'",
				   store->dir);
	if (atomic_load(&store->busy) > 0)
		return ig_fail_sys(err, EBUSY, "collect in the store '%s'",
				   store->dir);
	gc.walk = (struct ig_walk){
		.store = store,
		.visit = keep,
		.deepest = DEEPEST,
		.lenient = true,
	};
	pthread_mutex_lock(&store->names);
	result = run_locked(&gc, wait, err);
	pthread_mutex_unlock(&store->names);
	ig_seen_free(gc.walk.seen);
	return result;
}
