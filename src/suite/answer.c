/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <ingot/own.h>
#include <ingot/str.h>

#include "suite_internal.h"

#define NUMBER_MAX ((int64_t)1 << 40)

static int64_t get_number(const json_t *line, const char *key)
{
	const json_t *value = json_object_get(line, key);
	int64_t n = json_integer_value(value);

	return json_is_integer(value) && n >= 0 && n <= NUMBER_MAX ? n : -1;
}

/* Without a NUL inside: the reader refuses these. */
static char *get_text(const json_t *line, const char *key)
{
	const json_t *value = json_object_get(line, key);

	return json_is_string(value) ? ig_strcopy(json_string_value(value),
						  json_string_length(value))
				     : NULL;
}

static bool get_bool(const json_t *line, const char *key)
{
	return json_is_true(json_object_get(line, key));
}

int answer_parse(struct answer *out, const char *text, size_t len)
{
	json_error_t ignored;
	json_t *line = len > ANSWER_MAX
			       ? NULL
			       : json_loadb(text, len, JSON_REJECT_DUPLICATES,
					    &ignored);

	memset(out, 0, sizeof(*out));
	if (!json_is_object(line) || get_number(line, "id") < 0) {
		json_decref(line);
		return -1;
	}
	*out = (struct answer){
		.id = get_number(line, "id"),
		.error = get_text(line, "error"),
		.code = get_number(line, "code"),
		.signal = get_number(line, "signal"),
		.mode = get_number(line, "mode"),
		.total_kib = get_number(line, "totalKiB"),
		.available_kib = get_number(line, "availableKiB"),
		.type = get_text(line, "type"),
		.output = get_text(line, "stdout"),
		.said = get_text(line, "stderr"),
		.contents = get_text(line, "contents"),
		.ended = get_bool(line, "ended"),
		.started = get_bool(line, "started"),
		.done = get_bool(line, "done"),
	};
	json_decref(line);
	return 0;
}

void answer_done(struct answer *answer)
{
	free(answer->error);
	free(answer->type);
	free(answer->output);
	free(answer->said);
	free(answer->contents);
	memset(answer, 0, sizeof(*answer));
}
