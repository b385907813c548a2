/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/str.h>

#define TRIES 1000
#define EARLY ((uint64_t)1 << 20) /* worth a hint to the kernel */

/*
 * Blobs are renamed into place without fsync(): an import of many small ones
 * would wait for the disk once for each. Their marks hold for this boot only,
 * so what a crash took is hashed again and found out; and ig_names_give()
 * syncs the file system once before it gives a name.
 */
struct ig_put {
	struct ig_store *store;
	struct ig_hash *hash;
	int fd; /* -1: the store has the blob, only check */
	char tmp[IG_TMP_LEN];
	bool known; /* digest is what it must be */
	bool fresh;
	bool sized; /* room was asked for */
	struct ig_digest digest;
	uint64_t size; /* at most; UINT64_MAX when not known */
	uint64_t got;
};

int ig_tmp_open(int *out, struct ig_store *store, char name[IG_TMP_LEN],
		struct ig_err *err)
{
	static atomic_uint counter;
	int sys = EEXIST;

	/* One of a dead process with our number may be in the way. */
	for (int i = 0; i < TRIES && sys == EEXIST; i++) {
		snprintf(name, IG_TMP_LEN, IG_TMP_PREFIX "%ld-%u",
			 (long)getpid(), atomic_fetch_add(&counter, 1));
		*out = openat(store->partial, name,
			      O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (*out >= 0) {
			atomic_fetch_add(&store->busy, 1);
			return 0;
		}
		sys = errno;
	}
	name[0] = '\0';
	if (store->readonly)
		sys = EROFS;
	return ig_fail_sys(err, sys, "new file in the store '%s'", store->dir);
}

void ig_tmp_drop(struct ig_store *store, char name[IG_TMP_LEN])
{
	int saved = errno;

	if (name[0]) {
		unlinkat(store->partial, name, 0);
		atomic_fetch_sub(&store->busy, 1);
	}
	name[0] = '\0';
	errno = saved;
}

int ig_put_begin(struct ig_put **out, struct ig_store *store,
		 const struct ig_digest *digest, uint64_t size,
		 struct ig_err *err)
{
	IG_AUTO(ig_put_freep) struct ig_put *put = calloc(1, sizeof(*put));

	*out = NULL;
	if (!put)
		return ig_fail_mem(err);
	put->store = store;
	put->fd = -1;
	put->size = size;
	put->hash = ig_hash_new(err);
	if (!put->hash)
		return -1;
	if (digest) {
		put->known = true;
		put->digest = *digest;
	}
	if (!digest || size == UINT64_MAX || !ig_store_has(store, digest, size))
		if (ig_tmp_open(&put->fd, store, put->tmp, err) < 0)
			return -1;
	*out = ig_take(&put);
	return 0;
}

/* Names the blob by what is known of it. */
static const char *label(const struct ig_put *put)
{
	return put->known ? put->digest.text : "(digest not known yet)";
}

static int account(struct ig_put *put, uint64_t len, struct ig_err *err)
{
	if (len > put->size - put->got)
		return ig_fail(err, IG_EDIGEST,
			       "blob %s has more than the %llu bytes promised",
			       label(put), (unsigned long long)put->size);
	put->got += len;
	if (ig_cancelled())
		return ig_fail_cancel(err);
	return 0;
}

/* A disk that is too small is told before the work, not after it. */
static int make_room(struct ig_put *put, struct ig_err *err)
{
	if (put->sized || put->size == UINT64_MAX || put->size < EARLY)
		return 0;
	put->sized = true;
	if (put->size > INT64_MAX)
		return ig_fail_sys(err, EFBIG, "blob %s", label(put));
	if (fallocate(put->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)put->size) == 0 ||
	    (errno != ENOSPC && errno != EDQUOT && errno != EFBIG))
		return 0;
	return ig_fail_sys(err, errno, "make room for %llu bytes in '%s'",
			   (unsigned long long)put->size, put->store->dir);
}

