/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_ROOTFS_JSON_WRITER_H
#define IG_ROOTFS_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec.h>

struct ig_err;
struct ig_buf;

/*
 * JSON in the order of the calls, laid out as Go's MarshalIndent with four
 * spaces does it: no newline at the end, "[]" and "{}" for what is empty.
 *
 * Errors stick: after the first one every call does nothing, and
 * ig_json_done() tells. So a writer reads as the document does.
 *
 * @key is NULL for elements of arrays and for the document itself.
 */
struct ig_json {
	struct ig_buf *out; /* borrowed */
	struct ig_err *err; /* borrowed */
	unsigned depth;	    /* open objects and arrays, at most 16 */
	uint32_t array;	    /* bit d: what is open at depth d is an array */
	uint32_t filled;    /* bit d: it has an element */
	bool failed;
};

void ig_json_init(struct ig_json *json, struct ig_buf *out, struct ig_err *err);
/** ig_json_done() - 0, or -1 with the error given to ig_json_init() filled. */
int ig_json_done(const struct ig_json *json);
/** ig_json_stop() - make it fail; the caller has filled the error. */
void ig_json_stop(struct ig_json *json);

void ig_json_object(struct ig_json *json, const char *key);
void ig_json_array(struct ig_json *json, const char *key);
void ig_json_end(struct ig_json *json); /* of the object or array */

void ig_json_text(struct ig_json *json, const char *key, const char *text);
void ig_json_int(struct ig_json *json, const char *key, int64_t value);
void ig_json_uint(struct ig_json *json, const char *key, uint64_t value);
void ig_json_bool(struct ig_json *json, const char *key, bool value);
/** ig_json_texts() - an array of strings, also when it is empty. */
void ig_json_texts(struct ig_json *json, const char *key,
		   const struct ig_strs *texts);

/* What Go's "omitempty" leaves out is left out: NULL and the empty text, the
 * empty list, false, a number that is not there. */
void ig_json_some_text(struct ig_json *json, const char *key, const char *text);
void ig_json_some_texts(struct ig_json *json, const char *key,
			const struct ig_strs *texts);
void ig_json_some_int(struct ig_json *json, const char *key,
		      const struct ig_opt_int *value);
void ig_json_some_true(struct ig_json *json, const char *key, bool value);

#endif
