/* SPDX-License-Identifier: Apache-2.0 */
#include "doc.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define DEPTH_MAX  64
#define VALUES_MAX 200000 /* a value costs up to 300 bytes, 2 in the text */

void doc_freep(json_t **doc)
{
	json_decref(*doc);
	*doc = NULL;
}

/* jansson has its own limit of depth, 2048, but none of the number of values:
 * 4 MiB of "{}," would take half a gigabyte. */
static int check_shape(const char *text, size_t len, struct ig_err *err)
{
	size_t values = 1;
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth -= depth > 0;
		if (c == ',' || c == '{' || c == '[')
			values++;
		if (depth > DEPTH_MAX)
			return ig_fail(err, IG_ELIMIT,
				       "JSON nested deeper than %d levels",
				       DEPTH_MAX);
		if (values > VALUES_MAX)
			return ig_fail(err, IG_ELIMIT,
				       "JSON with more than %d values",
				       VALUES_MAX);
	}
	return 0;
}

json_t *doc_load(const void *json, size_t len, struct ig_err *err)
{
	char show[DOC_SHOW];
	json_error_t why;
	json_t *doc;

	if (len > IG_DOC_MAX) {
		ig_fail(err, IG_ELIMIT, "document larger than %u bytes",
			IG_DOC_MAX);
		return NULL;
	}
	if (len == 0) {
		ig_fail(err, IG_EFORMAT, "empty document");
		return NULL;
	}
	if (check_shape(json, len, err) < 0)
		return NULL;
	doc = json_loadb(json, len, JSON_REJECT_DUPLICATES, &why);
	if (doc)
		return doc;
	if (json_error_code(&why) == json_error_out_of_memory)
		ig_fail_mem(err);
	else
		ig_fail(err, IG_EFORMAT, "not valid JSON at byte %d: %s",
			why.position, doc_show(show, why.text));
	return NULL;
}

const char *doc_show(char out[DOC_SHOW], const char *text)
{
	size_t len = strnlen(text, DOC_SHOW - 1);

	memcpy(out, text, len);
	out[len] = '\0';
	doc_mask(out);
	return out;
}

void doc_mask(char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c >= 0x7f)
			*text = '?';
	}
}

json_t *doc_get(const json_t *obj, const char *key)
{
	json_t *value = json_object_get(obj, key);

	return json_is_null(value) ? NULL : value;
}

bool doc_has(const json_t *obj, const char *key)
{
	return doc_get(obj, key) != NULL;
}

int doc_need_object(const json_t *doc, struct ig_err *err)
{
	if (!json_is_object(doc))
		return ig_fail(err, IG_EFORMAT, "not a JSON object");
	return 0;
}

int doc_object(json_t **out, const json_t *obj, const char *key,
	       struct ig_err *err)
{
	*out = doc_get(obj, key);
	if (*out && !json_is_object(*out))
		return ig_fail(err, IG_EFORMAT, "%s: not an object", key);
	return 0;
}

int doc_array(json_t **out, size_t *n, const json_t *obj, const char *key,
	      struct ig_err *err)
{
	*out = doc_get(obj, key);
	*n = 0;
	if (!*out)
		return 0;
	if (!json_is_array(*out))
		return ig_fail(err, IG_EFORMAT, "%s: not a list", key);
	*n = json_array_size(*out);
	return 0;
}

static char *copy_text(const json_t *value, const char *key, struct ig_err *err)
{
	char *copy;

	if (!json_is_string(value)) {
		ig_fail(err, IG_EFORMAT, "%s: not a string", key);
		return NULL;
	}
	copy = ig_strcopy(json_string_value(value), json_string_length(value));
	if (!copy)
		ig_fail_mem(err);
	return copy;
}

int doc_text(char **out, const json_t *obj, const char *key, struct ig_err *err)
{
	const json_t *value = doc_get(obj, key);

	*out = NULL;
	if (!value)
		return 0;
	*out = copy_text(value, key, err);
	if (!*out)
		return -1;
	if (!**out) {
		ig_freep(out);
		*out = NULL;
	}
	return 0;
}

int doc_need_text(char **out, const json_t *obj, const char *key,
		  struct ig_err *err)
{
	if (doc_text(out, obj, key, err) < 0)
		return -1;
	if (!*out)
		return ig_fail(err, IG_EFORMAT, "%s: missing", key);
	return 0;
}

void *doc_list(size_t n, size_t size, struct ig_err *err)
{
	void *list = calloc(n ? n : 1, size);

	if (!list)
		ig_fail_mem(err);
	return list;
}

int doc_texts(char ***out, size_t *n, const json_t *obj, const char *key,
	      struct ig_err *err)
{
	json_t *list;
	size_t count;

	*out = NULL;
	*n = 0;
	if (doc_array(&list, &count, obj, key, err) < 0)
		return -1;
	*out = doc_list(count, sizeof(**out), err);
	if (!*out)
		return -1;
	for (; *n < count; (*n)++) {
		(*out)[*n] = copy_text(json_array_get(list, *n), key, err);
		if (!(*out)[*n])
			return -1;
	}
	return 0;
}

void doc_texts_done(char ***list, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		ig_freep(&(*list)[i]);
	ig_freep(list);
	*list = NULL;
	*n = 0;
}

int doc_size(uint64_t *out, const json_t *obj, const char *key,
	     struct ig_err *err)
{
	const json_t *value = doc_get(obj, key);

	*out = 0;
	if (!value)
		return ig_fail(err, IG_EFORMAT, "%s: missing", key);
	/* jansson itself refuses integers of 2^63 and more */
	if (!json_is_integer(value))
		return ig_fail(err, IG_EFORMAT, "%s: not an integer", key);
	if (json_integer_value(value) < 0)
		return ig_fail(err, IG_EFORMAT, "%s: negative", key);
	*out = (uint64_t)json_integer_value(value);
	return 0;
}

int doc_head(const json_t *doc, bool (*fits)(const char *media_type),
	     struct ig_err *err)
{
	ig_autofree char *media = NULL;
	char show[DOC_SHOW];
	uint64_t version;

	if (doc_need_object(doc, err) < 0 ||
	    doc_size(&version, doc, "schemaVersion", err) < 0)
		return -1;
	if (version == 1)
		return ig_fail(
			err, IG_EFORMAT,
			"schemaVersion 1 is not supported; push the image again with a current tool");
	if (version != 2)
		return ig_fail(err, IG_EFORMAT, "schemaVersion is not 2");
	if (doc_text(&media, doc, "mediaType", err) < 0)
		return -1;
	if (media && !fits(media))
		return ig_fail(err, IG_EFORMAT,
			       "mediaType '%s' does not fit the document",
			       doc_show(show, media));
	return 0;
}
