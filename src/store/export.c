/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/stream.h>

/*
 * The document that has the name goes out as it is, also when not all of its
 * platforms do: so the image keeps its digest.
 */
struct out {
	struct ig_store *store;
	const char *arch; /* NULL: all */
	struct ig_walk walk;
	size_t images;
	bool missing; /* visit_whole() met a gap */
};

static bool is_there(struct ig_store *store, const struct ig_descriptor *desc)
{
	return ig_store_has(store, &desc->digest, desc->size);
}

static int visit_whole(void *ctx, const struct ig_descriptor *desc,
		       enum ig_role role, struct ig_err *err)
{
	struct out *out = ctx;

	(void)role;
	(void)err;
	if (!is_there(out->store, desc))
		out->missing = true;
	return !out->missing;
}

/* Whether all that is below @desc is in the store. */
static int is_whole(struct out *out, const struct ig_descriptor *desc,
		    struct ig_err *err)
{
	struct ig_walk walk = { .store = out->store,
				.visit = visit_whole,
				.ctx = out };
	int result;

	out->missing = false;
	result = ig_walk_from(&walk, desc, err);
	ig_seen_free(walk.seen);
	return result < 0 ? -1 : !out->missing;
}

static bool is_wanted(const struct out *out, const struct ig_descriptor *desc)
{
	if (!out->arch)
		return true;
	return desc->has_platform && ig_streq(desc->platform.os, "linux") &&
	       ig_streq(desc->platform.arch, out->arch);
}

static int visit(void *ctx, const struct ig_descriptor *desc, enum ig_role role,
		 struct ig_err *err)
{
	struct out *out = ctx;
	int whole;

	if (role == IG_ROLE_CONFIG || role == IG_ROLE_LAYER)
		return 1;
	if (desc->media_type && ig_media_is_index(desc->media_type))
		return role == IG_ROLE_TOP || is_there(out->store, desc);
	whole = role == IG_ROLE_TOP || is_wanted(out, desc);
	if (whole)
		whole = is_whole(out, desc, err);
	if (whole > 0)
		out->images++;
	return whole;
}

static int keep_whole(struct out *out, const struct ig_descriptor *top,
		      struct ig_err *err)
{
	out->walk = (struct ig_walk){ .store = out->store,
				      .visit = visit,
				      .ctx = out };
	if (ig_walk_from(&out->walk, top, err) < 0)
		return -1;
	if (out->images > 0)
		return 0;
	if (out->arch)
		return ig_fail(err, IG_ENOENT,
			       "not all of it for linux/%s is in the store",
			       out->arch);
	return ig_fail(err, IG_ENOENT, "not all of it is in the store");
}

static int put_text(struct ig_sink *out, const char *path, const char *text,
		    size_t len, struct ig_err *err)
{
	if (ig_ustar_file(out, path, len, err) < 0 ||
	    ig_sink_write(out, text, len, err) < 0)
		return -1;
	return ig_ustar_pad(out, len, err);
}

static int put_blob(struct ig_sink *sink, struct ig_store *store,
		    const struct ig_digest *digest, struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	char path[16 + IG_DIGEST_MAX];
	ig_autofd int fd = -1;
	uint64_t size;

	if (ig_blob_check(&fd, store, digest, true, err) < 0 ||
	    ig_size_of(&size, fd, err) < 0)
		return -1;
	snprintf(path, sizeof(path), "blobs/sha256/%s", ig_digest_hex(digest));
	src = ig_source_range(fd, 0, size, err);
	if (!src || ig_ustar_file(sink, path, size, err) < 0 ||
	    ig_pump(sink, src, NULL, err) < 0)
		return -1;
	return ig_ustar_pad(sink, size, err);
}

/* skopeo reads the one annotation, containerd and LinuxKit the other. */
static int put_index(struct ig_sink *sink, const char *name,
		     const struct ig_descriptor *desc, struct ig_err *err)
{
	json_t *notes =
		json_pack("{s:s, s:s}", IG_NOTE_NAME, name, IG_NOTE_REF, name);
	json_t *root = json_pack(
		"{s:i, s:s, s:[{s:s, s:s, s:I, s:o}]}", "schemaVersion", 2,
		"mediaType", IG_MEDIA_INDEX, "manifests", "mediaType",
		desc->media_type, "digest", desc->digest.text, "size",
		(json_int_t)desc->size, "annotations", notes);
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;
	int result;

	json_decref(root);
	if (!text)
		return ig_fail_mem(err);
	result = put_text(sink, "index.json", text, strlen(text), err);
	free(text);
	return result;
}

static int put_all(struct out *out, struct ig_sink *sink, const char *name,
		   const struct ig_descriptor *desc, struct ig_err *err)
{
	size_t n;
	const struct ig_digest *v = ig_seen_list(out->walk.seen, &n);

	if (!v)
		return ig_fail_mem(err);
	if (put_text(sink, "oci-layout", IG_LAYOUT_TEXT, strlen(IG_LAYOUT_TEXT),
		     err) < 0 ||
	    put_index(sink, name, desc, err) < 0 ||
	    ig_ustar_dir(sink, "blobs/", err) < 0 ||
	    ig_ustar_dir(sink, "blobs/sha256/", err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (put_blob(sink, out->store, &v[i], err) < 0)
			return -1;
	return ig_ustar_end(sink, err);
}

/* A manifest that stands alone tells its platform only in its config. */
static int check_arch(struct ig_store *store, const char *name,
		      const struct ig_descriptor *desc, const char *arch,
		      struct ig_err *err)
{
	struct ig_image image;

	if (!arch)
		return 0;
	if (ig_image_load_desc(&image, store, name, desc, arch, err) < 0)
		return -1;
	ig_image_done(&image);
	return 0;
}

int ig_store_export(struct ig_store *store, const char *name, const char *arch,
		    struct ig_sink *sink, struct ig_err *err)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };
	struct out out = { .store = store, .arch = arch };
	int result;

	if (ig_store_find(&desc, store, name, err) < 0)
		return -1;
	if (!desc.media_type)
		return ig_fail(err, IG_EFORMAT, "image '%s' has no media type",
			       name);
	if (check_arch(store, name, &desc, arch, err) < 0)
		return -1;
	result = keep_whole(&out, &desc, err);
	if (result == 0)
		result = put_all(&out, sink, name, &desc, err);
	ig_seen_free(out.walk.seen);
	return result < 0 ? ig_wrap(err, "export '%s'", name) : 0;
}
