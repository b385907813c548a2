/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/rootfs.h>

#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "layer_priv.h"

static int check_diff_id(const struct ig_image *image, size_t i,
			 struct ig_hash *hash, struct ig_err *err)
{
	const struct ig_digest *want = &image->config.diff_ids[i];
	struct ig_digest got;
	char hex[IG_SHA256_HEX];

	ig_hash_end_hex(hash, hex);
	ig_digest_from_hex(&got, hex);
	if (ig_digest_equal(&got, want))
		return 0;
	return ig_fail(err, IG_EDIGEST,
		       "its content has the digest %s, but the image says %s",
		       got.text, want->text);
}

/* What all layers of an image have in common. */
struct stack {
	struct ig_tree *tree;
	struct ig_spool *spool;
	struct ig_store *store;
	const struct ig_image *image;
	const struct ig_layers_opts *opts;
};

/* One layer: file, decompressed, hashed, onto the tree. Takes @fd. */
static int apply_blob(const struct stack *s, int fd, struct ig_hash *hash,
		      struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *file = NULL;
	IG_AUTO(ig_source_closep) struct ig_source *plain = NULL;
	IG_AUTO(ig_source_closep) struct ig_source *hashed = NULL;
	IG_AUTO(ig_source_closep) struct ig_source *ahead = NULL;

	file = ig_source_fd(fd, err);
	if (!file)
		return -1;
	/* Media types lie about compression; the digest would tell. */
	plain = ig_source_decode(file, IG_CODEC_AUTO, LAYER_UNPACKED, err);
	if (!plain)
		return -1;
	hashed = ig_source_hash(plain, hash, NULL, err);
	if (!hashed)
		return -1;
	/* Inflating and hashing on one core, the tar on another. */
	if (ig_threads() > 1)
		ahead = layer_ahead(hashed);
	return ig_layer_apply(s->tree, s->spool, ahead ? ahead : hashed,
			      s->image->name, s->opts, err);
}

/* image-spec, layer.md; Docker's "…image.rootfs.diff.tar.gzip" */
static int check_media(const struct ig_descriptor *desc, struct ig_err *err)
{
	const char *type = desc->media_type;

	if (!type || (strstr(type, ".tar") && !ig_ends(type, "+encrypted")))
		return 0;
	return ig_fail(err, IG_EFORMAT,
		       "its media type '%.100s' is not one of a layer", type);
}

static int apply_layer(const struct stack *s, size_t i, struct ig_err *err)
{
	const struct ig_descriptor *desc = &s->image->doc.layers[i];
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	int fd;

	if (!hash || check_media(desc, err) < 0)
		return -1;
	if (ig_store_open_blob(&fd, s->store, &desc->digest, desc->size, err) <
	    0)
		return -1;
	if (apply_blob(s, fd, hash, err) < 0)
		return -1;
	return check_diff_id(s->image, i, hash, err);
}

int ig_image_tree(struct ig_tree *tree, struct ig_spool *spool,
		  struct ig_store *store, const struct ig_image *image,
		  const struct ig_layers_opts *opts, struct ig_err *err)
{
	const struct stack s = { tree, spool, store, image, opts };
	size_t n = image->doc.layers_n;

	if (image->config.diff_ids_n != n)
		return ig_fail(err, IG_EFORMAT,
			       "image '%s': %zu layers, but %zu diff ids",
			       image->name, n, image->config.diff_ids_n);
	tree->stash = NULL; /* of an image before this one */
	tree->told = false;
	for (size_t i = 0; i < n; i++) {
		if (apply_layer(&s, i, err) < 0)
			return ig_wrap(err, "image '%s': layer %zu of %zu",
				       image->name, i + 1, n);
	}
	return 0;
}
