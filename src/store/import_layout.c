/* SPDX-License-Identifier: Apache-2.0 */
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/str.h>

/*
 * Of a layout in a folder only what index.json leads to comes in: the folder
 * may be the cache of another tool. Documents come first, then the leaves in
 * parallel.
 */
struct folder {
	struct ig_import *im;
	int dirfd;
	struct ig_descriptor *leaves; /* only digest and size are used */
	size_t n, cap;
};

static int copy_blob(struct folder *in, const struct ig_digest *digest,
		     uint64_t promised, struct ig_err *err)
{
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;
	char path[16 + IG_DIGEST_MAX];
	ig_autofd int fd = -1;
	uint64_t size;

	snprintf(path, sizeof(path), "blobs/sha256/%s", ig_digest_hex(digest));
	/* Links are followed, some tools make layouts of them: what they
	 * lead to must have the digest. O_NONBLOCK: it may be a FIFO. */
	fd = openat(in->dirfd, path,
		    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && errno == ENOENT)
		return 0; /* the names are checked later */
	if (fd < 0)
		return ig_fail_sys(err, errno, "open '%s'", path);
	if (ig_size_of(&size, fd, err) < 0)
		return ig_wrap(err, "'%s'", path);
	/* A wrong promise is the document's fault, found with the names. */
	if (size != promised)
		ig_debug("'%s' has not the size of its descriptor", path);
	if (ig_put_begin(&put, in->im->store, digest, size, err) < 0 ||
	    ig_put_copy(put, fd, 0, size, err) < 0)
		return -1;
	return ig_import_commit(in->im, put, NULL, NULL, err);
}

static int visit(void *ctx, const struct ig_descriptor *desc, enum ig_role role,
		 struct ig_err *err)
{
	struct folder *in = ctx;

	if (role == IG_ROLE_TOP || role == IG_ROLE_ENTRY)
		return copy_blob(in, &desc->digest, desc->size, err) < 0 ? -1
									 : 1;
	if (ig_import_grow(&in->leaves, in->n, &in->cap, sizeof(*in->leaves),
			   err) < 0)
		return -1;
	in->leaves[in->n].digest = desc->digest;
	in->leaves[in->n++].size = desc->size;
	return 0;
}

static int copy_leaf(void *ctx, size_t i, struct ig_err *err)
{
	struct folder *in = ctx;

	return copy_blob(in, &in->leaves[i].digest, in->leaves[i].size, err);
}

static int copy_all(struct folder *in, struct ig_err *err)
{
	IG_AUTO(ig_layout_done) struct ig_layout layout = { 0 };
	struct ig_walk walk = { .store = in->im->store,
				.visit = visit,
				.ctx = in,
				.lenient = true };
	int result = 0;

	if (ig_layout_parse(&layout, in->im->index.data, in->im->index.len,
			    err) < 0)
		return ig_wrap(err, "index.json");
	for (size_t i = 0; result == 0 && i < layout.index.n; i++)
		result = ig_walk_from(&walk, &layout.index.v[i], err);
	ig_seen_free(walk.seen);
	if (result == 0)
		result = ig_parallel(in->n, 0, copy_leaf, in, err);
	return result;
}

static int read_one(struct ig_buf *out, bool *has, int dirfd, const char *name,
		    struct ig_err *err)
{
	if (ig_read_file(out, dirfd, name, err) == 0) {
		*has = true;
		return ig_buf_reserve(out, 0, err);
	}
	if (err->code != IG_ENOENT)
		return -1;
	ig_err_clear(err);
	return 0;
}

int ig_import_layout(struct ig_import *im, int dirfd, struct ig_err *err)
{
	struct folder in = { .im = im, .dirfd = dirfd };
	int result;

	if (read_one(&im->version, &im->has_version, dirfd, "oci-layout", err) <
		    0 ||
	    read_one(&im->index, &im->has_index, dirfd, "index.json", err) < 0)
		return -1;
	if (!im->has_version || !im->has_index)
		return 0; /* said by the caller */
	result = copy_all(&in, err);
	free(in.leaves);
	return result;
}

/* ---- names, for folders and tars ---- */

/* "docker.io/x/y:1" and not "latest" or "y:1": the first part is a host. */
static bool is_full(const char *ref)
{
	size_t host = strcspn(ref, "/");

	if (!ref[host])
		return false;
	return memchr(ref, '.', host) || memchr(ref, ':', host) ||
	       (host == 9 && memcmp(ref, "localhost", 9) == 0);
}

/* What entry @i calls itself, or NULL. Borrowed. */
static const char *own_name(const struct ig_layout *layout, size_t i)
{
	const char *name = ig_layout_note(layout, i, IG_NOTE_NAME);
	const char *ref = ig_layout_note(layout, i, IG_NOTE_REF);

	if (name && name[0])
		return name;
	return ref && is_full(ref) ? ref : NULL;
}

