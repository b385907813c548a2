/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <strings.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/str.h>

#include "client.h"

#define ACCEPT                                                                 \
	"Accept: " IG_MEDIA_INDEX ", " IG_MEDIA_MANIFEST                       \
	", " IG_MEDIA_DOCKER_LIST ", " IG_MEDIA_DOCKER_MANIFEST
#define DEEPEST 3 /* indexes in indexes */

static int begin(void *ctx, struct ig_err *err)
{
	struct ig_buf *text = ctx;

	(void)err;
	ig_buf_clear(text);
	return 0;
}

static int body(void *ctx, const void *data, size_t len, struct ig_err *err)
{
	struct ig_buf *text = ctx;

	if (ig_buf_add(text, data, len, err) < 0)
		return ig_wrap(err, "manifest");
	return 0;
}

/* The document and what the registry says of it. */
static int get(struct ig_buf *text, struct answer *answer,
	       const struct route *route, const struct ig_digest *digest,
	       struct ig_err *err)
{
	const struct ig_ref *ref = route->ref;
	const char *const *insecure =
		(const char *const *)route->registry->insecure;
	bool plain = url_plain(ref->host, insecure);
	ig_autofree char *url = url_manifest(ref, digest, plain, err);
	struct fetch fetch = { .url = url,
			       .accept = ACCEPT,
			       .host = ref->host,
			       .begin = begin,
			       .body = body,
			       .ctx = text };

	if (!url)
		return -1;
	return retry_run(route->registry, &fetch, answer, err);
}

/* Content-Type without its parameters, in lower case. */
static void plain_type(char type[FIELD_MAX])
{
	type[strcspn(type, "; \t")] = '\0';
	for (char *p = type; *p; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	}
}

/*
 * CVE-2021-41190: a document is what three say that it is, the registry, the
 * document, and the descriptor that led here; all that speak must agree.
 */
static int check_type(char **out, struct answer *answer,
		      const struct ig_buf *text,
		      const struct ig_descriptor *from, struct ig_err *err)
{
	ig_autofree char *media = NULL;
	char is[SHOW_MAX];
	char said[SHOW_MAX];
	bool own = false;

	plain_type(answer->type);
	if (answer->type[0] && !ig_media_is_index(answer->type) &&
	    !ig_media_is_manifest(answer->type))
		return ig_fail(
			err, IG_EFORMAT,
			"the registry sent '%s' instead of an image manifest",
			show(said, answer->type));
	media = ig_media_of_doc(text->data, text->len, &own, err);
	if (!media)
		return ig_wrap(err, "manifest");
	if (own && answer->type[0] && strcmp(media, answer->type) != 0)
		return ig_fail(
			err, IG_EFORMAT,
			"the document says that it is '%s', the registry that it is '%s'",
			show(is, media), show(said, answer->type));
	if (!own && answer->type[0]) {
		ig_freep(&media);
		media = ig_strdup(answer->type, err);
		if (!media)
			return -1;
	}
	if (from && !ig_streq(from->media_type, media))
		return ig_fail(err, IG_EFORMAT,
			       "the document is '%s', but the index says '%s'",
			       show(is, media), show(said, from->media_type));
	*out = ig_take(&media);
	return 0;
}

/* Whether it is one of the two kinds, whole and readable. */
static int check_doc(const char *media, const struct ig_buf *text,
		     struct ig_err *err)
{
	IG_AUTO(ig_index_done) struct ig_index index = { 0 };
	IG_AUTO(ig_manifest_done) struct ig_manifest manifest = { 0 };
	char said[SHOW_MAX];

	if (ig_media_is_index(media)) {
		if (ig_index_parse(&index, text->data, text->len, err) < 0)
			return ig_wrap(err, "index");
		return 0;
	}
	if (!ig_media_is_manifest(media))
		return ig_fail(err, IG_EFORMAT, "'%s' is not an image",
			       show(said, media));
	if (ig_manifest_parse(&manifest, text->data, text->len, err) < 0)
		return ig_wrap(err, "manifest");
	return 0;
}

static int check_digest(struct ig_digest *is, const struct ig_buf *text,
			const struct ig_digest *want,
			const struct answer *answer, struct ig_err *err)
{
	char hex[IG_SHA256_HEX];
	char said[SHOW_MAX];

	if (ig_hash_bytes(hex, text->data, text->len, err) < 0)
		return -1;
	ig_digest_from_hex(is, hex);
	if (want && !ig_digest_equal(want, is))
		return ig_fail(err, IG_EDIGEST,
			       "manifest %s has other content: it hashes to %s",
			       want->text, is->text);
	/* Of another algorithm: nothing that it could tell us. */
	if (ig_starts(answer->digest, "sha256:") &&
	    strcmp(answer->digest, is->text) != 0)
		return ig_fail(
			err, IG_EDIGEST,
			"the registry says that the manifest is %s, but it hashes to %s",
			show(said, answer->digest), is->text);
	return 0;
}

