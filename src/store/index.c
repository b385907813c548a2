/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>

/*
 * ig_index_parse() judges the document; jansson's tree is kept beside it only
 * so that what other tools wrote comes out again as it was.
 */

static const json_t *manifests_of(const struct ig_layout *layout)
{
	return json_object_get(layout->root, "manifests");
}

/* The parser leaves out entries with digests that it does not know. */
static int match_entries(struct ig_layout *out, struct ig_err *err)
{
	const json_t *list = manifests_of(out);
	size_t k = 0;

	out->at = calloc(out->index.n + 1, sizeof(*out->at));
	if (!out->at)
		return ig_fail_mem(err);
	for (size_t i = 0; i < json_array_size(list) && k < out->index.n; i++) {
		const json_t *digest =
			json_object_get(json_array_get(list, i), "digest");

		if (ig_streq(json_string_value(digest),
			     out->index.v[k].digest.text))
			out->at[k++] = i;
	}
	if (k != out->index.n)
		return ig_fail(err, IG_EFORMAT, "manifests: not understood");
	return 0;
}

static int parse(struct ig_layout *out, const char *json, size_t len,
		 struct ig_err *err)
{
	json_error_t why;

	if (ig_index_parse(&out->index, json, len, err) < 0)
		return -1;
	out->root = json_loadb(json, len, JSON_REJECT_DUPLICATES, &why);
	if (!out->root)
		return ig_fail(err, IG_EFORMAT, "line %d: %s", why.line,
			       why.text);
	return match_entries(out, err);
}

int ig_layout_parse(struct ig_layout *out, const void *json, size_t len,
		    struct ig_err *err)
{
	memset(out, 0, sizeof(*out));
	if (parse(out, json ? json : "", len, err) == 0)
		return 0;
	ig_layout_done(out);
	return -1;
}

int ig_layout_read(struct ig_layout *out, int dirfd, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);

	memset(out, 0, sizeof(*out));
	if (ig_read_file(&text, dirfd, "index.json", err) < 0)
		return -1;
	if (ig_layout_parse(out, text.data, text.len, err) < 0)
		return ig_wrap(err, "index.json");
	return 0;
}

void ig_layout_done(struct ig_layout *layout)
{
	if (layout->root)
		json_decref(layout->root);
	layout->root = NULL;
	ig_index_done(&layout->index);
	ig_freep(&layout->at);
}

const char *ig_layout_note(const struct ig_layout *layout, size_t i,
			   const char *key)
{
	const json_t *entry =
		json_array_get(manifests_of(layout), layout->at[i]);
	const json_t *notes = json_object_get(entry, "annotations");

	return json_string_value(json_object_get(notes, key));
}

static json_t *platform_make(const struct ig_platform *platform)
{
	/* "s*": a NULL leaves the key out. */
	return json_pack("{s:s*, s:s*, s:s*}", "architecture", platform->arch,
			 "os", platform->os, "variant", platform->variant);
}

static json_t *entry_make(const char *name, const struct ig_descriptor *desc)
{
	json_t *entry = json_pack("{s:s*, s:s, s:I}", "mediaType",
				  desc->media_type, "digest", desc->digest.text,
				  "size", (json_int_t)desc->size);

	if (entry && desc->has_platform &&
	    json_object_set_new(entry, "platform",
				platform_make(&desc->platform)) < 0)
		goto fail;
	if (entry &&
	    json_object_set_new(entry, "annotations",
				json_pack("{s:s}", IG_NOTE_REF, name)) == 0)
		return entry;
fail:
	json_decref(entry);
	return NULL;
}

/* Whether entry @i of the document, the @k'th that we understand at the
 * earliest, is called @name. */
static bool has_name(const struct ig_layout *layout, size_t i, size_t *k,
		     const char *name)
{
	if (*k >= layout->index.n || layout->at[*k] != i)
		return false;
	return ig_streq(layout->index.v[(*k)++].ref_name, name);
}

/* The entries other than those called @name, in their order; *@at receives
 * where the first that has the name was, else the end. */
static json_t *without(const struct ig_layout *layout, const char *name,
		       size_t *at, int *had)
{
	json_t *kept = json_array();
	const json_t *old = manifests_of(layout);
	size_t k = 0;

	*had = 0;
	for (size_t i = 0; kept && i < json_array_size(old); i++) {
		if (has_name(layout, i, &k, name)) {
			if ((*had)++ == 0)
				*at = json_array_size(kept);
		} else if (json_array_append(kept, json_array_get(old, i)) <
			   0) {
			json_decref(kept);
			kept = NULL;
		}
	}
	if (*had == 0)
		*at = json_array_size(kept);
	return kept;
}

/* So that several names can be given in a row. */
static int reparse(struct ig_layout *layout, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	struct ig_layout next;

	if (ig_layout_print(&text, layout, err) < 0 ||
	    ig_layout_parse(&next, text.data, text.len, err) < 0)
		return ig_wrap(err, "new index.json");
	ig_layout_done(layout);
	*layout = next;
	return 0;
}

int ig_layout_set(struct ig_layout *layout, const char *name,
		  const struct ig_descriptor *desc, struct ig_err *err)
{
	size_t at;
	int had;
	json_t *kept = without(layout, name, &at, &had);
	json_t *entry = desc ? entry_make(name, desc) : NULL;

	if (!kept || (desc && !entry) ||
	    (entry && json_array_insert(kept, at, entry) < 0) ||
	    json_object_set(layout->root, "manifests", kept) < 0) {
		json_decref(entry);
		json_decref(kept);
		return ig_fail_mem(err);
	}
	json_decref(entry);
	json_decref(kept);
	if (reparse(layout, err) < 0)
		return -1;
	return had;
}

static int add_text(const char *data, size_t len, void *ctx)
{
	struct ig_err err;

	return ig_buf_add(ctx, data, len, &err);
}

int ig_layout_print(struct ig_buf *out, const struct ig_layout *layout,
		    struct ig_err *err)
{
	if (json_dump_callback(layout->root, add_text, out, JSON_INDENT(2)) <
		    0 ||
	    ig_buf_putc(out, '\n', err) < 0)
		return ig_fail(err, IG_ELIMIT,
			       "index.json would pass %zu bytes", out->max);
	return 0;
}

int ig_layout_version(const void *json, size_t len, struct ig_err *err)
{
	json_error_t why;
	json_t *root =
		json_loadb(len ? json : "", len, JSON_REJECT_DUPLICATES, &why);
	const char *text =
		json_string_value(json_object_get(root, "imageLayoutVersion"));
	int result = 0;

	/* image-layout.md: the version changes only with the layout. */
	if (!text)
		result = ig_fail(err, IG_EFORMAT,
				 "oci-layout does not tell its version");
	else if (!ig_streq(text, "1.0.0"))
		result = ig_fail(
			err, IG_EFORMAT,
			"oci-layout has version '%.32s', only 1.0.0 is known",
			text);
	json_decref(root);
	return result;
}
