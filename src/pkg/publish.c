/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/format.h>
#include <ingot/hash.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#define ZSTD_LEVEL 3
#define LABEL_KEY  "org.mobyproject.config"

/* A sink into the store. */
struct put_sink {
	struct ig_sink base;
	struct ig_put *put;
};

static int put_write(struct ig_sink *sink, const void *data, size_t len,
		     struct ig_err *err)
{
	return ig_put_write(((struct put_sink *)sink)->put, data, len, err);
}

static void put_close(struct ig_sink *sink)
{
	(void)sink;
}

static const struct ig_sink_ops put_ops = { put_write, NULL, put_close };

static int write_tar(struct ig_sink *out, struct pkg *pkg, struct ig_err *err)
{
	const struct ig_encode_opts opts = {
		.prefix = "",
		.max_time = pkg->max_time,
	};

	if (ig_tree_sort(pkg->tree, err) < 0 ||
	    ig_tar_write(out, pkg->tree, &opts, err) < 0)
		return -1;
	return ig_tar_end(out, err);
}

/* The layer: tar → hash (of what is not compressed) → zstd → store. */
static int put_layer(struct ig_descriptor *layer, struct ig_digest *diff_id,
		     struct pkg *pkg, struct ig_err *err)
{
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	struct put_sink store = { { &put_ops }, NULL };
	IG_AUTO(ig_sink_closep) struct ig_sink *zstd = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *tar = NULL;
	char hex[IG_SHA256_HEX];

	if (!hash || ig_put_begin(&put, pkg->store, NULL, UINT64_MAX, err) < 0)
		return -1;
	store.put = put;
	zstd = ig_sink_encode(&store.base, IG_CODEC_ZSTD, ZSTD_LEVEL, err);
	tar = zstd ? ig_sink_hash(zstd, hash, NULL, err) : NULL;
	if (!tar || write_tar(tar, pkg, err) < 0 ||
	    ig_sink_finish(tar, err) < 0 || ig_sink_finish(zstd, err) < 0)
		return -1;
	ig_hash_end_hex(hash, hex);
	ig_digest_from_hex(diff_id, hex);
	layer->media_type = ig_strdup(IG_MEDIA_LAYER "+zstd", err);
	if (!layer->media_type)
		return -1;
	return ig_put_commit(put, &layer->digest, &layer->size, err);
}

/* ---- config ---- */

static char **texts(const struct ig_strs *strs)
{
	char **out;

	/* ig_image_config owns its strings, here it only borrows them */
	memcpy(&out, &strs->v, sizeof(out));
	return out;
}

static char *borrow(const char *text)
{
	char *out;

	memcpy(&out, &text, sizeof(out));
	return out;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *debs_text(struct pkg *pkg, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);

	if (pkg->debs_n == 0)
		return NULL;
	qsort(pkg->debs, pkg->debs_n, sizeof(*pkg->debs), by_text);
	for (size_t i = 0; i < pkg->debs_n; i++) {
		if (i > 0 && strcmp(pkg->debs[i], pkg->debs[i - 1]) == 0)
			continue;
		if (ig_buf_printf(&out, err, "%s%s", i ? "\n" : "",
				  pkg->debs[i]) < 0)
			return NULL;
	}
	return ig_buf_give(&out, err);
}

static void add_label(struct ig_image_config *config, const char *key,
		      const char *value)
{
	config->labels[config->labels_n++] =
		(struct ig_label){ borrow(key), borrow(value) };
}

static void add_labels(struct ig_image_config *config, const struct pkg *pkg,
		       const char *debs)
{
	const struct ig_recipe *recipe = pkg->recipe;

	for (size_t i = 0; i < recipe->labels.n; i++)
		add_label(config, recipe->labels.v[i].key,
			  recipe->labels.v[i].value);
	if (recipe->label)
		add_label(config, LABEL_KEY, recipe->label);
	if (debs)
		add_label(config, PKG_LABEL_DEBS, debs);
	add_label(config, PKG_LABEL_HASH, pkg->hash);
}

static int put_config(struct ig_descriptor *out, struct pkg *pkg,
		      struct ig_digest *diff_id, struct ig_err *err)
{
	const struct ig_recipe *recipe = pkg->recipe;
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(IG_DOC_MAX);
	ig_autofree struct ig_label *labels =
		calloc(recipe->labels.n + 3, sizeof(*labels));
	ig_autofree char *debs = NULL;
	/* borrows all that it points to: never ig_image_config_done() */
	struct ig_image_config config = {
		.arch = borrow(pkg->opts->arch),
		.os = borrow("linux"),
		.entrypoint_n = recipe->entrypoint.n,
		.entrypoint = texts(&recipe->entrypoint),
		.cmd_n = recipe->cmd.n,
		.cmd = texts(&recipe->cmd),
		.env_n = recipe->env.n,
		.env = texts(&recipe->env),
		.workdir = borrow(recipe->workdir),
		.user = borrow(recipe->user),
		.diff_ids_n = 1,
		.diff_ids = diff_id,
		.labels = labels,
	};