/*
 * From the registry to the store. @want: the digest asked for, NULL for the
 * tag. @from: the descriptor that led here, or NULL.
 */
static int fetch_doc(struct ig_descriptor *out, const struct route *route,
		     const struct ig_digest *want,
		     const struct ig_descriptor *from, struct ig_err *err)
{
	size_t most = from && from->size < IG_DOC_MAX ? (size_t)from->size
						      : IG_DOC_MAX;
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(most);
	ig_autofree char *media = NULL;
	struct answer answer;

	if (get(&text, &answer, route, want, err) < 0)
		return -1;
	if (from && text.len != from->size)
		return ig_fail(
			err, IG_EDIGEST,
			"manifest %s has %zu bytes, but %llu were promised",
			want->text, text.len, (unsigned long long)from->size);
	if (ig_buf_reserve(&text, 0, err) < 0 ||
	    check_digest(&out->digest, &text, want, &answer, err) < 0 ||
	    check_type(&media, &answer, &text, from, err) < 0 ||
	    check_doc(media, &text, err) < 0 ||
	    ig_store_put_bytes(route->store, text.data, text.len, &out->digest,
			       err) < 0)
		return -1;
	out->media_type = ig_take(&media);
	out->size = text.len;
	return 0;
}

/* A digest never points to something else: what is here is right. */
static bool have_doc(struct ig_descriptor *out, struct ig_store *store,
		     const struct ig_digest *digest)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	ig_autofree char *media = NULL;
	struct ig_err ignored;

	if (ig_store_read_blob(&text, store, digest, &ignored) < 0)
		return false;
	media = ig_media_of_doc(text.data, text.len, NULL, &ignored);
	if (!media || check_doc(media, &text, &ignored) < 0)
		return false;
	out->digest = *digest;
	out->size = text.len;
	out->media_type = ig_take(&media);
	return true;
}

int manifest_top(struct ig_descriptor *out, const struct route *route,
		 struct ig_err *err)
{
	const struct ig_ref *ref = route->ref;
	const struct ig_digest *want = ref->has_digest ? &ref->digest : NULL;

	memset(out, 0, sizeof(*out));
	if (want && have_doc(out, route->store, want))
		return 0;
	return fetch_doc(out, route, want, NULL, err);
}

/* The text of a document, from the store or first into it. */
static int need_doc(struct ig_buf *text, const struct route *route,
		    const struct ig_descriptor *desc, struct ig_err *err)
{
	IG_AUTO(ig_descriptor_done) struct ig_descriptor got = { 0 };

	ig_buf_clear(text);
	if (desc->size > IG_DOC_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "manifest %s is larger than %u bytes",
			       desc->digest.text, IG_DOC_MAX);
	if (!ig_store_has(route->store, &desc->digest, desc->size) &&
	    fetch_doc(&got, route, &desc->digest, desc, err) < 0)
		return -1;
	if (ig_store_read_blob(text, route->store, &desc->digest, err) < 0)
		return -1;
	return ig_buf_reserve(text, 0, err);
}

static int pick(struct ig_descriptor *at, const struct ig_buf *text,
		const char *arch, struct ig_err *err)
{
	IG_AUTO(ig_index_done) struct ig_index index = { 0 };
	const struct ig_descriptor *found;

	if (ig_index_parse(&index, text->data, text->len, err) < 0)
		return ig_wrap(err, "index %s", at->digest.text);
	found = ig_index_pick(&index, arch, err);
	if (!found)
		return -1;
	ig_descriptor_done(at);
	return ig_descriptor_copy(at, found, err);
}

int manifest_walk(struct ig_digest *out, const struct route *route,
		  const struct ig_descriptor *top, const char *arch,
		  struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	IG_AUTO(ig_descriptor_done) struct ig_descriptor at = { 0 };

	if (ig_descriptor_copy(&at, top, err) < 0)
		return -1;
	for (int i = 0;; i++) {
		if (need_doc(&text, route, &at, err) < 0)
			return -1;
		if (!ig_media_is_index(at.media_type))
			break;
		if (i == DEEPEST)
			return ig_fail(err, IG_ELIMIT,
				       "index is nested more than %d deep",
				       DEEPEST);
		if (pick(&at, &text, arch, err) < 0)
			return -1;
	}
	*out = at.digest;
	return check_doc(at.media_type, &text, err);
}
