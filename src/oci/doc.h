/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SRC_OCI_DOC_H
#define IG_SRC_OCI_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <ingot/oci.h>

struct ig_err;

/*
 * Strict reading of JSON documents. `null` counts as absent everywhere: Go
 * programs write it for an empty list or map. All text that is given out is
 * malloc()ed; all failures are IG_EFORMAT (IG_ELIMIT: a limit of ours).
 */

/** doc_load() - one JSON value and nothing behind it: at most IG_DOC_MAX
 * bytes, 64 levels and 200000 values; no name twice, no NUL. */
json_t *doc_load(const void *json, size_t len, struct ig_err *err);
void doc_freep(json_t **doc);

#define doc_auto __attribute__((cleanup(doc_freep)))

/** doc_get() - the member @key, NULL when absent or null. Borrowed. */
json_t *doc_get(const json_t *obj, const char *key);
bool doc_has(const json_t *obj, const char *key);

/** doc_need_object() - @doc itself is an object. */
int doc_need_object(const json_t *doc, struct ig_err *err);
/** doc_object() - *@out NULL when absent. */
int doc_object(json_t **out, const json_t *obj, const char *key,
	       struct ig_err *err);
/** doc_array() - *@out NULL when absent; *@n its length. */
int doc_array(json_t **out, size_t *n, const json_t *obj, const char *key,
	      struct ig_err *err);
/** doc_text() - *@out NULL when absent or "". Owned by the caller. */
int doc_text(char **out, const json_t *obj, const char *key,
	     struct ig_err *err);
/** doc_need_text() - as doc_text(), absent or "" fails. */
int doc_need_text(char **out, const json_t *obj, const char *key,
		  struct ig_err *err);
/** doc_texts() - a list of strings; 0 of them when absent. The list counts
 * as far as *@n says, also after a failure: free with doc_texts_done(). */
int doc_texts(char ***out, size_t *n, const json_t *obj, const char *key,
	      struct ig_err *err);
void doc_texts_done(char ***list, size_t *n);
/** doc_size() - an integer from 0 to 2^63-1, not a real, not text. */
int doc_size(uint64_t *out, const json_t *obj, const char *key,
	     struct ig_err *err);

/** doc_list() - zeroed memory for @n things of @size, never NULL for n 0. */
void *doc_list(size_t n, size_t size, struct ig_err *err);

#define DOC_SHOW 64
/** doc_show() - @text for a message: cut, nothing but printable ASCII. */
const char *doc_show(char out[DOC_SHOW], const char *text);
/** doc_mask() - the same in place: what is not printable ASCII becomes '?'. */
void doc_mask(char *text);

/** doc_head() - an image document: schemaVersion 2, and mediaType, when there
 * is one, accepted by @fits. */
int doc_head(const json_t *doc, bool (*fits)(const char *media_type),
	     struct ig_err *err);

/** descriptor_parse() - @out zeroed on failure. */
int descriptor_parse(struct ig_descriptor *out, const json_t *obj,
		     struct ig_err *err);
/** descriptor_skip() - whether @obj's digest is well-formed, but of another
 * algorithm than sha256 (descriptor.md, "Digests"). */
bool descriptor_skip(const json_t *obj);

#endif