struct check {
	struct ig_store *store;
	size_t whole;	     /* manifests that have all they need */
	struct ig_err first; /* what the first of the others lacks */
};

static int visit_need(void *ctx, const struct ig_descriptor *desc,
		      enum ig_role role, struct ig_err *err)
{
	ig_autofd int fd = -1;

	(void)role;
	if (ig_store_open_blob(&fd, ctx, &desc->digest, desc->size, err) < 0)
		return -1;
	return 1;
}

static int need_all(struct ig_store *store, const struct ig_descriptor *desc,
		    struct ig_err *err)
{
	struct ig_walk walk = { .store = store,
				.visit = visit_need,
				.ctx = store };
	int result = ig_walk_from(&walk, desc, err);

	ig_seen_free(walk.seen);
	return result;
}

/* Whether to go on with the next image after @err. */
static bool is_soft(const struct ig_err *err)
{
	return err->code == IG_ENOENT || err->code == IG_EFORMAT ||
	       err->code == IG_EDIGEST || err->code == IG_ELIMIT;
}

/* Of an index one whole platform is enough: layouts with fewer platforms
 * than their index names are common. */
static int visit_check(void *ctx, const struct ig_descriptor *desc,
		       enum ig_role role, struct ig_err *err)
{
	struct check *check = ctx;
	int result;

	if (desc->media_type && ig_media_is_index(desc->media_type)) {
		result = visit_need(check->store, desc, role, err);
	} else if (desc->media_type && ig_media_is_manifest(desc->media_type)) {
		result = need_all(check->store, desc, err);
		check->whole += result == 0;
	} else {
		return 0;
	}
	if (result >= 0 || role == IG_ROLE_TOP || !is_soft(err))
		return result;
	if (check->first.code == IG_OK)
		check->first = *err;
	ig_err_clear(err);
	return 0;
}

static int check_entry(struct ig_import *im, const struct ig_descriptor *desc,
		       struct ig_err *err)
{
	struct check check = { .store = im->store };
	struct ig_walk walk = { .store = im->store,
				.visit = visit_check,
				.ctx = &check };
	int result = ig_walk_from(&walk, desc, err);

	ig_seen_free(walk.seen);
	if (result < 0 || check.whole > 0)
		return result;
	if (check.first.code == IG_OK)
		return ig_fail(err, IG_EFORMAT, "%s has no image",
			       desc->digest.text);
	*err = check.first;
	return -1;
}

/* Gives entry @i its name. An image that is not whole gets none. */
static int name_entry(struct ig_import *im, const struct ig_layout *layout,
		      size_t i, const char *name, struct ig_err *err)
{
	const struct ig_descriptor *desc = &layout->index.v[i];

	if (check_entry(im, desc, err) < 0)
		return ig_wrap(err, "image '%s'", name);
	return ig_import_call(im, ig_ref_expand(name, err), desc, err);
}

/* The only entry without a name gets the import's; more cannot. */
static int name_for(const char **out, const struct ig_import *im,
		    const struct ig_layout *layout, size_t i,
		    struct ig_err *err)
{
	size_t nameless = 0;

	*out = own_name(layout, i);
	if (*out)
		return 0;
	for (size_t k = 0; k < layout->index.n; k++)
		nameless += !own_name(layout, k);
	if (!im->name)
		return ig_fail(err, IG_EFORMAT,
			       "image %.19s has no full name: give it one",
			       layout->index.v[i].digest.text);
	if (nameless > 1)
		return ig_fail(
			err, IG_EFORMAT,
			"%zu images have no name: they cannot all be '%s'",
			nameless, im->name);
	*out = im->name;
	return 0;
}

static bool has_docker_names(const struct ig_import *im,
			     const struct ig_layout *layout)
{
	for (size_t i = 0; i < layout->index.n; i++)
		if (own_name(layout, i))
			return false;
	return im->has_docker;
}

int ig_import_names(struct ig_import *im, struct ig_err *err)
{
	IG_AUTO(ig_layout_done) struct ig_layout layout = { 0 };
	struct ig_err first = { 0 };

	if (ig_layout_parse(&layout, im->index.data, im->index.len, err) < 0)
		return ig_wrap(err, "index.json");
	if (has_docker_names(im, &layout))
		return ig_import_docker(im, err);
	for (size_t i = 0; i < layout.index.n; i++) {
		const char *name;

		if (name_for(&name, im, &layout, i, err) == 0 &&
		    name_entry(im, &layout, i, name, err) == 0)
			continue;
		if (!is_soft(err))
			return -1;
		if (first.code == IG_OK)
			first = *err;
		if (layout.index.n > 1)
			ig_warn("import '%s': left out: %s", im->source,
				err->msg);
	}
	if (im->names_n > 0) {
		ig_err_clear(err);
		return 0;
	}
	if (first.code == IG_OK)
		return ig_fail(err, IG_EFORMAT, "index.json has no images");
	*err = first;
	return -1;
}
