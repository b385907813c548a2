/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32
#define LIST_MAX  4096

static int skip_value(struct json *j);

int json_fail(struct json *j, const char *what)
{
	unsigned line = 1;

	for (const char *p = j->start; p < j->p; p++)
		line += *p == '\n';
	if (j->msg[0] == '\0')
		snprintf(j->msg, sizeof(j->msg), "line %u: %s", line, what);
	return -1;
}

static void blanks(struct json *j)
{
	while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' ||
				 *j->p == '\n' || *j->p == '\r'))
		j->p++;
}

static bool take(struct json *j, char c)
{
	blanks(j);
	if (j->p == j->end || *j->p != c)
		return false;
	j->p++;
	return true;
}

static bool take_word(struct json *j, const char *word)
{
	size_t len = strlen(word);

	blanks(j);
	if ((size_t)(j->end - j->p) < len || memcmp(j->p, word, len) != 0)
		return false;
	j->p += len;
	return true;
}

static int enter(struct json *j)
{
	if (j->depth >= DEPTH_MAX)
		return json_fail(j, "too many levels");
	j->depth++;
	return 0;
}

static int hex4(struct json *j, uint32_t *out)
{
	uint32_t v = 0;

	if (j->end - j->p < 4)
		return json_fail(j, "string has no end");
	for (int i = 0; i < 4; i++) {
		char c = *j->p++;
		uint32_t d;

		if (c >= '0' && c <= '9')
			d = (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			d = (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return json_fail(j, "bad \\u escape");
		v = v << 4 | d;
	}
	*out = v;
	return 0;
}

static char *put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (char)(0xe0 | c >> 12);
		} else {
			*out++ = (char)(0xf0 | c >> 18);
			*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (c & 0x3f));
	return out;
}

