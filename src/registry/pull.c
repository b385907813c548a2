/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>

#include "client.h"

struct pull {
	const struct route *route;
	const struct ig_descriptor **layers; /* each digest once */
	size_t layers_n;
	atomic_bool stop; /* a layer failed: the others end */
	pthread_mutex_t lock;
	struct ig_err cause; /* what failed first */
};

static int resolve(struct ig_descriptor *out, const struct route *route,
		   const char *arch, struct ig_digest *manifest,
		   struct ig_err *err)
{
	if (manifest_top(out, route, err) == 0 &&
	    manifest_walk(manifest, route, out, arch, err) == 0)
		return 0;
	ig_descriptor_done(out);
	return ig_wrap(err, "image '%s'", route->ref->text);
}

int ig_registry_resolve(struct ig_registry *registry, struct ig_store *store,
			const struct ig_ref *ref, const char *arch,
			struct ig_descriptor *out, struct ig_err *err)
{
	const struct route route = { registry, store, ref };
	struct ig_digest manifest;

	return resolve(out, &route, arch, &manifest, err);
}

static int pull_layer(void *ctx, size_t i, struct ig_err *err)
{
	struct pull *pull = ctx;

	if (blob_get(pull->route, pull->layers[i], &pull->stop, err) == 0)
		return 0;
	pthread_mutex_lock(&pull->lock);
	if (!atomic_exchange(&pull->stop, true))
		pull->cause = *err;
	pthread_mutex_unlock(&pull->lock);
	return -1;
}

static const struct ig_descriptor *find_layer(const struct pull *pull,
					      const struct ig_digest *digest)
{
	for (size_t i = 0; i < pull->layers_n; i++) {
		if (ig_digest_equal(&pull->layers[i]->digest, digest))
			return pull->layers[i];
	}
	return NULL;
}

/* An image may name one layer twice: two writers of one blob are none too
 * many, but wasteful. */
static int list_layers(struct pull *pull, const struct ig_manifest *doc,
		       struct ig_err *err)
{
	pull->layers = calloc(doc->layers_n + 1, sizeof(void *));
	if (!pull->layers)
		return ig_fail_mem(err);
	for (size_t i = 0; i < doc->layers_n; i++) {
		const struct ig_descriptor *layer = &doc->layers[i];
		const struct ig_descriptor *same;
		char text[SHOW_MAX];

		if (!media_is_layer(layer->media_type))
			return ig_fail(
				err, IG_EFORMAT,
				"layers[%zu]: '%s' is not a kind of layer that can be used",
				i, show(text, layer->media_type));
		same = find_layer(pull, &layer->digest);
		if (same && same->size != layer->size)
			return ig_fail(
				err, IG_EFORMAT,
				"layers[%zu]: the size differs from that of the same layer before",
				i);
		if (!same)
			pull->layers[pull->layers_n++] = layer;
	}
	return 0;
}

static int pull_layers(struct pull *pull, const struct ig_manifest *doc,
		       struct ig_err *err)
{
	int rc;

	if (list_layers(pull, doc, err) < 0)
		return -1;
	pthread_mutex_init(&pull->lock, NULL);
	atomic_init(&pull->stop, false);
	rc = ig_parallel(pull->layers_n, pull->route->registry->parallel,
			 pull_layer, pull, err);
	pthread_mutex_destroy(&pull->lock);
	/* not that of one which only ended because of another */
	if (rc < 0 && atomic_load(&pull->stop))
		*err = pull->cause;
	return rc;
}

static int pull_config(const struct route *route,
		       const struct ig_digest *manifest, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	IG_AUTO(ig_manifest_done) struct ig_manifest doc = { 0 };
	char kind[SHOW_MAX];

	if (ig_store_read_blob(&text, route->store, manifest, err) < 0 ||
	    ig_manifest_parse(&doc, text.data, text.len, err) < 0)
		return -1;
	if (!media_is_config(doc.config.media_type))
		return ig_fail(err, IG_EFORMAT,
			       "not a container image: its config is '%s'",
			       show(kind, doc.config.media_type));
	if (doc.config.size > IG_DOC_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "the config is larger than %u bytes",
			       IG_DOC_MAX);
	return blob_get(route, &doc.config, NULL, err);
}

static int pull_blobs(const struct route *route, const char *arch,
		      const struct ig_descriptor *top, struct ig_err *err)
{
	IG_AUTO(ig_image_done) struct ig_image image = { 0 };
	const char *name = route->ref->text;
	struct pull pull = { .route = route };
	int rc;

	/* checks the config against manifest and @arch */
	if (ig_image_load_desc(&image, route->store, name, top, arch, err) < 0)
		return -1;
	rc = pull_layers(&pull, &image.doc, err);
	free(pull.layers);
	if (rc < 0 || ig_store_name(route->store, name, top, err) < 0)
		return ig_wrap(err, "image '%s'", name);
	return 0;
}

int ig_registry_pull(struct ig_registry *registry, struct ig_store *store,
		     const struct ig_ref *ref, const char *arch,
		     struct ig_descriptor *out, struct ig_err *err)
{
	const struct route route = { registry, store, ref };
	struct ig_digest manifest;

	if (resolve(out, &route, arch, &manifest, err) < 0)
		return -1;
	if (pull_config(&route, &manifest, err) < 0)
		ig_wrap(err, "image '%s'", ref->text);
	else if (pull_blobs(&route, arch, out, err) == 0)
		return 0;
	ig_descriptor_done(out);
	return -1;
}
