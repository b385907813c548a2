/* SPDX-License-Identifier: Apache-2.0 */
#include "import.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/str.h>
#include <ingot/stream.h>

/*
 * Members come in any order, often with index.json last, so each goes into
 * the store by what it hashes to while it streams, and sense is made of them
 * at the end. libarchive only reads the tar: decompression is ours, because
 * libarchive does not check the trailers.
 */

#define MEMBERS_MAX  100000
#define OTHERS_MAX   10000
#define NAME_LONGEST 1024

struct tar {
	struct ig_import *im;
	struct archive *archive;
	struct ig_source *src;
	struct ig_err *err; /* of the source, when failed */
	bool failed;
	char *block;
	size_t members;
};

static la_ssize_t read_block(struct archive *archive, void *ctx,
			     const void **data)
{
	struct tar *tar = ctx;
	size_t len = 0;

	/* Whole blocks: pipes and decoders give less at a time. */
	while (len < IG_STORE_CHUNK) {
		ssize_t n = ig_source_read(tar->src, tar->block + len,
					   IG_STORE_CHUNK - len, tar->err);

		if (n < 0) {
			tar->failed = true;
			archive_set_error(archive, EIO, "read");
			return ARCHIVE_FATAL;
		}
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*data = tar->block;
	return (la_ssize_t)len;
}

static int fail_tar(struct tar *tar, struct ig_err *err)
{
	const char *why = archive_error_string(tar->archive);

	if (tar->failed)
		return -1;
	return ig_fail(err, IG_EFORMAT, "not a sound tar archive: %s",
		       why ? why : "it is cut or damaged");
}

/* Calls @take with the bytes of the member that was just read. */
static int member_data(struct tar *tar, uint64_t size,
		       int (*take)(void *ctx, const void *data, size_t len,
				   struct ig_err *err),
		       void *ctx, struct ig_err *err)
{
	uint64_t got = 0;

	for (;;) {
		const void *data;
		size_t len;
		la_int64_t off;
		int result = archive_read_data_block(tar->archive, &data, &len,
						     &off);

		if (result == ARCHIVE_EOF)
			break;
		if (result < ARCHIVE_WARN)
			return fail_tar(tar, err);
		if (off < 0 || (uint64_t)off != got)
			return ig_fail(err, IG_EFORMAT, "is a sparse file");
		if (len > 0 && take(ctx, data, len, err) < 0)
			return -1;
		got += len;
	}
	if (got != size)
		return ig_fail(
			err, IG_EFORMAT, "has %llu bytes instead of %llu",
			(unsigned long long)got, (unsigned long long)size);
	return 0;
}

static int take_put(void *ctx, const void *data, size_t len, struct ig_err *err)
{
	return ig_put_write(ctx, data, len, err);
}

static int take_buf(void *ctx, const void *data, size_t len, struct ig_err *err)
{
	return ig_buf_add(ctx, data, len, err);
}

static int read_doc(struct tar *tar, struct ig_buf *out, bool *has,
		    uint64_t size, struct ig_err *err)
{
	if (*has)
		return ig_fail(err, IG_EFORMAT, "is there twice");
	*has = true;
	if (size > out->max)
		return ig_fail(err, IG_ELIMIT, "has more than %zu bytes",
			       out->max);
	if (ig_buf_reserve(out, (size_t)size, err) < 0)
		return -1;
	return member_data(tar, size, take_buf, out, err);
}

static int read_blob(struct tar *tar, const struct ig_digest *want,
		     uint64_t size, struct ig_digest *is, struct ig_err *err)
{
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;

	if (ig_put_begin(&put, tar->im->store, want, size, err) < 0 ||
	    member_data(tar, size, take_put, put, err) < 0)
		return -1;
	return ig_import_commit(tar->im, put, is, NULL, err);
}

static int add_member(struct tar *tar, const char *path, const char *target,
		      struct ig_member **out, struct ig_err *err)
{
	struct ig_import *im = tar->im;
	struct ig_member *member;

	if (im->members_n == OTHERS_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "too many members that are not in blobs/sha256");
	if (ig_import_grow(&im->members, im->members_n, &im->members_cap,
			   sizeof(*im->members), err) < 0)
		return -1;
	member = &im->members[im->members_n];
	memset(member, 0, sizeof(*member));
	member->path = ig_strdup(path, err);
	member->target = target ? ig_strdup(target, err) : NULL;
	im->members_n++;
	if (!member->path || (target && !member->target))
		return -1;
	*out = member;
	return 0;
}

/* Of a `docker save`, or nothing of interest: that is known at the end. */
static int read_other(struct tar *tar, const char *path, uint64_t size,
		      struct ig_err *err)
{
	struct ig_member *member;
	struct ig_digest is;

	if (read_blob(tar, NULL, size, &is, err) < 0 ||
	    add_member(tar, path, NULL, &member, err) < 0)
		return -1;
	member->digest = is;
	member->size = size;
	return 0;
}

static int read_file(struct tar *tar, const char *path, uint64_t size,
		     struct ig_err *err)
{
	static const char blobs[] = "blobs/sha256/";
	struct ig_import *im = tar->im;
	struct ig_digest want;
	const char *hex;

	if (ig_streq(path, "oci-layout"))
		return read_doc(tar, &im->version, &im->has_version, size, err);
	if (ig_streq(path, "index.json"))
		return read_doc(tar, &im->index, &im->has_index, size, err);
	if (ig_streq(path, "manifest.json"))
		return read_doc(tar, &im->docker, &im->has_docker, size, err);
	/* Of digests that we do not know nothing can be checked or used. */
	if (ig_starts(path, "blobs/") && !ig_starts(path, blobs))
		return 0;
	if (!ig_starts(path, blobs))
		return read_other(tar, path, size, err);
	hex = path + strlen(blobs);
	if (!ig_hex64_ok(hex, strlen(hex)))
		return ig_fail(err, IG_EFORMAT, "is not the name of a blob");
	ig_digest_from_hex(&want, hex);
	return read_blob(tar, &want, size, NULL, err);
}

/* docker save writes a layer that is there already as a link to it:
 * "../<id>/layer.tar" beside the member, or a hard link from the top. */
static int read_link(struct tar *tar, const char *path, const char *symlink,
		     const char *hardlink, struct ig_err *err)
{
	struct ig_member *member;
	ig_autofree char *target = NULL;
	const char *slash = strrchr(path, '/');
	int dir = slash ? (int)(slash - path) + 1 : 0;

	if (hardlink)
		target = ig_strdup(ig_starts(hardlink, "./") ? hardlink + 2
							     : hardlink,
				   err);
	else if (ig_starts(symlink, "../") && slash &&
		 !memchr(path, '/', (size_t)(slash - path)))
		target = ig_strdup(symlink + 3, err);
	else
		target = ig_format(err, "%.*s%s", dir, path, symlink);
	if (!target)
		return -1;
	return add_member(tar, path, target, &member, err);
}

static int read_member(struct tar *tar, struct archive_entry *entry,
		       struct ig_err *err)
{
	const char *path = archive_entry_pathname(entry);
	const char *hardlink = archive_entry_hardlink(entry);
	const char *symlink = archive_entry_symlink(entry);
	la_int64_t size = archive_entry_size(entry);
	int result = 0;

	if (++tar->members > MEMBERS_MAX)
		return ig_fail(err, IG_ELIMIT, "more than %d members",
			       MEMBERS_MAX);
	if (!path || strlen(path) > NAME_LONGEST)
		return ig_fail(err, IG_EFORMAT, "a member has no usable name");
	while (ig_starts(path, "./"))
		path += 2;
	if (hardlink || symlink)
		result = read_link(tar, path, symlink, hardlink, err);
	else if (archive_entry_filetype(entry) == AE_IFREG && size >= 0)
		result = read_file(tar, path, (uint64_t)size, err);
	return result < 0 ? ig_wrap(err, "'%.200s'", path) : 0;
}

static int read_members(struct tar *tar, struct ig_err *err)
{
	for (;;) {
		struct archive_entry *entry;
		int result = archive_read_next_header(tar->archive, &entry);

		if (result == ARCHIVE_EOF)
			return 0;
		/* A warning is about names in other character sets. */
		if (result < ARCHIVE_WARN)
			return fail_tar(tar, err);
		if (read_member(tar, entry, err) < 0)
			return -1;
		if (ig_cancelled())
			return ig_fail_cancel(err);
	}
}

/* What is behind the last member still has to decompress soundly. */
static int drain(struct tar *tar, struct ig_err *err)
{
	for (;;) {
		ssize_t n = ig_source_read(tar->src, tar->block, IG_STORE_CHUNK,
					   err);

		if (n <= 0)
			return (int)n;
	}
}

static int read_archive(struct tar *tar, struct ig_err *err)
{
	if (archive_read_support_format_tar(tar->archive) != ARCHIVE_OK ||
	    archive_read_open(tar->archive, tar, NULL, read_block, NULL) !=
		    ARCHIVE_OK)
		return fail_tar(tar, err);
	if (read_members(tar, err) < 0)
		return -1;
	return drain(tar, err);
}

int ig_import_tar(struct ig_import *im, struct ig_source *src,
		  struct ig_err *err)
{
	ig_autofree char *block = malloc(IG_STORE_CHUNK);
	struct tar tar = { .im = im, .src = src, .err = err, .block = block };
	int result;

	tar.archive = archive_read_new();
	if (!tar.archive || !block)
		result = ig_fail_mem(err);
	else
		result = read_archive(&tar, err);
	archive_read_free(tar.archive);
	return result;
}
