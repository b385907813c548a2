/* SPDX-License-Identifier: Apache-2.0 */
#include "import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>

/*
 * A `docker save` has a config and layers, but no manifest: one is made. The
 * config stays as it is, so the image keeps its id.
 */

#define LINKS_MAX 8 /* links to links */

static const struct ig_member *find_member(const struct ig_import *im,
					   const char *path)
{
	for (int i = 0; i < LINKS_MAX; i++) {
		const struct ig_member *found = NULL;

		for (size_t k = 0; k < im->members_n && !found; k++)
			if (ig_streq(im->members[k].path, path))
				found = &im->members[k];
		if (!found || !found->target)
			return found;
		path = found->target;
	}
	return NULL;
}

/* Either form: a member that came by name, or one in blobs/sha256. */
static int find_file(struct ig_descriptor *out, struct ig_import *im,
		     const char *path, struct ig_err *err)
{
	static const char blobs[] = "blobs/sha256/";
	const struct ig_member *member = find_member(im, path);
	ig_autofd int fd = -1;

	if (member) {
		out->digest = member->digest;
		out->size = member->size;
		return 0;
	}
	if (!ig_starts(path, blobs) ||
	    !ig_hex64_ok(path + strlen(blobs), strlen(path + strlen(blobs))))
		return ig_fail(
			err, IG_EFORMAT,
			"manifest.json names '%.200s', which is not in it",
			path);
	ig_digest_from_hex(&out->digest, path + strlen(blobs));
	if (ig_blob_check(&fd, im->store, &out->digest, true, err) < 0)
		return -1;
	return ig_size_of(&out->size, fd, err);
}

/* docker writes plain tars; other tools compress. */
static int layer_media(struct ig_descriptor *layer, struct ig_store *store,
		       bool *plain, struct ig_err *err)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b };
	static const unsigned char zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	unsigned char head[4] = { 0 };
	const char *media = IG_MEDIA_LAYER;
	ig_autofd int fd = -1;

	if (ig_store_open_blob(&fd, store, &layer->digest, layer->size, err) <
		    0 ||
	    ig_pread_all(fd, head, layer->size < 4 ? (size_t)layer->size : 4, 0,
			 err) < 0)
		return -1;
	if (memcmp(head, gzip, sizeof(gzip)) == 0)
		media = IG_MEDIA_LAYER "+gzip";
	else if (memcmp(head, zstd, sizeof(zstd)) == 0)
		media = IG_MEDIA_LAYER "+zstd";
	*plain = ig_streq(media, IG_MEDIA_LAYER);
	layer->media_type = ig_strdup(media, err);
	return layer->media_type ? 0 : -1;
}

static int fill_layers(struct ig_manifest *doc, struct ig_import *im,
		       const struct ig_docker_save *save,
		       const struct ig_image_config *config, struct ig_err *err)
{
	if (save->layers_n != config->diff_ids_n)
		return ig_fail(
			err, IG_EFORMAT,
			"manifest.json has %zu layers, the config %zu diff ids",
			save->layers_n, config->diff_ids_n);
	doc->layers = calloc(save->layers_n + 1, sizeof(*doc->layers));
	if (!doc->layers)
		return ig_fail_mem(err);
	for (size_t i = 0; i < save->layers_n; i++) {
		struct ig_descriptor *layer = &doc->layers[i];
		bool plain;

		doc->layers_n = i + 1;
		if (find_file(layer, im, save->layers[i], err) < 0 ||
		    layer_media(layer, im->store, &plain, err) < 0)
			return -1;
		if (plain &&
		    !ig_digest_equal(&layer->digest, &config->diff_ids[i]))
			return ig_fail(
				err, IG_EDIGEST,
				"layer '%.200s' is not what the config promises: %s",
				save->layers[i], config->diff_ids[i].text);
	}
	return 0;
}

static int read_config(struct ig_manifest *doc, struct ig_image_config *config,
		       struct ig_import *im, const struct ig_docker_save *save,
		       struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);

	if (find_file(&doc->config, im, save->config, err) < 0 ||
	    ig_blob_doc(&text, im->store, &doc->config, err) < 0 ||
	    ig_buf_reserve(&text, 0, err) < 0)
		return -1;
	if (ig_image_config_parse(config, text.data, text.len, err) < 0)
		return ig_wrap(err, "'%.200s'", save->config);
	doc->config.media_type = ig_strdup(IG_MEDIA_CONFIG, err);
	return doc->config.media_type ? 0 : -1;
}

static int put_manifest(struct ig_descriptor *out, struct ig_import *im,
			const struct ig_manifest *doc, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	IG_AUTO(ig_put_freep) struct ig_put *put = NULL;

	if (ig_manifest_write(&text, doc, err) < 0 ||
	    ig_put_begin(&put, im->store, NULL, text.len, err) < 0 ||
	    ig_put_write(put, text.data, text.len, err) < 0 ||
	    ig_import_commit(im, put, &out->digest, &out->size, err) < 0)
		return -1;
	out->media_type = ig_strdup(IG_MEDIA_MANIFEST, err);
	return out->media_type ? 0 : -1;
}

static int set_platform(struct ig_descriptor *out,
			const struct ig_image_config *config,
			struct ig_err *err)
{
	if (!config->os || !config->arch)
		return 0;
	out->platform.os = ig_strdup(config->os, err);
	out->platform.arch = ig_strdup(config->arch, err);
	out->has_platform = true;
	return out->platform.os && out->platform.arch ? 0 : -1;
}

static int make_image(struct ig_descriptor *out, struct ig_import *im,
		      const struct ig_docker_save *save, struct ig_err *err)
{
	IG_AUTO(ig_manifest_done) struct ig_manifest doc = { 0 };
	IG_AUTO(ig_image_config_done) struct ig_image_config config = { 0 };

	if (read_config(&doc, &config, im, save, err) < 0 ||
	    fill_layers(&doc, im, save, &config, err) < 0 ||
	    put_manifest(out, im, &doc, err) < 0)
		return -1;
	return set_platform(out, &config, err);
}

static int name_image(struct ig_import *im, const struct ig_docker_save *save,
		      bool only, struct ig_err *err)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor desc = { 0 };

	if (make_image(&desc, im, save, err) < 0)
		return -1;
	for (size_t i = 0; i < save->tags_n; i++)
		if (ig_import_call(im, ig_ref_expand(save->tags[i], err), &desc,
				   err) < 0)
			return -1;
	if (save->tags_n > 0)
		return 0;
	if (im->name && only)
		return ig_import_call(im, ig_strdup(im->name, err), &desc, err);
	return ig_fail(err, IG_EFORMAT,
		       "image '%.80s' has no name: give it one", save->config);
}

int ig_import_docker(struct ig_import *im, struct ig_err *err)
{
	struct ig_docker_save *v = NULL;
	size_t n = 0;
	int result = 0;

	if (ig_buf_reserve(&im->docker, 0, err) < 0)
		return -1;
	if (ig_docker_save_parse(&v, &n, im->docker.data, im->docker.len, err) <
	    0)
		return ig_wrap(err, "manifest.json");
	for (size_t i = 0; result == 0 && i < n; i++)
		result = name_image(im, &v[i], n == 1, err);
	ig_docker_save_free(v, n);
	if (result == 0 && im->names_n == 0)
		return ig_fail(err, IG_EFORMAT, "manifest.json has no images");
	return result;
}
