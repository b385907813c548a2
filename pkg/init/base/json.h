/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_JSON_H
#define INIT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strings {
	char **v;
	size_t n;
};

/** A place in a JSON text. The first failure is kept in msg. */
struct json {
	const char *start;
	const char *p;
	const char *end;
	int depth;
	char msg[160];
};

/** Reads one value into a field; 0, or -1 with j->msg filled. */
typedef int json_read_fn(struct json *j, void *out);

/** One known key of an object; @off is the field's place in its struct. */
struct json_field {
	const char *key;
	json_read_fn *read;
	size_t off;
};

/**
 * json_fail() - note what is wrong at the present place, with its line.
 * Returns -1. A message noted before stays.
 */
int json_fail(struct json *j, const char *what);

/** json_null() - pass over "null" when it is next; says whether it was. */
bool json_null(struct json *j);

/** json_string() - read a string; *out is given (malloc). No NUL inside. */
int json_string(struct json *j, char **out);

/** json_bool() - read true or false. */
int json_bool(struct json *j, bool *out);

/** json_count() - read a whole number, 0 to 999999999. */
int json_count(struct json *j, int64_t *out);

/** json_large() - the same, of up to 18 digits. */
int json_large(struct json *j, int64_t *out);

/** json_strings() - read a list of strings; free with strings_free(), also
 * after a failure. */
int json_strings(struct json *j, struct strings *out);
void strings_free(struct strings *s);

/**
 * json_object() - read an object into a struct, by table.
 * @fields: @n <= 32 entries. Other keys are passed over; a known key given
 * twice is refused.
 */
int json_object(struct json *j, const struct json_field *fields, size_t n,
		void *base);

/**
 * json_array() - read an array, one call of @read per element.
 * @list: a pointer to the malloc'd array, grown by @size zeroed bytes before
 * each call; @count counts, also the element that failed.
 */
int json_array(struct json *j, void **list, size_t *count, size_t size,
	       json_read_fn *read);

/** json_end() - nothing but blanks may follow. */
int json_end(struct json *j);

#endif
