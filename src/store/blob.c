/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>

bool ig_hex64_ok(const char *text, size_t len)
{
	if (len != 64)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!strchr("0123456789abcdef", text[i]) || !text[i])
			return false;
	return true;
}

int ig_dir_each(int dirfd, const char *what,
		int (*each)(void *ctx, const char *name, struct ig_err *err),
		void *ctx, struct ig_err *err)
{
	/* Opened anew: a copy of dirfd would share its position. */
	ig_autofd int fd =
		openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		return ig_fail_sys(err, errno, "open folder '%s'", what);
	(void)ig_take_fd(&fd);
	while (result == 0) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry && errno)
			result = ig_fail_sys(err, errno, "read folder '%s'",
					     what);
		if (!entry)
			break;
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			result = each(ctx, entry->d_name, err);
	}
	closedir(dir);
	return result;
}

int ig_fd_hash(struct ig_hash *hash, int fd, uint64_t off, uint64_t len,
	       struct ig_err *err)
{
	ig_autofree char *data = malloc(IG_STORE_CHUNK);

	if (!data)
		return ig_fail_mem(err);
	while (len > 0) {
		size_t step =
			len < IG_STORE_CHUNK ? (size_t)len : IG_STORE_CHUNK;

		if (ig_cancelled())
			return ig_fail_cancel(err);
		if (ig_pread_all(fd, data, step, off, err) < 0)
			return -1;
		ig_hash_add(hash, data, step);
		off += step;
		len -= step;
	}
	return 0;
}

bool ig_blob_remove(struct ig_store *store, const char *hex)
{
	int ok = unlinkat(store->blobs, hex, 0);

	/* A folder in the place of a blob is damage as well. */
	if (ok < 0 && errno == EISDIR)
		ok = unlinkat(store->blobs, hex, AT_REMOVEDIR);
	if (store->verified >= 0)
		unlinkat(store->verified, hex, 0);
	return ok == 0;
}

/* Another program may have put a good one in its place since @st. */
static bool replaced(struct ig_store *store, const char *hex,
		     const struct stat *st)
{
	struct stat now;

	return fstatat(store->blobs, hex, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_ino != st->st_ino;
}

static int damaged(struct ig_store *store, const struct ig_digest *digest,
		   const struct stat *st, const char *how, struct ig_err *err)
{
	const char *hex = ig_digest_hex(digest);
	bool gone =
		(st && replaced(store, hex, st)) || ig_blob_remove(store, hex);

	ig_warn("store '%s': blob %s is damaged (%s)%s", store->dir,
		digest->text, how,
		gone ? ": removed" : " and cannot be removed");
	return ig_fail(err, IG_EDIGEST, "blob %s was damaged (%s)",
		       digest->text, how);
}

/* A wrong type is damage; so is what open() says of a link or a socket. */
static int open_regular(int *out, struct stat *st, struct ig_store *store,
			const struct ig_digest *digest, struct ig_err *err)
{
	/* O_NONBLOCK: a FIFO must not stop us. */
	ig_autofd int fd =
		openat(store->blobs, ig_digest_hex(digest),
		       O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		return ig_fail(err, IG_ENOENT, "blob %s is not in the store",
			       digest->text);
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return damaged(store, digest, NULL, "not a regular file", err);
	if (fd < 0 || fstat(fd, st) < 0)
		return ig_fail_sys(err, errno, "open blob %s", digest->text);
	if (!S_ISREG(st->st_mode))
		return damaged(store, digest, st, "not a regular file", err);
	*out = ig_take_fd(&fd);
	return 0;
}

/* A file that is cut while we read it is damaged, not unreadable. */
static int hash_file(char hex[IG_SHA256_HEX], int fd, uint64_t size,
		     struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);

	if (!hash)
		return -1;
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	if (ig_fd_hash(hash, fd, 0, size, err) < 0 && err->code != IG_EFORMAT)
		return -1;
	ig_err_clear(err);
	ig_hash_end_hex(hash, hex);
	return 0;
}

int ig_blob_check(int *out, struct ig_store *store,
		  const struct ig_digest *digest, bool trust,
		  struct ig_err *err)
{
	const char *name = ig_digest_hex(digest);
	ig_autofd int fd = -1;
	char hex[IG_SHA256_HEX];
	enum ig_mark mark;
	struct stat st;

	if (open_regular(&fd, &st, store, digest, err) < 0)
		return -1;
	mark = ig_mark_check(store, store->verified, name, &st);
	if (mark != IG_MARK_GOOD || !trust) {
		if (hash_file(hex, fd, (uint64_t)st.st_size, err) < 0)
			return ig_wrap(err, "blob %s", digest->text);
		if (strcmp(hex, name) != 0)
			return damaged(store, digest, &st, "other content",
				       err);
	}
	/* What was good after a boot came from the disk, so it is there. */
	if (mark != IG_MARK_GOOD)
		ig_mark_write(store, store->verified, name, &st,
			      mark == IG_MARK_OLD ? IG_BOOT_SYNCED
						  : store->boot);
	*out = ig_take_fd(&fd);
	return 0;
}

int ig_store_open_blob(int *out, struct ig_store *store,
		       const struct ig_digest *digest, uint64_t size,
		       struct ig_err *err)
{
	ig_autofd int fd = -1;
	uint64_t is;

	if (ig_blob_check(&fd, store, digest, true, err) < 0)
		return -1;
	if (ig_size_of(&is, fd, err) < 0)
		return ig_wrap(err, "blob %s", digest->text);
	/* The blob is sound: who gave the size is wrong, so it stays. */
	if (is != size)
		return ig_fail(err, IG_EDIGEST,
			       "blob %s has %llu bytes, but %llu were promised",
			       digest->text, (unsigned long long)is,
			       (unsigned long long)size);
	*out = ig_take_fd(&fd);
	return 0;
}

bool ig_store_has(struct ig_store *store, const struct ig_digest *digest,
		  uint64_t size)
{
	ig_autofd int fd = -1;
	struct ig_err err;

	return ig_store_open_blob(&fd, store, digest, size, &err) == 0;
}

static int read_open(struct ig_buf *out, int fd, uint64_t size,
		     struct ig_err *err)
{
	if (size > out->max - out->len)
		return ig_fail(err, IG_ELIMIT, "more than %zu bytes", out->max);
	if (ig_buf_reserve(out, (size_t)size, err) < 0 ||
	    ig_pread_all(fd, out->data + out->len, (size_t)size, 0, err) < 0)
		return -1;
	out->len += (size_t)size;
	out->data[out->len] = '\0';
	return 0;
}

int ig_store_read_blob(struct ig_buf *out, struct ig_store *store,
		       const struct ig_digest *digest, struct ig_err *err)
{
	ig_autofd int fd = -1;
	uint64_t size;

	if (ig_blob_check(&fd, store, digest, true, err) < 0)
		return -1;
	if (ig_size_of(&size, fd, err) < 0 || read_open(out, fd, size, err) < 0)
		return ig_wrap(err, "blob %s", digest->text);
	return 0;
}

int ig_blob_doc(struct ig_buf *out, struct ig_store *store,
		const struct ig_descriptor *desc, struct ig_err *err)
{
	ig_autofd int fd = -1;

	if (desc->size > IG_DOC_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "document %s has %llu bytes, more than %u",
			       desc->digest.text,
			       (unsigned long long)desc->size, IG_DOC_MAX);
	if (ig_store_open_blob(&fd, store, &desc->digest, desc->size, err) < 0)
		return -1;
	if (read_open(out, fd, desc->size, err) < 0)
		return ig_wrap(err, "blob %s", desc->digest.text);
	return 0;
}
