/* SPDX-License-Identifier: Apache-2.0 */
#include "layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/stream.h>

#include "formats.h"

#define LAYOUT "{\"imageLayoutVersion\":\"1.0.0\"}"

int ig_rope_digest(struct ig_digest *out, const struct ig_rope *rope,
		   struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = NULL;
	char hex[IG_SHA256_HEX];

	if (!hash)
		return -1;
	src = ig_rope_source(rope, err);
	sink = src ? ig_sink_hash(NULL, hash, NULL, err) : NULL;
	if (!sink || ig_pump(sink, src, NULL, err) < 0 ||
	    ig_sink_finish(sink, err) < 0)
		return -1;
	ig_hash_end_hex(hash, hex);
	ig_digest_from_hex(out, hex);
	return 0;
}

int ig_layout_text(struct ig_layout_blob *blob, const void *data, size_t len,
		   struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(err);

	if (!rope || ig_rope_mem(rope, data, len, err) < 0 ||
	    ig_rope_digest(&blob->digest, rope, err) < 0)
		return -1;
	blob->data = ig_take(&rope);
	return 0;
}

void ig_layout_blob_done(struct ig_layout_blob *blob)
{
	ig_rope_free(blob->data);
	memset(blob, 0, sizeof(*blob));
}

static bool is_again(const struct ig_layout_blob *blobs, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (ig_digest_equal(&blobs[k].digest, &blobs[i].digest))
			return true;
	return false;
}

static int add_documents(struct ig_rope *tar, const struct ig_layout *layout,
			 struct ig_err *err)
{
	if (ig_tar_member_text(tar, "oci-layout", LAYOUT, 0, err) < 0 ||
	    ig_tar_member_text(tar, "index.json", layout->index, 0, err) < 0)
		return -1;
	return layout->docker ? ig_tar_member_text(tar, "manifest.json",
						   layout->docker, 0, err)
			      : 0;
}

/* The blobs, and in @out, which has room for them, where they lie. */
static int add_blobs(struct ig_rope *tar, struct ig_output *out,
		     const struct ig_layout *layout, struct ig_err *err)
{
	char name[100];

	for (size_t i = 0; i < layout->n; i++) {
		const struct ig_layout_blob *blob = &layout->blobs[i];
		struct ig_output_blob *place = &out->blobs[out->blobs_n];

		if (is_again(layout->blobs, i))
			continue;
		snprintf(name, sizeof(name), "blobs/sha256/%s",
			 ig_digest_hex(&blob->digest));
		place->digest = blob->digest;
		place->size = ig_rope_size(blob->data);
		place->off = ig_rope_size(tar) + 512; /* behind the header */
		if (ig_tar_member(tar, name, blob->data, 0, err) < 0)
			return -1;
		if (i == layout->manifest && out->blobs_n > 0) {
			struct ig_output_blob first = out->blobs[0];

			out->blobs[0] = *place;
			*place = first;
		}
		out->blobs_n++;
	}
	/* End of archive: two zero blocks. */
	return ig_rope_zero(tar, 1024, err);
}

int ig_layout_output(struct ig_compose *c, const char *suffix,
		     const struct ig_layout *layout, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *tar = ig_rope_new(err);
	ig_autofree struct ig_output_blob *blobs =
		calloc(layout->n, sizeof(*blobs));
	struct ig_output out = { .blobs = blobs };

	if (!tar || !blobs)
		return tar ? ig_fail_mem(err) : -1;
	if (add_documents(tar, layout, err) < 0 ||
	    add_blobs(tar, &out, layout, err) < 0 ||
	    ig_compose_rope(c, suffix, tar, err) < 0)
		return -1;
	c->v[c->n - 1].out.blobs_n = out.blobs_n;
	c->v[c->n - 1].out.blobs = ig_take(&blobs);
	return 0;
}