int ig_put_write(struct ig_put *put, const void *data, size_t len,
		 struct ig_err *err)
{
	if (account(put, len, err) < 0)
		return -1;
	if (put->fd >= 0 && (make_room(put, err) < 0 ||
			     ig_write_all(put->fd, data, len, err) < 0))
		return ig_wrap(err, "blob %s", label(put));
	ig_hash_add(put->hash, data, len);
	return 0;
}

int ig_put_copy(struct ig_put *put, int fd, uint64_t off, uint64_t len,
		struct ig_err *err)
{
	uint64_t at = put->got;

	if (account(put, len, err) < 0)
		return -1;
	if (put->fd < 0)
		return ig_fd_hash(put->hash, fd, off, len, err);
	/* Our copy is hashed, not the source: that one may change. */
	if (ig_copy_range(put->fd, fd, off, len, err) < 0 ||
	    ig_fd_hash(put->hash, put->fd, at, len, err) < 0)
		return ig_wrap(err, "blob %s", label(put));
	return 0;
}

static int check(struct ig_put *put, const struct ig_digest *is,
		 struct ig_err *err)
{
	if (put->size != UINT64_MAX && put->got != put->size)
		return ig_fail(err, IG_EDIGEST,
			       "blob %s has %llu bytes, but %llu were promised",
			       label(put), (unsigned long long)put->got,
			       (unsigned long long)put->size);
	if (put->known && !ig_digest_equal(&put->digest, is))
		return ig_fail(err, IG_EDIGEST,
			       "blob %s has other content: it hashes to %s",
			       put->digest.text, is->text);
	return 0;
}

static int publish(struct ig_put *put, const char *hex, struct ig_err *err)
{
	struct ig_store *store = put->store;
	struct stat st;

	if (ig_mark_settle(put->fd, err) < 0)
		return -1;
	/* Only begins to write, so that the sync later has less to wait for. */
	if (put->got >= EARLY)
		sync_file_range(put->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	atomic_store(&store->dirty, true);
	if (renameat(store->partial, put->tmp, store->blobs, hex) < 0)
		return ig_fail_sys(err, errno, "rename to '%s/blobs/sha256/%s'",
				   store->dir, hex);
	put->tmp[0] = '\0';
	atomic_fetch_sub(&store->busy, 1);
	put->fresh = true;
	/* After the rename, which changes the ctime. */
	if (fstat(put->fd, &st) < 0)
		return ig_fail_sys(err, errno, "stat blob %s", hex);
	ig_mark_write(store, store->verified, hex, &st, store->boot);
	return 0;
}

int ig_put_commit(struct ig_put *put, struct ig_digest *digest, uint64_t *size,
		  struct ig_err *err)
{
	char hex[IG_SHA256_HEX];
	struct ig_digest is;

	ig_hash_end_hex(put->hash, hex);
	ig_digest_from_hex(&is, hex);
	if (check(put, &is, err) < 0)
		return -1;
	/* One that is there stays: others may hold a mark of it. */
	if (put->fd >= 0 && !ig_store_has(put->store, &is, put->got) &&
	    publish(put, hex, err) < 0)
		return -1;
	if (digest)
		*digest = is;
	if (size)
		*size = put->got;
	return 0;
}

bool ig_put_fresh(const struct ig_put *put)
{
	return put->fresh;
}

void ig_put_free(struct ig_put *put)
{
	int saved = errno;

	if (!put)
		return;
	ig_tmp_drop(put->store, put->tmp);
	ig_closep(&put->fd);
	ig_hash_free(put->hash);
	free(put);
	errno = saved;
}

void ig_put_freep(struct ig_put **put)
{
	ig_put_free(*put);
	*put = NULL;
}

int ig_store_put_bytes(struct ig_store *store, const void *data, size_t len,
		       struct ig_digest *digest, struct ig_err *err)
{
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;
	char hex[IG_SHA256_HEX];
	struct ig_digest want;

	if (ig_hash_bytes(hex, data, len, err) < 0)
		return -1;
	ig_digest_from_hex(&want, hex);
	if (ig_put_begin(&put, store, &want, len, err) < 0 ||
	    ig_put_write(put, data, len, err) < 0)
		return -1;
	return ig_put_commit(put, digest, NULL, err);
}