	if (!labels)
		return ig_fail_mem(err);
	debs = debs_text(pkg, err);
	if (pkg->debs_n > 0 && !debs)
		return -1;
	add_labels(&config, pkg, debs);
	out->media_type = ig_strdup(IG_MEDIA_CONFIG, err);
	if (!out->media_type || ig_image_config_write(&json, &config, err) < 0)
		return -1;
	out->size = json.len;
	return ig_store_put_bytes(pkg->store, json.data, json.len, &out->digest,
				  err);
}

/* ---- manifest, index ---- */

static int put_manifest(struct ig_descriptor *out, struct pkg *pkg,
			struct ig_manifest *manifest, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(IG_DOC_MAX);

	out->media_type = ig_strdup(IG_MEDIA_MANIFEST, err);
	out->platform.os = ig_strdup("linux", err);
	out->platform.arch = ig_strdup(pkg->opts->arch, err);
	out->has_platform = true;
	if (!out->media_type || !out->platform.os || !out->platform.arch ||
	    ig_manifest_write(&json, manifest, err) < 0)
		return -1;
	out->size = json.len;
	return ig_store_put_bytes(pkg->store, json.data, json.len, &out->digest,
				  err);
}

/* What the name has now, if that is an index. A damaged one is replaced. */
static void old_index(struct ig_index *out, const struct pkg *pkg)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(IG_DOC_MAX);
	struct ig_err ignored;

	if (ig_store_find(&desc, pkg->store, pkg->ref, &ignored) < 0 ||
	    !ig_media_is_index(desc.media_type) ||
	    ig_store_read_blob(&json, pkg->store, &desc.digest, &ignored) < 0)
		return;
	if (ig_index_parse(out, json.data, json.len, &ignored) < 0)
		*out = (struct ig_index){ 0, NULL };
}

static int by_arch(const void *a, const void *b)
{
	const struct ig_descriptor *x = a;
	const struct ig_descriptor *y = b;

	return strcmp(x->platform.arch, y->platform.arch);
}

/* The others of @old that are still whole, and @mine. Borrows. */
static size_t merge(struct ig_descriptor *v, const struct ig_index *old,
		    const struct ig_descriptor *mine, struct pkg *pkg)
{
	size_t n = 0;

	for (size_t i = 0; i < old->n; i++) {
		const struct ig_descriptor *other = &old->v[i];

		if (other->has_platform && other->platform.arch &&
		    strcmp(other->platform.arch, pkg->opts->arch) != 0 &&
		    ig_store_has(pkg->store, &other->digest, other->size))
			v[n++] = *other;
	}
	v[n++] = *mine;
	qsort(v, n, sizeof(*v), by_arch);
	return n;
}

static int name_it(struct pkg *pkg, const struct ig_descriptor *mine,
		   struct ig_err *err)
{
	IG_AUTO(ig_index_done) struct ig_index old = { 0, NULL };
	IG_AUTO(ig_buf_done) struct ig_buf json = IG_BUF_INIT(IG_DOC_MAX);
	ig_autofree struct ig_descriptor *v = NULL;
	struct ig_descriptor desc = { 0 };
	struct ig_index index;

	old_index(&old, pkg);
	v = calloc(old.n + 1, sizeof(*v));
	if (!v)
		return ig_fail_mem(err);
	index.v = v;
	index.n = merge(v, &old, mine, pkg);
	if (ig_index_write(&json, &index, err) < 0 ||
	    ig_store_put_bytes(pkg->store, json.data, json.len, &desc.digest,
			       err) < 0)
		return -1;
	desc.media_type = borrow(IG_MEDIA_INDEX);
	desc.size = json.len;
	return ig_store_name(pkg->store, pkg->ref, &desc, err);
}

int pkg_publish(struct pkg *pkg, struct ig_err *err)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor layer = { 0 };
	IG_AUTO(ig_descriptor_done) struct ig_descriptor config = { 0 };
	IG_AUTO(ig_descriptor_done) struct ig_descriptor mine = { 0 };
	struct ig_manifest manifest = { .layers_n = 1, .layers = &layer };
	struct ig_digest diff_id;

	if (put_layer(&layer, &diff_id, pkg, err) < 0 ||
	    put_config(&config, pkg, &diff_id, err) < 0)
		return -1;
	manifest.config = config;
	if (put_manifest(&mine, pkg, &manifest, err) < 0)
		return -1;
	return name_it(pkg, &mine, err);
}