static int unicode_escape(struct json *j, char **out)
{
	uint32_t c = 0;
	uint32_t low = 0;

	if (hex4(j, &c) < 0)
		return -1;
	if (c >= 0xdc00 && c <= 0xdfff)
		return json_fail(j, "lone surrogate");
	if (c >= 0xd800 && c <= 0xdbff) {
		if (!take_word(j, "\\u"))
			return json_fail(j, "lone surrogate");
		if (hex4(j, &low) < 0)
			return -1;
		if (low < 0xdc00 || low > 0xdfff)
			return json_fail(j, "lone surrogate");
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	if (c == 0)
		return json_fail(j, "NUL in a string");
	*out = put_utf8(*out, c);
	return 0;
}

static int escape(struct json *j, char **out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";

	if (j->p == j->end)
		return json_fail(j, "string has no end");
	char c = *j->p++;

	if (c == 'u')
		return unicode_escape(j, out);
	const char *hit = c ? strchr(from, c) : NULL;

	if (!hit)
		return json_fail(j, "unknown escape in a string");
	*(*out)++ = to[hit - from];
	return 0;
}

/* Decode up to the closing quote; an escape never gets longer. */
static int decode(struct json *j, char *out)
{
	while (j->p < j->end && *j->p != '"') {
		if ((unsigned char)*j->p < 0x20)
			return json_fail(j, "control character in a string");
		if (*j->p != '\\') {
			*out++ = *j->p++;
			continue;
		}
		j->p++;
		if (escape(j, &out) < 0)
			return -1;
	}
	if (j->p == j->end)
		return json_fail(j, "string has no end");
	j->p++;
	*out = '\0';
	return 0;
}

/* Bytes up to the closing quote, escapes not yet decoded. */
static size_t raw_length(const struct json *j)
{
	const char *p = j->p;

	while (p < j->end && *p != '"')
		p += *p == '\\' && p + 1 < j->end ? 2 : 1;
	return (size_t)(p - j->p);
}

int json_string(struct json *j, char **out)
{
	*out = NULL;
	if (!take(j, '"'))
		return json_fail(j, "a string is expected");
	char *text = malloc(raw_length(j) + 1);

	if (!text)
		return json_fail(j, "out of memory");
	if (decode(j, text) < 0) {
		free(text);
		return -1;
	}
	*out = text;
	return 0;
}

bool json_null(struct json *j)
{
	return take_word(j, "null");
}

int json_bool(struct json *j, bool *out)
{
	*out = take_word(j, "true");
	if (!*out && !take_word(j, "false"))
		return json_fail(j, "true or false is expected");
	return 0;
}

static size_t digits(struct json *j)
{
	size_t n = 0;

	for (; j->p < j->end && *j->p >= '0' && *j->p <= '9'; j->p++)
		n++;
	return n;
}

static int skip_number(struct json *j)
{
	if (*j->p == '-')
		j->p++;
	bool zero = j->p < j->end && *j->p == '0';
	size_t n = digits(j);

	if (n == 0 || (zero && n > 1))
		return json_fail(j, "a value is expected");
	if (j->p < j->end && *j->p == '.') {
		j->p++;
		if (digits(j) == 0)
			return json_fail(j, "bad number");
	}
	if (j->p < j->end && (*j->p == 'e' || *j->p == 'E')) {
		j->p++;
		if (j->p < j->end && (*j->p == '+' || *j->p == '-'))
			j->p++;
		if (digits(j) == 0)
			return json_fail(j, "bad number");
	}
	return 0;
}

static int whole(struct json *j, int64_t *out, size_t most)
{
	blanks(j);
	const char *p = j->p;
	size_t n = digits(j);

	if (n == 0 || n > most || (*p == '0' && n > 1))
		return json_fail(j, "a whole number is expected");
	*out = 0;
	for (; p < j->p; p++)
		*out = *out * 10 + (*p - '0');
	return 0;
}

int json_count(struct json *j, int64_t *out)
{
	return whole(j, out, 9);
}

int json_large(struct json *j, int64_t *out)
{
	return whole(j, out, 18);
}

static int skip_element(struct json *j, void *out)
{
	(void)out;
	return skip_value(j);
}

static int skip_value(struct json *j)
{
	char *text;
	void *list = NULL;
	size_t n = 0;

	blanks(j);
	if (j->p == j->end)
		return json_fail(j, "the text ends too early");
	if (*j->p == '{')
		return json_object(j, NULL, 0, NULL);
	if (*j->p == '[')
		return json_array(j, &list, &n, 0, skip_element);
	if (*j->p == '"') {
		if (json_string(j, &text) < 0)
			return -1;
		free(text);
		return 0;
	}
	if (json_null(j) || take_word(j, "true") || take_word(j, "false"))
		return 0;
	return skip_number(j);
}

static int read_member(struct json *j, const struct json_field *fields,
		       size_t n, void *base, uint32_t *seen)
{
	char *key;
	size_t i = 0;

	if (json_string(j, &key) < 0)
		return -1;
	while (i < n && strcmp(fields[i].key, key) != 0)
		i++;
	free(key);
	if (!take(j, ':'))
		return json_fail(j, "':' is expected");
	if (i == n)
		return skip_value(j);
	if (*seen & UINT32_C(1) << i)
		return json_fail(j, "a key is given twice");
	*seen |= UINT32_C(1) << i;
	if (json_null(j))
		return 0;
	return fields[i].read(j, (char *)base + fields[i].off);
}

int json_object(struct json *j, const struct json_field *fields, size_t n,
		void *base)
{
	uint32_t seen = 0;

	if (!take(j, '{'))
		return json_fail(j, "an object is expected");
	if (enter(j) < 0)
		return -1;
	if (!take(j, '}')) {
		do {
			if (read_member(j, fields, n, base, &seen) < 0)
				return -1;
		} while (take(j, ','));
		if (!take(j, '}'))
			return json_fail(j, "',' or '}' is expected");
	}
	j->depth--;
	return 0;
}

static void *grow(void *list, size_t n, size_t size)
{
	char *more = realloc(list, (n + 1) * size);

	if (more)
		memset(more + n * size, 0, size);
	return more;
}

static int read_element(struct json *j, void **list, size_t *count, size_t size,
			json_read_fn *read)
{
	if (*count == LIST_MAX)
		return json_fail(j, "too many list entries");
	if (size == 0) {
		++*count;
		return read(j, NULL);
	}
	void *more = grow(*list, *count, size);

	if (!more)
		return json_fail(j, "out of memory");
	*list = more;
	return read(j, (char *)more + size * (*count)++);
}

int json_array(struct json *j, void **list, size_t *count, size_t size,
	       json_read_fn *read)
{
	if (!take(j, '['))
		return json_fail(j, "a list is expected");
	if (enter(j) < 0)
		return -1;
	if (!take(j, ']')) {
		do {
			if (read_element(j, list, count, size, read) < 0)
				return -1;
		} while (take(j, ','));
		if (!take(j, ']'))
			return json_fail(j, "',' or ']' is expected");
	}
	j->depth--;
	return 0;
}

static int read_string(struct json *j, void *out)
{
	return json_string(j, out);
}

int json_strings(struct json *j, struct strings *out)
{
	void *list = NULL;
	int rc = json_array(j, &list, &out->n, sizeof(*out->v), read_string);

	out->v = list;
	return rc;
}

void strings_free(struct strings *s)
{
	for (size_t i = 0; i < s->n && s->v; i++)
		free(s->v[i]);
	free(s->v);
}

int json_end(struct json *j)
{
	blanks(j);
	return j->p == j->end ? 0 : json_fail(j, "text after the end");
}
