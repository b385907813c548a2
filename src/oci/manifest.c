/* SPDX-License-Identifier: Apache-2.0 */
#include "doc.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

#define LAYERS_MAX 1000

static int parse_layers(struct ig_manifest *out, const json_t *doc,
			struct ig_err *err)
{
	json_t *list;
	size_t count;

	if (!json_object_get(doc, "layers"))
		return ig_fail(err, IG_EFORMAT, "layers: missing");
	if (doc_array(&list, &count, doc, "layers", err) < 0)
		return -1;
	if (count > LAYERS_MAX)
		return ig_fail(err, IG_ELIMIT, "more than %d layers",
			       LAYERS_MAX);
	out->layers = doc_list(count, sizeof(*out->layers), err);
	if (!out->layers)
		return -1;
	for (; out->layers_n < count; out->layers_n++) {
		size_t i = out->layers_n;

		if (descriptor_parse(&out->layers[i], json_array_get(list, i),
				     err) < 0)
			return ig_wrap(err, "layers[%zu]", i);
	}
	return 0;
}

static int parse(struct ig_manifest *out, const json_t *doc, struct ig_err *err)
{
	json_t *config;

	if (doc_head(doc, ig_media_is_manifest, err) < 0)
		return -1;
	/* CVE-2021-41190, see index.c */
	if (json_object_get(doc, "manifests"))
		return ig_fail(
			err, IG_EFORMAT,
			"a manifest with 'manifests', which only an image index may have");
	if (doc_object(&config, doc, "config", err) < 0)
		return -1;
	if (!config)
		return ig_fail(err, IG_EFORMAT, "config: missing");
	if (descriptor_parse(&out->config, config, err) < 0)
		return ig_wrap(err, "config");
	return parse_layers(out, doc, err);
}

int ig_manifest_parse(struct ig_manifest *out, const void *json, size_t len,
		      struct ig_err *err)
{
	doc_auto json_t *doc = NULL;

	memset(out, 0, sizeof(*out));
	doc = doc_load(json, len, err);
	if (!doc)
		return -1;
	if (parse(out, doc, err) < 0) {
		ig_manifest_done(out);
		return -1;
	}
	return 0;
}

void ig_manifest_done(struct ig_manifest *manifest)
{
	ig_descriptor_done(&manifest->config);
	for (size_t i = 0; i < manifest->layers_n; i++)
		ig_descriptor_done(&manifest->layers[i]);
	ig_freep(&manifest->layers);
	memset(manifest, 0, sizeof(*manifest));
}
