/* SPDX-License-Identifier: Apache-2.0 */
#include "doc.h"

#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>

/* CVE-2021-41190: what could be read as two kinds of document is neither. */
static int check_kind(const json_t *doc, struct ig_err *err)
{
	static const char *const others[] = { "config", "layers", "fsLayers" };

	for (size_t i = 0; i < IG_COUNT(others); i++) {
		if (json_object_get(doc, others[i]))
			return ig_fail(
				err, IG_EFORMAT,
				"an image index with '%s', which only a manifest may have",
				others[i]);
	}
	if (!json_object_get(doc, "manifests"))
		return ig_fail(err, IG_EFORMAT, "manifests: missing");
	return 0;
}

static int parse_entries(struct ig_index *out, const json_t *list, size_t count,
			 struct ig_err *err)
{
	for (size_t i = 0; i < count; i++) {
		const json_t *entry = json_array_get(list, i);
		struct ig_descriptor *desc = &out->v[out->n];

		if (descriptor_skip(entry)) {
			ig_warn("manifests[%zu]: skipped, its digest is not sha256",
				i);
			continue;
		}
		if (descriptor_parse(desc, entry, err) < 0)
			return ig_wrap(err, "manifests[%zu]", i);
		out->n++;
	}
	return 0;
}

static int parse(struct ig_index *out, const json_t *doc, struct ig_err *err)
{
	json_t *list;
	size_t count;

	if (doc_head(doc, ig_media_is_index, err) < 0 ||
	    check_kind(doc, err) < 0 ||
	    doc_array(&list, &count, doc, "manifests", err) < 0)
		return -1;
	out->v = doc_list(count, sizeof(*out->v), err);
	if (!out->v)
		return -1;
	return parse_entries(out, list, count, err);
}

int ig_index_parse(struct ig_index *out, const void *json, size_t len,
		   struct ig_err *err)
{
	doc_auto json_t *doc = NULL;

	memset(out, 0, sizeof(*out));
	doc = doc_load(json, len, err);
	if (!doc)
		return -1;
	if (parse(out, doc, err) < 0) {
		ig_index_done(out);
		return -1;
	}
	return 0;
}

void ig_index_done(struct ig_index *index)
{
	for (size_t i = 0; i < index->n; i++)
		ig_descriptor_done(&index->v[i]);
	ig_freep(&index->v);
	memset(index, 0, sizeof(*index));
}

/* image-index.md: entries of unknown media types are passed over */
static bool matches(const struct ig_descriptor *desc, const char *arch)
{
	return desc->has_platform && ig_streq(desc->platform.os, "linux") &&
	       ig_streq(desc->platform.arch, arch) &&
	       (ig_media_is_manifest(desc->media_type) ||
		ig_media_is_index(desc->media_type));
}

static int add_platform(struct ig_buf *list, const struct ig_platform *platform,
			struct ig_err *err)
{
	char os[DOC_SHOW];
	char arch[DOC_SHOW];
	char variant[DOC_SHOW] = "";

	if (platform->variant)
		doc_show(variant, platform->variant);
	return ig_buf_printf(list, err, "%s%s/%s%s%s", list->len ? ", " : "",
			     doc_show(os, platform->os),
			     doc_show(arch, platform->arch),
			     variant[0] ? "/" : "", variant);
}

/* The list is help, not the error: what does not fit is left out. */
static void fail_platform(const struct ig_index *index, const char *arch,
			  struct ig_err *err)
{
	struct ig_buf list = IG_BUF_INIT(300);
	struct ig_err full;

	for (size_t i = 0; i < index->n; i++) {
		if (index->v[i].has_platform &&
		    add_platform(&list, &index->v[i].platform, &full) < 0)
			break;
	}
	if (list.len == 0)
		ig_fail(err, IG_ENOENT,
			"no image for linux/%s; the index names no platform",
			arch);
	else
		ig_fail(err, IG_ENOENT, "no image for linux/%s; there are: %s",
			arch, list.data);
	ig_buf_done(&list);
}

const struct ig_descriptor *ig_index_pick(const struct ig_index *index,
					  const char *arch, struct ig_err *err)
{
	for (size_t i = 0; i < index->n; i++) {
		if (matches(&index->v[i], arch))
			return &index->v[i];
	}
	for (size_t i = 0; i < index->n; i++) {
		if (!index->v[i].has_platform &&
		    ig_media_is_index(index->v[i].media_type))
			return &index->v[i];
	}
	fail_platform(index, arch, err);
	return NULL;
}
