/* SPDX-License-Identifier: Apache-2.0 */
#include "json_writer.h"

#include <assert.h>
#include <inttypes.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>

#define DEPTH_MAX 16u

void ig_json_init(struct ig_json *json, struct ig_buf *out, struct ig_err *err)
{
	*json = (struct ig_json){ .out = out, .err = err };
}

int ig_json_done(const struct ig_json *json)
{
	if (json->failed)
		return -1;
	assert(json->depth == 0);
	return 0;
}

void ig_json_stop(struct ig_json *json)
{
	json->failed = true;
}

static void puts_raw(struct ig_json *json, const char *text)
{
	if (!json->failed && ig_buf_puts(json->out, text, json->err) < 0)
		json->failed = true;
}

static void new_line(struct ig_json *json)
{
	puts_raw(json, "\n");
	for (unsigned i = 0; i < json->depth; i++)
		puts_raw(json, "    ");
}

static void put_text(struct ig_json *json, const char *text)
{
	if (!json->failed && ig_json_string(json->out, text, json->err) < 0)
		json->failed = true;
}

/* Everything that stands in front of a value. */
static void begin(struct ig_json *json, const char *key)
{
	uint32_t bit = UINT32_C(1) << json->depth;

	if (json->depth == 0)
		return;
	assert(!key == !!(json->array & bit));
	if (json->filled & bit)
		puts_raw(json, ",");
	json->filled |= bit;
	new_line(json);
	if (key) {
		put_text(json, key);
		puts_raw(json, ": ");
	}
}

static void open_level(struct ig_json *json, const char *key, bool array)
{
	uint32_t bit;

	begin(json, key);
	puts_raw(json, array ? "[" : "{");
	assert(json->depth < DEPTH_MAX);
	json->depth++;
	bit = UINT32_C(1) << json->depth;
	json->filled &= ~bit;
	json->array = array ? json->array | bit : json->array & ~bit;
}

void ig_json_object(struct ig_json *json, const char *key)
{
	open_level(json, key, false);
}

void ig_json_array(struct ig_json *json, const char *key)
{
	open_level(json, key, true);
}

void ig_json_end(struct ig_json *json)
{
	uint32_t bit = UINT32_C(1) << json->depth;

	assert(json->depth > 0);
	json->depth--;
	if (json->filled & bit)
		new_line(json);
	puts_raw(json, json->array & bit ? "]" : "}");
}

void ig_json_text(struct ig_json *json, const char *key, const char *text)
{
	begin(json, key);
	put_text(json, text ? text : "");
}

void ig_json_int(struct ig_json *json, const char *key, int64_t value)
{
	begin(json, key);
	if (!json->failed &&
	    ig_buf_printf(json->out, json->err, "%" PRId64, value) < 0)
		json->failed = true;
}

void ig_json_uint(struct ig_json *json, const char *key, uint64_t value)
{
	begin(json, key);
	if (!json->failed &&
	    ig_buf_printf(json->out, json->err, "%" PRIu64, value) < 0)
		json->failed = true;
}

void ig_json_bool(struct ig_json *json, const char *key, bool value)
{
	begin(json, key);
	puts_raw(json, value ? "true" : "false");
}

void ig_json_texts(struct ig_json *json, const char *key,
		   const struct ig_strs *texts)
{
	ig_json_array(json, key);
	for (size_t i = 0; i < texts->n; i++)
		ig_json_text(json, NULL, texts->v[i]);
	ig_json_end(json);
}

void ig_json_some_text(struct ig_json *json, const char *key, const char *text)
{
	if (text && text[0])
		ig_json_text(json, key, text);
}

void ig_json_some_texts(struct ig_json *json, const char *key,
			const struct ig_strs *texts)
{
	if (texts->n > 0)
		ig_json_texts(json, key, texts);
}

void ig_json_some_int(struct ig_json *json, const char *key,
		      const struct ig_opt_int *value)
{
	if (value->set)
		ig_json_int(json, key, value->v);
}

void ig_json_some_true(struct ig_json *json, const char *key, bool value)
{
	if (value)
		ig_json_bool(json, key, true);
}
