/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/store_image.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "inside.h"

#define DEEPEST 3 /* indexes in indexes */

static int read_doc(struct ig_buf *text, struct ig_store *store,
		    const struct ig_descriptor *desc, const char *what,
		    struct ig_err *err)
{
	ig_buf_clear(text);
	if (ig_blob_doc(text, store, desc, err) < 0 ||
	    ig_buf_reserve(text, 0, err) < 0)
		return ig_wrap(err, "%s", what);
	return 0;
}

static const char *media_of(const struct ig_descriptor *desc)
{
	return desc->media_type ? desc->media_type : "(none)";
}

/* From @top to the manifest for @arch; @single tells that no index chose. */
static int find_manifest(struct ig_descriptor *out, bool *single,
			 struct ig_store *store,
			 const struct ig_descriptor *top, const char *arch,
			 struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);

	*single = true;
	if (ig_descriptor_copy(out, top, err) < 0)
		return -1;
	for (int i = 0; ig_media_is_index(out->media_type); i++) {
		IG_AUTO(ig_index_done) struct ig_index index = { 0 };
		const struct ig_descriptor *pick;

		if (i == DEEPEST)
			return ig_fail(err, IG_ELIMIT,
				       "index is nested more than %d deep",
				       DEEPEST);
		if (read_doc(&text, store, out, "index", err) < 0)
			return -1;
		if (ig_index_parse(&index, text.data, text.len, err) < 0)
			return ig_wrap(err, "index %s", out->digest.text);
		pick = ig_index_pick(&index, arch, err);
		if (!pick)
			return -1;
		ig_descriptor_done(out);
		if (ig_descriptor_copy(out, pick, err) < 0)
			return -1;
		*single = false;
	}
	if (!ig_media_is_manifest(out->media_type))
		return ig_fail(err, IG_EFORMAT, "%s is '%s', not an image",
			       out->digest.text, media_of(out));
	return 0;
}

static int check_image(const struct ig_image *image, bool single,
		       const char *arch, struct ig_err *err)
{
	const struct ig_image_config *config = &image->config;

	if (single &&
	    (!ig_streq(config->arch, arch) || !ig_streq(config->os, "linux")))
		return ig_fail(err, IG_ENOENT, "it is for %s/%s, not linux/%s",
			       config->os ? config->os : "?",
			       config->arch ? config->arch : "?", arch);
	if (image->doc.layers_n != config->diff_ids_n)
		return ig_fail(
			err, IG_EFORMAT,
			"manifest has %zu layers, but config %zu diff ids",
			image->doc.layers_n, config->diff_ids_n);
	return 0;
}

static int load(struct ig_image *out, struct ig_store *store,
		const struct ig_descriptor *desc, const char *arch,
		struct ig_err *err)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor at = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	bool single;

	if (find_manifest(&at, &single, store, desc, arch, err) < 0 ||
	    read_doc(&text, store, &at, "manifest", err) < 0)
		return -1;
	out->manifest = at.digest;
	if (ig_manifest_parse(&out->doc, text.data, text.len, err) < 0)
		return ig_wrap(err, "manifest %s", at.digest.text);
	if (read_doc(&text, store, &out->doc.config, "config", err) < 0)
		return -1;
	if (ig_image_config_parse(&out->config, text.data, text.len, err) < 0)
		return ig_wrap(err, "config %s", out->doc.config.digest.text);
	return check_image(out, single, arch, err);
}

int ig_image_load_desc(struct ig_image *out, struct ig_store *store,
		       const char *name, const struct ig_descriptor *desc,
		       const char *arch, struct ig_err *err)
{
	memset(out, 0, sizeof(*out));
	out->name = ig_strdup(name, err);
	if (out->name && load(out, store, desc, arch, err) == 0)
		return 0;
	ig_image_done(out);
	return ig_wrap(err, "image '%s'", name);
}

int ig_image_load(struct ig_image *out, struct ig_store *store,
		  const char *name, const char *arch, struct ig_err *err)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };

	memset(out, 0, sizeof(*out));
	if (ig_store_find(&desc, store, name, err) < 0)
		return -1;
	return ig_image_load_desc(out, store, name, &desc, arch, err);
}

bool ig_image_complete(const struct ig_image *image, struct ig_store *store)
{
	for (size_t i = 0; i < image->doc.layers_n; i++)
		if (!ig_store_has(store, &image->doc.layers[i].digest,
				  image->doc.layers[i].size))
			return false;
	return true;
}

void ig_image_done(struct ig_image *image)
{
	ig_freep(&image->name);
	ig_manifest_done(&image->doc);
	ig_image_config_done(&image->config);
	memset(image, 0, sizeof(*image));
}
