/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/rope.h>
#include <ingot/str.h>

#include "client.h"

/*
 * distribution-spec, "Pushing": blobs first, each in one piece (POST, then
 * PUT), then the manifest.
 */
#define INSTEAD "push the file with another tool"
#define BYTES	"Content-Type: application/octet-stream"

struct push {
	struct ig_registry *registry;
	const struct ig_ref *ref;
	const struct ig_push *what;
	bool plain;
	atomic_bool stop;     /* a blob failed: the others end */
	pthread_mutex_t lock; /* for what follows */
	struct ig_err cause;  /* what failed first */
	struct ig_pushed done;
};

static struct fetch request(struct push *push, enum method method,
			    const char *url)
{
	return (struct fetch){ .method = method,
			       .url = url,
			       .host = push->ref->host,
			       .instead = INSTEAD,
			       .stop = &push->stop };
}

static int check_digest(const struct push *push, const struct answer *answer,
			const struct ig_digest *digest, struct ig_err *err)
{
	char text[SHOW_MAX];

	if (!answer->digest[0] || ig_streq(answer->digest, digest->text))
		return 0;
	return ig_fail(
		err, IG_EDIGEST, "registry '%s' says that it took '%s', not %s",
		push->ref->host, show(text, answer->digest), digest->text);
}

/* ---- a blob ---- */

static int find(bool *there, struct push *push, const char *url,
		const char *accept, struct answer *answer, struct ig_err *err)
{
	struct fetch fetch = request(push, METHOD_HEAD, url);

	fetch.accept = accept;
	*there = retry_run(push->registry, &fetch, answer, err) == 0;
	return *there || (err->code == IG_ENOENT && answer->status == 404) ? 0
									   : -1;
}

struct upload {
	struct push *push;
	const struct ig_push_blob *blob;
	const char *url; /* where it begins */
};

/* What became of an upload that broke off is not known: it begins anew. */
static int upload_once(void *ctx, struct answer *answer, struct ig_err *err)
{
	const struct upload *up = ctx;
	struct push *push = up->push;
	struct fetch post = request(push, METHOD_POST, up->url);
	struct fetch put = request(push, METHOD_PUT, NULL);
	ig_autofree char *url = NULL;

	post.type = put.type = BYTES;
	put.data = up->blob->data;
	if (request_run(push->registry, &post, answer, err) < 0)
		return -1;
	put.url = url =
		url_upload(up->url, answer->location, up->blob->digest, err);
	if (!url) {
		answer->ours = true;
		return ig_wrap(err, "registry '%s'", push->ref->host);
	}
	return request_run(push->registry, &put, answer, err);
}

static int upload(struct push *push, const struct ig_push_blob *blob,
		  struct ig_err *err)
{
	ig_autofree char *url = url_uploads(push->ref, push->plain, err);
	struct upload up = { push, blob, url };
	struct answer answer;
	char size[16];

	if (!url || retry(upload_once, &up, &push->stop, &answer, err) < 0 ||
	    check_digest(push, &answer, blob->digest, err) < 0)
		return -1;
	ig_info("pushed %.12s (%s)", ig_digest_hex(blob->digest),
		ig_size_text(size, ig_rope_size(blob->data)));
	return 0;
}

static int push_blob(struct push *push, const struct ig_push_blob *blob,
		     struct ig_err *err)
{
	ig_autofree char *url =
		url_blob(push->ref, blob->digest, push->plain, err);
	struct answer answer;
	bool there = false;

	if (!url || find(&there, push, url, NULL, &answer, err) < 0 ||
	    (!there && upload(push, blob, err) < 0))
		return ig_wrap(err, "blob %s", blob->digest->text);
	pthread_mutex_lock(&push->lock);
	if (there) {
		push->done.there++;
	} else {
		push->done.uploaded++;
		push->done.bytes += ig_rope_size(blob->data);
	}
	pthread_mutex_unlock(&push->lock);
	return 0;
}

static bool is_again(const struct ig_push_blob *blobs, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (ig_digest_equal(blobs[k].digest, blobs[i].digest))
			return true;
	return false;
}

static int push_job(void *ctx, size_t i, struct ig_err *err)
{
	struct push *push = ctx;

	if (is_again(push->what->blobs, i) ||
	    push_blob(push, &push->what->blobs[i], err) == 0)
		return 0;
	pthread_mutex_lock(&push->lock);
	if (!atomic_exchange(&push->stop, true))
		push->cause = *err;
	pthread_mutex_unlock(&push->lock);
	return -1;
}

/* ---- the manifest ---- */

static int put_manifest(struct push *push, const char *url, struct ig_err *err)
{
	const struct ig_push_blob *manifest = &push->what->manifest;
	ig_autofree char *type =
		ig_format(err, "Content-Type: %s", push->what->media_type);
	struct fetch put = request(push, METHOD_PUT, url);
	struct answer answer;

	put.type = type;
	put.data = manifest->data;
	if (!type || retry_run(push->registry, &put, &answer, err) < 0)
		return -1;
	return check_digest(push, &answer, manifest->digest, err);
}

static int push_manifest(struct push *push, struct ig_err *err)
{
	const char *digest = push->what->manifest.digest->text;
	ig_autofree char *url = url_manifest(push->ref, NULL, push->plain, err);
	ig_autofree char *accept =
		ig_format(err, "Accept: %s", push->what->media_type);
	struct answer answer;
	bool there = false;

	if (!url || !accept ||
	    find(&there, push, url, accept, &answer, err) < 0)
		return -1;
	if (there && ig_streq(answer.digest, digest))
		return 0;
	return put_manifest(push, url, err);
}

static int push_all(struct push *push, struct ig_err *err)
{
	int rc = ig_parallel(push->what->n, push->registry->parallel, push_job,
			     push, err);

	/* not that of one which only ended because of another */
	if (rc < 0 && atomic_load(&push->stop))
		*err = push->cause;
	if (rc < 0)
		return -1;
	return push_manifest(push, err) < 0 ? ig_wrap(err, "manifest") : 0;
}

int ig_registry_push(struct ig_registry *registry, const struct ig_ref *ref,
		     const struct ig_push *what, struct ig_pushed *out,
		     struct ig_err *err)
{
	const char *const *insecure = (const char *const *)registry->insecure;
	struct push push = { .registry = registry,
			     .ref = ref,
			     .what = what,
			     .plain = url_plain(ref->host, insecure) };
	int rc;

	pthread_mutex_init(&push.lock, NULL);
	atomic_init(&push.stop, false);
	rc = push_all(&push, err);
	pthread_mutex_destroy(&push.lock);
	*out = push.done;
	return rc < 0 ? ig_wrap(err, "push to '%s'", ref->text) : 0;
}
