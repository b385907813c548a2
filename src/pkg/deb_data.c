/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <archive.h>
#include <archive_entry.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/stream.h>

/* The members of a .deb are compressed with xz, zstd or gzip. */
#define READ_SIZE    65536
#define UNPACKED_MAX ((uint64_t)8 << 30)

struct unpack {
	struct ig_source base;
	struct archive *ar;
	struct ig_source *in; /* borrowed */
	struct ig_err failed; /* of @in */
	uint64_t total;
	char data[READ_SIZE];
};

static la_ssize_t feed(struct archive *ar, void *ctx, const void **data)
{
	struct unpack *unpack = ctx;
	ssize_t n = ig_source_read(unpack->in, unpack->data,
				   sizeof(unpack->data), &unpack->failed);

	if (n < 0) {
		archive_set_error(ar, EIO, "%s", unpack->failed.msg);
		return ARCHIVE_FATAL;
	}
	*data = unpack->data;
	return n;
}

static int fail_archive(struct unpack *unpack, struct ig_err *err)
{
	const char *text = archive_error_string(unpack->ar);

	if (unpack->failed.code != IG_OK) {
		*err = unpack->failed;
		return -1;
	}
	return ig_fail(err, IG_EFORMAT, "damaged package: %s",
		       text ? text : "cannot be decompressed");
}

static ssize_t unpack_read(struct ig_source *src, void *data, size_t len,
			   struct ig_err *err)
{
	struct unpack *unpack = (struct unpack *)src;
	la_ssize_t n = archive_read_data(unpack->ar, data, len);

	if (n < 0)
		return fail_archive(unpack, err);
	unpack->total += (uint64_t)n;
	if (unpack->total > UNPACKED_MAX)
		return ig_fail(err, IG_ELIMIT, "a package of more than 8 GiB");
	return n;
}

static void unpack_close(struct ig_source *src)
{
	struct unpack *unpack = (struct unpack *)src;
	int saved = errno;

	archive_read_free(unpack->ar);
	free(unpack);
	errno = saved;
}

static int open_raw(struct unpack *unpack, struct ig_err *err)
{
	struct archive_entry *entry;
	struct archive *ar = archive_read_new();

	if (!ar)
		return ig_fail_mem(err);
	unpack->ar = ar;
	archive_read_support_filter_xz(ar);
	archive_read_support_filter_gzip(ar);
	archive_read_support_filter_zstd(ar);
	archive_read_support_format_raw(ar);
	if (archive_read_open(ar, unpack, NULL, feed, NULL) != ARCHIVE_OK ||
	    archive_read_next_header(ar, &entry) != ARCHIVE_OK)
		return fail_archive(unpack, err);
	return 0;
}

struct ig_source *pkg_unpack(struct ig_source *in, struct ig_err *err)
{
	static const struct ig_source_ops ops = { unpack_read, unpack_close };
	struct unpack *unpack = calloc(1, sizeof(*unpack));

	if (!unpack) {
		ig_fail_mem(err);
		return NULL;
	}
	unpack->base.ops = &ops;
	unpack->in = in;
	if (open_raw(unpack, err) < 0) {
		unpack_close(&unpack->base);
		return NULL;
	}
	return &unpack->base;
}

static int add_data(struct ig_buf *out, struct archive *ar, struct ig_err *err)
{
	char data[4096];
	la_ssize_t n;

	while ((n = archive_read_data(ar, data, sizeof(data))) > 0) {
		if (ig_buf_add(out, data, (size_t)n, err) < 0)
			return -1;
	}
	return n < 0 ? ig_fail(err, IG_EFORMAT, "damaged package: %s",
			       archive_error_string(ar))
		     : 0;
}

static int find_control(struct ig_buf *out, struct archive *ar,
			struct ig_err *err)
{
	struct archive_entry *entry;
	int rc;

	while ((rc = archive_read_next_header(ar, &entry)) == ARCHIVE_OK ||
	       rc == ARCHIVE_WARN) {
		const char *name = archive_entry_pathname(entry);

		if (name && (strcmp(name, "./control") == 0 ||
			     strcmp(name, "control") == 0))
			return add_data(out, ar, err);
	}
	return ig_fail(err, IG_EFORMAT,
		       "a Debian package without a control file");
}

int pkg_deb_read_control(struct ig_buf *out, struct ig_source *tar,
			 struct ig_err *err)
{
	/* only what the callback uses: ar is closed before this goes */
	ig_autofree struct unpack *unpack = calloc(1, sizeof(*unpack));
	struct archive *ar = archive_read_new();
	int result = -1;

	if (!ar || !unpack) {
		archive_read_free(ar);
		return ig_fail_mem(err);
	}
	unpack->in = tar;
	unpack->ar = ar;
	archive_read_support_format_tar(ar);
	if (archive_read_open(ar, unpack, NULL, feed, NULL) == ARCHIVE_OK)
		result = find_control(out, ar, err);
	else
		fail_archive(unpack, err);
	archive_read_free(ar);
	return result;
}
