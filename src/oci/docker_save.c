/* SPDX-License-Identifier: Apache-2.0 */
#include "doc.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

/* A path that stays inside the tar that it is looked up in. */
static int check_path(const char *path, struct ig_err *err)
{
	char show[DOC_SHOW];
	const char *p = path;

	if (strlen(path) > 4095)
		return ig_fail(err, IG_EFORMAT, "path longer than 4095 bytes");
	for (;;) {
		size_t len = strcspn(p, "/");

		if (len == 0 || (len == 1 && p[0] == '.') ||
		    (len == 2 && p[0] == '.' && p[1] == '.'))
			return ig_fail(err, IG_EFORMAT,
				       "'%s' is not a path inside the archive",
				       doc_show(show, path));
		if (p[len] == '\0')
			return 0;
		p += len + 1;
	}
}

static int parse_element(struct ig_docker_save *out, const json_t *obj,
			 struct ig_err *err)
{
	if (doc_need_object(obj, err) < 0 ||
	    doc_need_text(&out->config, obj, "Config", err) < 0 ||
	    check_path(out->config, err) < 0 ||
	    doc_texts(&out->tags, &out->tags_n, obj, "RepoTags", err) < 0 ||
	    doc_texts(&out->layers, &out->layers_n, obj, "Layers", err) < 0)
		return -1;
	for (size_t i = 0; i < out->layers_n; i++) {
		if (check_path(out->layers[i], err) < 0)
			return ig_wrap(err, "Layers[%zu]", i);
	}
	return 0;
}

static int parse(struct ig_docker_save **out, size_t *n, const json_t *doc,
		 struct ig_err *err)
{
	size_t count;

	if (!json_is_array(doc))
		return ig_fail(err, IG_EFORMAT, "not a JSON list");
	count = json_array_size(doc);
	*out = doc_list(count, sizeof(**out), err);
	if (!*out)
		return -1;
	while (*n < count) {
		size_t i = (*n)++; /* counted first: freed also when half */

		if (parse_element(&(*out)[i], json_array_get(doc, i), err) < 0)
			return ig_wrap(err, "image %zu", i);
	}
	return 0;
}

int ig_docker_save_parse(struct ig_docker_save **out, size_t *n,
			 const void *json, size_t len, struct ig_err *err)
{
	doc_auto json_t *doc = NULL;

	*out = NULL;
	*n = 0;
	doc = doc_load(json, len, err);
	if (!doc)
		return -1;
	if (parse(out, n, doc, err) < 0) {
		ig_docker_save_free(*out, *n);
		*out = NULL;
		*n = 0;
		return -1;
	}
	return 0;
}

void ig_docker_save_free(struct ig_docker_save *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ig_freep(&v[i].config);
		doc_texts_done(&v[i].tags, &v[i].tags_n);
		doc_texts_done(&v[i].layers, &v[i].layers_n);
	}
	free(v);
}
