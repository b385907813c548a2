/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/str.h>

#include "client.h"

#define DOCKER "application/vnd.docker."

bool media_is_layer(const char *media_type)
{
	/* Foreign and nondistributable layers are not here: what they point
	 * to is never asked (CVE-2020-15157). */
	static const char *const known[] = {
		IG_MEDIA_LAYER,
		IG_MEDIA_LAYER "+gzip",
		IG_MEDIA_LAYER "+zstd",
		DOCKER "image.rootfs.diff.tar",
		DOCKER "image.rootfs.diff.tar.gzip",
		DOCKER "image.rootfs.diff.tar.zstd",
	};

	for (size_t i = 0; i < IG_COUNT(known); i++) {
		if (ig_streq(media_type, known[i]))
			return true;
	}
	return false;
}

bool media_is_config(const char *media_type)
{
	return ig_streq(media_type, IG_MEDIA_CONFIG) ||
	       ig_streq(media_type, DOCKER "container.image.v1+json");
}

struct incoming {
	const struct route *route;
	const struct ig_descriptor *desc;
	struct ig_put *put; /* owned */
	uint64_t done;
	char id[24]; /* for progress */
};

static int begin(void *ctx, struct ig_err *err)
{
	struct incoming *in = ctx;

	ig_put_freep(&in->put);
	in->done = 0;
	return ig_put_begin(&in->put, in->route->store, &in->desc->digest,
			    in->desc->size, err);
}

static int body(void *ctx, const void *data, size_t len, struct ig_err *err)
{
	struct incoming *in = ctx;

	if (ig_put_write(in->put, data, len, err) < 0)
		return -1;
	in->done += len;
	/* the end is told when the digest was right */
	if (in->done < in->desc->size)
		ig_progress(in->id, in->done, in->desc->size);
	return 0;
}

static int get(struct incoming *in, const atomic_bool *stop, struct ig_err *err)
{
	struct ig_registry *registry = in->route->registry;
	const struct ig_ref *ref = in->route->ref;
	const char *const *insecure = (const char *const *)registry->insecure;
	bool plain = url_plain(ref->host, insecure);
	ig_autofree char *url = url_blob(ref, &in->desc->digest, plain, err);
	struct fetch fetch = { .url = url,
			       .host = ref->host,
			       .begin = begin,
			       .body = body,
			       .ctx = in,
			       .stop = stop };
	struct answer answer;

	if (!url)
		return -1;
	if (retry_run(registry, &fetch, &answer, err) < 0) {
		/* what the store says has the digest already */
		if (err->code == IG_EDIGEST || err->code == IG_ESYS)
			return -1;
		return ig_wrap(err, "blob %s", in->desc->digest.text);
	}
	return ig_put_commit(in->put, NULL, NULL, err);
}

int blob_get(const struct route *route, const struct ig_descriptor *desc,
	     const atomic_bool *stop, struct ig_err *err)
{
	struct incoming in = { .route = route, .desc = desc };
	int rc;

	if (ig_store_has(route->store, &desc->digest, desc->size))
		return 0;
	snprintf(in.id, sizeof(in.id), "%.12s", ig_digest_hex(&desc->digest));
	rc = get(&in, stop, err);
	ig_put_freep(&in.put);
	if (rc == 0 && desc->size > 0)
		ig_progress(in.id, desc->size, desc->size);
	return rc;
}
