/* SPDX-License-Identifier: Apache-2.0 */
#include "doc.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

static int parse_label(struct ig_label *out, const char *key,
		       const json_t *value, struct ig_err *err)
{
	const char *text = "";
	char show[DOC_SHOW];

	if (json_is_string(value))
		text = json_string_value(value);
	else if (!json_is_null(value))
		return ig_fail(err, IG_EFORMAT, "Labels: '%s' is not a string",
			       doc_show(show, key));
	out->key = ig_strdup(key, err);
	if (!out->key)
		return -1;
	out->value = ig_strdup(text, err);
	return out->value ? 0 : -1;
}

static int parse_labels(struct ig_image_config *out, const json_t *config,
			struct ig_err *err)
{
	json_t *labels;
	json_t *value;
	const char *key;

	if (doc_object(&labels, config, "Labels", err) < 0)
		return -1;
	out->labels =
		doc_list(json_object_size(labels), sizeof(*out->labels), err);
	if (!out->labels)
		return -1;
	json_object_foreach(labels, key, value)
	{
		/* counted first, so that half a label is freed as well */
		struct ig_label *label = &out->labels[out->labels_n++];

		if (parse_label(label, key, value, err) < 0)
			return -1;
	}
	return 0;
}

static int parse_config(struct ig_image_config *out, const json_t *doc,
			struct ig_err *err)
{
	json_t *config;

	if (doc_object(&config, doc, "config", err) < 0)
		return -1;
	if (!config)
		return 0;
	if (doc_texts(&out->entrypoint, &out->entrypoint_n, config,
		      "Entrypoint", err) < 0 ||
	    doc_texts(&out->cmd, &out->cmd_n, config, "Cmd", err) < 0 ||
	    doc_texts(&out->env, &out->env_n, config, "Env", err) < 0 ||
	    doc_text(&out->workdir, config, "WorkingDir", err) < 0 ||
	    doc_text(&out->user, config, "User", err) < 0 ||
	    parse_labels(out, config, err) < 0)
		return ig_wrap(err, "config");
	return 0;
}

static int parse_diff_ids(struct ig_image_config *out, const json_t *rootfs,
			  struct ig_err *err)
{
	json_t *list;
	size_t count;

	if (doc_array(&list, &count, rootfs, "diff_ids", err) < 0)
		return -1;
	out->diff_ids = doc_list(count, sizeof(*out->diff_ids), err);
	if (!out->diff_ids)
		return -1;
	for (; out->diff_ids_n < count; out->diff_ids_n++) {
		size_t i = out->diff_ids_n;
		const json_t *id = json_array_get(list, i);

		if (!json_is_string(id))
			return ig_fail(err, IG_EFORMAT,
				       "diff_ids[%zu]: not a string", i);
		if (ig_digest_parse(&out->diff_ids[i], json_string_value(id),
				    json_string_length(id), err) < 0)
			return ig_wrap(err, "diff_ids[%zu]", i);
	}
	return 0;
}

static int parse_rootfs(struct ig_image_config *out, const json_t *doc,
			struct ig_err *err)
{
	ig_autofree char *type = NULL;
	json_t *rootfs;

	if (doc_object(&rootfs, doc, "rootfs", err) < 0)
		return -1;
	if (!rootfs)
		return ig_fail(err, IG_EFORMAT, "rootfs: missing");
	if (doc_need_text(&type, rootfs, "type", err) < 0)
		return ig_wrap(err, "rootfs");
	if (!ig_streq(type, "layers"))
		return ig_fail(err, IG_EFORMAT, "rootfs: type is not 'layers'");
	if (parse_diff_ids(out, rootfs, err) < 0)
		return ig_wrap(err, "rootfs");
	return 0;
}

static int parse(struct ig_image_config *out, const json_t *doc,
		 struct ig_err *err)
{
	if (doc_need_object(doc, err) < 0 ||
	    doc_need_text(&out->arch, doc, "architecture", err) < 0 ||
	    doc_need_text(&out->os, doc, "os", err) < 0 ||
	    parse_config(out, doc, err) < 0)
		return -1;
	return parse_rootfs(out, doc, err);
}

int ig_image_config_parse(struct ig_image_config *out, const void *json,
			  size_t len, struct ig_err *err)
{
	doc_auto json_t *doc = NULL;

	memset(out, 0, sizeof(*out));
	doc = doc_load(json, len, err);
	if (!doc)
		return -1;
	if (parse(out, doc, err) < 0) {
		ig_image_config_done(out);
		return -1;
	}
	return 0;
}

void ig_image_config_done(struct ig_image_config *config)
{
	ig_freep(&config->arch);
	ig_freep(&config->os);
	doc_texts_done(&config->entrypoint, &config->entrypoint_n);
	doc_texts_done(&config->cmd, &config->cmd_n);
	doc_texts_done(&config->env, &config->env_n);
	ig_freep(&config->workdir);
	ig_freep(&config->user);
	ig_freep(&config->diff_ids);
	for (size_t i = 0; i < config->labels_n; i++) {
		ig_freep(&config->labels[i].key);
		ig_freep(&config->labels[i].value);
	}
	ig_freep(&config->labels);
	memset(config, 0, sizeof(*config));
}

const char *ig_image_label(const struct ig_image_config *config,
			   const char *key)
{
	for (size_t i = 0; i < config->labels_n; i++) {
		if (ig_streq(config->labels[i].key, key))
			return config->labels[i].value;
	}
	return NULL;
}
