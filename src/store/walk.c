/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>

/* Indexes in indexes: more than anybody makes, few enough for the stack. */
#define DEEPEST	 8
#define SEEN_MAX 4000000

/*
 * What was met: an open-addressed table. A digest is met once as a document
 * and once as a leaf, so that a layer that is also somebody's manifest is
 * still walked. Digests are evenly spread, so their text is their hash.
 */
struct slot {
	struct ig_digest digest; /* empty text: free */
	bool doc;
	bool kept; /* the visitor wanted it */
};

struct ig_seen {
	struct slot *slots;
	size_t cap, used; /* cap is a power of two */
	struct ig_digest *list;
};

static size_t start_of(const char *hex, size_t cap)
{
	uint64_t hash = 0;

	for (int i = 0; i < 16 && hex[i]; i++)
		hash = hash * 31 + (unsigned char)hex[i];
	return (size_t)(hash * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (cap - 1);
}

static struct slot *find_slot(const struct ig_seen *seen, const char *hex,
			      bool doc)
{
	size_t i = start_of(hex, seen->cap);

	for (;; i = (i + 1) & (seen->cap - 1)) {
		struct slot *slot = &seen->slots[i];

		if (!slot->digest.text[0] ||
		    (slot->doc == doc &&
		     strcmp(ig_digest_hex(&slot->digest), hex) == 0))
			return slot;
	}
}

static int grow(struct ig_seen *seen, struct ig_err *err)
{
	struct ig_seen next = { .cap = seen->cap ? seen->cap * 2 : 64 };

	if (next.cap > SEEN_MAX)
		return ig_fail(err, IG_ELIMIT, "too many blobs in one image");
	next.slots = calloc(next.cap, sizeof(*next.slots));
	if (!next.slots)
		return ig_fail_mem(err);
	for (size_t i = 0; i < seen->cap; i++) {
		const struct slot *old = &seen->slots[i];

		if (old->digest.text[0])
			*find_slot(&next, ig_digest_hex(&old->digest),
				   old->doc) = *old;
	}
	free(seen->slots);
	seen->slots = next.slots;
	seen->cap = next.cap;
	return 0;
}

/* 1 when it is new, 0 when it was met before. *@out is valid until the next. */
static int meet(struct slot **out, struct ig_seen *seen,
		const struct ig_digest *digest, bool doc, struct ig_err *err)
{
	struct slot *slot;

	if (seen->used >= seen->cap / 2 && grow(seen, err) < 0)
		return -1;
	slot = find_slot(seen, ig_digest_hex(digest), doc);
	if (slot->digest.text[0])
		return 0;
	slot->digest = *digest;
	slot->doc = doc;
	seen->used++;
	*out = slot;
	return 1;
}

bool ig_seen_has(const struct ig_seen *seen, const char *hex)
{
	if (!seen || seen->cap == 0)
		return false;
	return find_slot(seen, hex, true)->kept ||
	       find_slot(seen, hex, false)->kept;
}

void ig_seen_free(struct ig_seen *seen)
{
	if (!seen)
		return;
	free(seen->slots);
	free(seen->list);
	free(seen);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct ig_digest *)a)->text,
		      ((const struct ig_digest *)b)->text);
}

const struct ig_digest *ig_seen_list(struct ig_seen *seen, size_t *n)
{
	size_t count = 0;
	size_t last = 0;

	*n = 0;
	free(seen->list);
	seen->list = calloc(seen->used + 1, sizeof(*seen->list));
	if (!seen->list)
		return NULL;
	for (size_t i = 0; i < seen->cap; i++)
		if (seen->slots[i].kept)
			seen->list[count++] = seen->slots[i].digest;
	qsort(seen->list, count, sizeof(*seen->list), by_text);
	for (size_t i = 1; i < count; i++)
		if (by_text(&seen->list[last], &seen->list[i]) != 0)
			seen->list[++last] = seen->list[i];
	*n = count ? last + 1 : 0;
	return seen->list;
}

static int walk(struct ig_walk *w, const struct ig_descriptor *desc,
		enum ig_role role, int depth, struct ig_err *err);

/* A bad document is one thing, a machine that cannot read it another. */
static int forgive(const struct ig_walk *w, struct ig_err *err)
{
	if (!w->lenient || (err->code != IG_ENOENT && err->code != IG_EDIGEST &&
			    err->code != IG_EFORMAT && err->code != IG_ELIMIT))
		return -1;
	ig_err_clear(err);
	return 0;
}

static int walk_index(struct ig_walk *w, const struct ig_buf *text, int depth,
		      struct ig_err *err)
{
	IG_AUTO(ig_index_done) struct ig_index index = { 0 };

	if (ig_index_parse(&index, text->data ? text->data : "", text->len,
			   err) < 0)
		return forgive(w, err);
	for (size_t i = 0; i < index.n; i++)
		if (walk(w, &index.v[i], IG_ROLE_ENTRY, depth + 1, err) < 0)
			return -1;
	return 0;
}

static int walk_manifest(struct ig_walk *w, const struct ig_buf *text,
			 int depth, struct ig_err *err)
{
	IG_AUTO(ig_manifest_done) struct ig_manifest doc = { 0 };

	if (ig_manifest_parse(&doc, text->data ? text->data : "", text->len,
			      err) < 0)
		return forgive(w, err);
	if (walk(w, &doc.config, IG_ROLE_CONFIG, depth + 1, err) < 0)
		return -1;
	for (size_t i = 0; i < doc.layers_n; i++)
		if (walk(w, &doc.layers[i], IG_ROLE_LAYER, depth + 1, err) < 0)
			return -1;
	return 0;
}

/* Below a document that the visitor wants to see. */
static int descend(struct ig_walk *w, const struct ig_descriptor *desc,
		   int depth, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	int deepest = w->deepest ? w->deepest : DEEPEST;
	int result;

	if (depth > deepest) {
		ig_fail(err, IG_ELIMIT, "index %s is nested more than %d deep",
			desc->digest.text, deepest);
		return forgive(w, err);
	}
	if (ig_blob_doc(&text, w->store, desc, err) < 0)
		return forgive(w, err);
	if (ig_media_is_index(desc->media_type))
		result = walk_index(w, &text, depth, err);
	else
		result = walk_manifest(w, &text, depth, err);
	return result;
}

static int walk(struct ig_walk *w, const struct ig_descriptor *desc,
		enum ig_role role, int depth, struct ig_err *err)
{
	bool doc = (role == IG_ROLE_TOP || role == IG_ROLE_ENTRY) &&
		   desc->media_type &&
		   (ig_media_is_index(desc->media_type) ||
		    ig_media_is_manifest(desc->media_type));
	struct slot *slot;
	int result = meet(&slot, w->seen, &desc->digest, doc, err);

	if (result <= 0)
		return result;
	result = w->visit(w->ctx, desc, role, err);
	slot->kept = result > 0;
	if (result <= 0 || !doc)
		return result < 0 ? -1 : 0;
	return descend(w, desc, depth, err);
}

int ig_walk_from(struct ig_walk *w, const struct ig_descriptor *top,
		 struct ig_err *err)
{
	if (!w->seen)
		w->seen = calloc(1, sizeof(*w->seen));
	if (!w->seen)
		return ig_fail_mem(err);
	return walk(w, top, IG_ROLE_TOP, 0, err);
}
