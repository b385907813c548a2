/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/oci.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>

/* ,"key":"text" - without the comma right behind an opening brace. */
static int put_member(struct ig_buf *out, const char *key, const char *text,
		      struct ig_err *err)
{
	if (out->len > 0 && out->data[out->len - 1] != '{' &&
	    ig_buf_putc(out, ',', err) < 0)
		return -1;
	if (ig_json_string(out, key, err) < 0 || ig_buf_putc(out, ':', err) < 0)
		return -1;
	return ig_json_string(out, text, err);
}

static int put_key(struct ig_buf *out, const char *key, char open,
		   struct ig_err *err)
{
	const char *comma =
		out->len > 0 && out->data[out->len - 1] == '{' ? "" : ",";

	return ig_buf_printf(out, err, "%s\"%s\":%c", comma, key, open);
}

static int put_annotations(struct ig_buf *out, const char *name,
			   struct ig_err *err)
{
	if (!name)
		return 0;
	if (put_key(out, "annotations", '{', err) < 0)
		return -1;
	/* containerd takes only full names */
	if (strchr(name, '/') &&
	    put_member(out, "io.containerd.image.name", name, err) < 0)
		return -1;
	if (put_member(out, "org.opencontainers.image.ref.name", name, err) < 0)
		return -1;
	return ig_buf_putc(out, '}', err);
}

static int put_platform(struct ig_buf *out, const struct ig_platform *platform,
			struct ig_err *err)
{
	if (put_key(out, "platform", '{', err) < 0 ||
	    put_member(out, "architecture", platform->arch, err) < 0 ||
	    put_member(out, "os", platform->os, err) < 0)
		return -1;
	if (platform->variant &&
	    put_member(out, "variant", platform->variant, err) < 0)
		return -1;
	return ig_buf_putc(out, '}', err);
}

static int put_descriptor(struct ig_buf *out, const struct ig_descriptor *desc,
			  struct ig_err *err)
{
	if (ig_buf_putc(out, '{', err) < 0 ||
	    put_member(out, "mediaType", desc->media_type, err) < 0 ||
	    put_member(out, "digest", desc->digest.text, err) < 0 ||
	    ig_buf_printf(out, err, ",\"size\":%" PRIu64, desc->size) < 0 ||
	    put_annotations(out, desc->ref_name, err) < 0)
		return -1;
	if (desc->has_platform && put_platform(out, &desc->platform, err) < 0)
		return -1;
	return ig_buf_putc(out, '}', err);
}

static int put_descriptors(struct ig_buf *out, const char *key,
			   const struct ig_descriptor *v, size_t n,
			   struct ig_err *err)
{
	if (put_key(out, key, '[', err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && ig_buf_putc(out, ',', err) < 0)
			return -1;
		if (put_descriptor(out, &v[i], err) < 0)
			return -1;
	}
	return ig_buf_putc(out, ']', err);
}

int ig_index_write(struct ig_buf *out, const struct ig_index *index,
		   struct ig_err *err)
{
	if (ig_buf_puts(out, "{\"schemaVersion\":2", err) < 0 ||
	    put_member(out, "mediaType", IG_MEDIA_INDEX, err) < 0 ||
	    put_descriptors(out, "manifests", index->v, index->n, err) < 0)
		return -1;
	return ig_buf_putc(out, '}', err);
}

int ig_manifest_write(struct ig_buf *out, const struct ig_manifest *manifest,
		      struct ig_err *err)
{
	if (ig_buf_puts(out, "{\"schemaVersion\":2", err) < 0 ||
	    put_member(out, "mediaType", IG_MEDIA_MANIFEST, err) < 0 ||
	    ig_buf_puts(out, ",\"config\":", err) < 0 ||
	    put_descriptor(out, &manifest->config, err) < 0 ||
	    put_descriptors(out, "layers", manifest->layers, manifest->layers_n,
			    err) < 0)
		return -1;
	return ig_buf_putc(out, '}', err);
}

static int put_texts(struct ig_buf *out, const char *key, char *const *v,
		     size_t n, struct ig_err *err)
{
	if (n == 0)
		return 0;
	if (put_key(out, key, '[', err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && ig_buf_putc(out, ',', err) < 0)
			return -1;
		if (ig_json_string(out, v[i], err) < 0)
			return -1;
	}
	return ig_buf_putc(out, ']', err);
}

static int by_key(const void *a, const void *b)
{
	const struct ig_label *x = a;
	const struct ig_label *y = b;

	return strcmp(x->key, y->key);
}

static int put_labels(struct ig_buf *out, const struct ig_image_config *config,
		      struct ig_err *err)
{
	size_t size = config->labels_n * sizeof(*config->labels);
	ig_autofree struct ig_label *sorted = NULL;

	if (config->labels_n == 0)
		return 0;
	sorted = malloc(size);
	if (!sorted)
		return ig_fail_mem(err);
	memcpy(sorted, config->labels, size);
	qsort(sorted, config->labels_n, sizeof(*sorted), by_key);
	if (put_key(out, "Labels", '{', err) < 0)
		return -1;
	for (size_t i = 0; i < config->labels_n; i++) {
		if (put_member(out, sorted[i].key, sorted[i].value, err) < 0)
			return -1;
	}
	return ig_buf_putc(out, '}', err);
}

static int put_config(struct ig_buf *out, const struct ig_image_config *config,
		      struct ig_err *err)
{
	if (put_key(out, "config", '{', err) < 0)
		return -1;
	if (config->user && put_member(out, "User", config->user, err) < 0)
		return -1;
	if (put_texts(out, "Env", config->env, config->env_n, err) < 0 ||
	    put_texts(out, "Entrypoint", config->entrypoint,
		      config->entrypoint_n, err) < 0 ||
	    put_texts(out, "Cmd", config->cmd, config->cmd_n, err) < 0)
		return -1;
	if (config->workdir &&
	    put_member(out, "WorkingDir", config->workdir, err) < 0)
		return -1;
	if (put_labels(out, config, err) < 0)
		return -1;
	return ig_buf_putc(out, '}', err);
}

int ig_image_config_write(struct ig_buf *out,
			  const struct ig_image_config *config,
			  struct ig_err *err)
{
	if (ig_buf_putc(out, '{', err) < 0 ||
	    put_member(out, "architecture", config->arch, err) < 0 ||
	    put_member(out, "os", config->os, err) < 0 ||
	    put_config(out, config, err) < 0 ||
	    ig_buf_puts(out, ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[",
			err) < 0)
		return -1;
	for (size_t i = 0; i < config->diff_ids_n; i++) {
		if (i > 0 && ig_buf_putc(out, ',', err) < 0)
			return -1;
		if (ig_json_string(out, config->diff_ids[i].text, err) < 0)
			return -1;
	}
	return ig_buf_puts(out, "]},\"history\":[]}", err);
}
