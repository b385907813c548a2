/* SPDX-License-Identifier: Apache-2.0 */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/stream.h>

/* More than any archive that people move around; ends a bomb. */
#define UNPACKED_MAX ((uint64_t)1 << 40)
#define VERSION_MAX  4096

int ig_import_grow(void *vp, size_t n, size_t *cap, size_t size,
		   struct ig_err *err)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *v;

	if (n < *cap)
		return 0;
	memcpy(&v, vp, sizeof(v));
	v = reallocarray(v, more, size);
	if (!v)
		return ig_fail_mem(err);
	memcpy(vp, &v, sizeof(v));
	*cap = more;
	return 0;
}

int ig_import_fresh(struct ig_import *im, const struct ig_digest *digest,
		    struct ig_err *err)
{
	int result;

	pthread_mutex_lock(&im->lock);
	result = ig_import_grow(&im->fresh, im->fresh_n, &im->fresh_cap,
				sizeof(*im->fresh), err);
	if (result == 0)
		im->fresh[im->fresh_n++] = *digest;
	pthread_mutex_unlock(&im->lock);
	return result;
}

int ig_import_call(struct ig_import *im, char *name,
		   const struct ig_descriptor *desc, struct ig_err *err)
{
	struct ig_naming *naming;

	if (!name || ig_import_grow(&im->names, im->names_n, &im->names_cap,
				    sizeof(*im->names), err) < 0) {
		free(name);
		return -1;
	}
	naming = &im->names[im->names_n];
	naming->name = name;
	if (ig_descriptor_copy(&naming->desc, desc, err) < 0) {
		free(name);
		return -1;
	}
	im->names_n++;
	return 0;
}

int ig_import_commit(struct ig_import *im, struct ig_put *put,
		     struct ig_digest *digest, uint64_t *size,
		     struct ig_err *err)
{
	struct ig_digest is;

	if (ig_put_commit(put, &is, size, err) < 0)
		return -1;
	if (digest)
		*digest = is;
	return ig_put_fresh(put) ? ig_import_fresh(im, &is, err) : 0;
}

/* The very last step may fail when the names are there already. */
static bool is_named(const struct ig_import *im)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };
	struct ig_err err;

	return im->names_n > 0 &&
	       ig_store_find(&desc, im->store, im->names[0].name, &err) == 0 &&
	       ig_digest_equal(&desc.digest, &im->names[0].desc.digest);
}

static void take_back(struct ig_import *im)
{
	for (size_t i = 0; i < im->fresh_n; i++)
		ig_blob_remove(im->store, ig_digest_hex(&im->fresh[i]));
	im->fresh_n = 0;
}

static int visit_any(void *ctx, const struct ig_descriptor *desc,
		     enum ig_role role, struct ig_err *err)
{
	(void)ctx;
	(void)desc;
	(void)role;
	(void)err;
	return 1;
}

/* What came along and no name leads to: the "json" and "VERSION" files of a
 * `docker save`, images that were left out. */
static int drop_unreached(struct ig_import *im, struct ig_err *err)
{
	struct ig_walk walk = { .store = im->store,
				.visit = visit_any,
				.lenient = true };
	size_t kept = 0;
	int result = 0;

	for (size_t i = 0; result == 0 && i < im->names_n; i++)
		result = ig_walk_from(&walk, &im->names[i].desc, err);
	for (size_t i = 0; result == 0 && i < im->fresh_n; i++) {
		const char *hex = ig_digest_hex(&im->fresh[i]);

		if (ig_seen_has(walk.seen, hex))
			im->fresh[kept++] = im->fresh[i];
		else
			ig_blob_remove(im->store, hex);
	}
	if (result == 0)
		im->fresh_n = kept;
	ig_seen_free(walk.seen);
	return result;
}

