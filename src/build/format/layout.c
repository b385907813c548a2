/* SPDX-License-Identifier: Apache-2.0 */
#include "layout.h"

#include <stdio.h>
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

int ig_layout_tar(struct ig_rope *out, const struct ig_layout_blob *blobs,
		  size_t n, const char *index, const char *docker,
		  struct ig_err *err)
{
	char name[100];

	if (ig_tar_member_text(out, "oci-layout", LAYOUT, 0, err) < 0 ||
	    ig_tar_member_text(out, "index.json", index, 0, err) < 0)
		return -1;
	if (docker &&
	    ig_tar_member_text(out, "manifest.json", docker, 0, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (is_again(blobs, i))
			continue;
		snprintf(name, sizeof(name), "blobs/sha256/%s",
			 ig_digest_hex(&blobs[i].digest));
		if (ig_tar_member(out, name, blobs[i].data, 0, err) < 0)
			return -1;
	}
	/* End of archive: two zero blocks. */
	return ig_rope_zero(out, 1024, err);
}