static int import_file(struct ig_import *im, int *fd, struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *file = NULL;
	IG_AUTO(ig_source_closep) struct ig_source *plain = NULL;

	posix_fadvise(*fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	file = ig_source_fd(ig_take_fd(fd), err);
	if (!file)
		return -1;
	plain = ig_source_decode(file, IG_CODEC_AUTO, UNPACKED_MAX, err);
	if (!plain)
		return -1;
	return ig_import_tar(im, plain, err);
}

static int import_source(struct ig_import *im, struct ig_err *err)
{
	ig_autofd int fd = -1;
	struct stat st;

	/* Above the standard descriptors: closing it must not free number 0. */
	if (ig_streq(im->source, "-"))
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	else
		fd = open(im->source, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0) {
		bool none = errno == ENOENT || errno == ENOTDIR;

		ig_fail_sys(err, errno, "open");
		if (none)
			err->code = IG_ENOENT;
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return ig_import_layout(im, fd, err);
	return import_file(im, &fd, err);
}

/* docker's new form is both; its layout has the names, if it has any. */
static int find_names(struct ig_import *im, struct ig_err *err)
{
	if (im->has_index && im->has_version) {
		if (ig_layout_version(im->version.data, im->version.len, err) <
		    0)
			return -1;
		return ig_import_names(im, err);
	}
	if (im->has_docker)
		return ig_import_docker(im, err);
	return ig_fail(
		err, IG_EFORMAT,
		"neither an OCI layout nor a 'docker save' archive: it has no %s",
		im->has_index ? "oci-layout" : "index.json");
}

static int give_names(struct ig_import *im, struct ig_imported *out,
		      struct ig_err *err)
{
	out->names = calloc(im->names_n + 1, sizeof(*out->names));
	if (!out->names)
		return ig_fail_mem(err);
	for (size_t i = 0; i < im->names_n; i++) {
		out->names[i] = ig_strdup(im->names[i].name, err);
		if (!out->names[i])
			return -1;
		out->n++;
	}
	if (ig_names_give(im->store, im->names, im->names_n, err) == 0)
		return 0;
	if (is_named(im))
		im->fresh_n = 0; /* not to be taken back */
	return -1;
}

static void import_done(struct ig_import *im)
{
	for (size_t i = 0; i < im->names_n; i++) {
		free(im->names[i].name);
		ig_descriptor_done(&im->names[i].desc);
	}
	for (size_t i = 0; i < im->members_n; i++) {
		free(im->members[i].path);
		free(im->members[i].target);
	}
	free(im->names);
	free(im->members);
	free(im->fresh);
	ig_buf_done(&im->version);
	ig_buf_done(&im->index);
	ig_buf_done(&im->docker);
	pthread_mutex_destroy(&im->lock);
}

int ig_store_import(struct ig_store *store, const char *source,
		    const char *name, struct ig_imported *out,
		    struct ig_err *err)
{
	ig_autofree char *full = NULL;
	IG_AUTO(import_done)
	struct ig_import im = {
		.store = store,
		.source = source,
		.version = IG_BUF_INIT(VERSION_MAX),
		.index = IG_BUF_INIT(IG_DOC_MAX),
		.docker = IG_BUF_INIT(IG_DOC_MAX),
	};

	memset(out, 0, sizeof(*out));
	pthread_mutex_init(&im.lock, NULL);
	if (name) {
		full = ig_ref_expand(name, err);
		if (!full)
			return -1;
		im.name = full;
	}
	if (import_source(&im, err) < 0 || find_names(&im, err) < 0 ||
	    drop_unreached(&im, err) < 0 || give_names(&im, out, err) < 0) {
		take_back(&im);
		ig_imported_done(out);
		return ig_wrap(err, "import '%s'", source);
	}
	return 0;
}

void ig_imported_done(struct ig_imported *imported)
{
	for (size_t i = 0; i < imported->n; i++)
		free(imported->names[i]);
	free(imported->names);
	memset(imported, 0, sizeof(*imported));
}
