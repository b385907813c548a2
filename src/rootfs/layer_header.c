/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

/* POSIX.1-2017, pax, "ustar Interchange Format" */
#define RECORD	  512u
#define AT_SIZE	  124
#define SIZE_LEN  12
#define AT_TYPE	  156
#define UID_LIMIT ((uint64_t)UINT32_MAX)

static int damaged(struct ig_err *err, const char *what)
{
	return ig_fail(err, IG_EFORMAT, "damaged tar: %s", what);
}

/* The size of an extension header; nobody writes such in base 256. */
static int extension_size(uint64_t *out, const char *header, struct ig_err *err)
{
	const char *p = header + AT_SIZE;
	const char *end = p + SIZE_LEN;
	uint64_t size = 0;

	while (p < end && *p == ' ')
		p++;
	for (; p < end && *p >= '0' && *p <= '7'; p++)
		size = size * 8 + (uint64_t)(*p - '0');
	if (p < end && *p != ' ' && *p != '\0')
		return damaged(err,
			       "the size of an extension header is no number");
	if (size > TAP_BLOCK)
		return ig_fail(
			err, IG_ELIMIT,
			"the headers of an entry are longer than %u bytes",
			TAP_BLOCK);
	*out = size;
	return 0;
}

static bool key_is(const char *key, size_t len, const char *name)
{
	return strlen(name) == len && memcmp(key, name, len) == 0;
}

static bool number_ok(const char *value, size_t len, uint64_t max)
{
	uint64_t v = 0;

	if (len == 0)
		return true; /* "as if the record were not there" */
	for (size_t i = 0; i < len; i++) {
		if (value[i] < '0' || value[i] > '9' ||
		    ig_mul_overflow(v, (uint64_t)10, &v) ||
		    ig_add_overflow(v, (uint64_t)(value[i] - '0'), &v))
			return false;
	}
	return v <= max;
}

static int check_record(const char *key, size_t key_len, const char *value,
			size_t len, struct ig_err *err)
{
	static const char *const texts[] = { "path", "linkpath",
					     "GNU.sparse.name" };

	if (key_len == 0 || memchr(key, '\0', key_len))
		return damaged(err, "an extended header record has a bad name");
	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		if (key_is(key, key_len, texts[i]) && memchr(value, '\0', len))
			return damaged(err, "a file name with a NUL byte");
	}
	if ((key_is(key, key_len, "uid") || key_is(key, key_len, "gid")) &&
	    !number_ok(value, len, UID_LIMIT))
		return ig_fail(err, IG_EFORMAT,
			       "an owner '%.*s' is not a number from 0 to %u",
			       len < 40 ? (int)len : 40, value, UINT32_MAX);
	if (key_is(key, key_len, "size") && !number_ok(value, len, INT64_MAX))
		return damaged(err, "a file size is out of range");
	return 0;
}

/* "length key=value\n"…, where length counts all of it. */
static int check_pax(const char *p, size_t left, struct ig_err *err)
{
	while (left > 0) {
		size_t len = 0;
		size_t i = 0;
		const char *equals;

		for (; i < left && i < 8 && p[i] >= '0' && p[i] <= '9'; i++)
			len = len * 10 + (size_t)(p[i] - '0');
		if (i == 0 || i >= left || p[i] != ' ' || len > left ||
		    len < i + 3 || p[len - 1] != '\n')
			return damaged(err, "malformed extended header record");
		i++;
		equals = memchr(p + i, '=', len - i);
		if (!equals)
			return damaged(err,
				       "an extended header record without '='");
		equals++;
		if (check_record(p + i, (size_t)(equals - 1 - (p + i)), equals,
				 (size_t)(p + len - 1 - equals), err) < 0)
			return -1;
		p += len;
		left -= len;
	}
	return 0;
}

static int check_type(char type, struct ig_err *err)
{
	if (type == '\0' || strchr("01234567S", type))
		return 0;
	if (type > ' ' && type < 127)
		return ig_fail(
			err, IG_EFORMAT,
			"a tar entry of type '%c', which no layer may have",
			type);
	return ig_fail(err, IG_EFORMAT,
		       "a tar entry of type 0x%02x, which no layer may have",
		       (unsigned char)type);
}

int header_check(struct tap *tap, uint64_t off, struct ig_err *err)
{
	for (;;) {
		const char *header = tap_view(tap, off, RECORD);
		const char *body;
		uint64_t size = 0;
		char type;

		if (!header)
			return damaged(err, "it ends in a header");
		type = header[AT_TYPE];
		/* X, A: Solaris; L, K: GNU's long names */
		if (type == '\0' || !strchr("xgXALK", type))
			return check_type(type, err);
		if (extension_size(&size, header, err) < 0)
			return -1;
		off += RECORD;
		body = tap_view(tap, off, (size_t)size);
		if (!body)
			return damaged(err, "it ends in an extended header");
		if ((type == 'x' || type == 'g' || type == 'X') &&
		    check_pax(body, (size_t)size, err) < 0)
			return -1;
		off += (size + RECORD - 1) / RECORD * RECORD;
	}
}

int header_check_end(struct tap *tap, uint64_t off, struct ig_err *err)
{
	static const char zeros[RECORD];
	const char *header = tap_view(tap, off, RECORD);

	if (!header || memcmp(header, zeros, RECORD) == 0)
		return 0;
	/* Headers that libarchive passes over, with nothing behind them. */
	if (header_check(tap, off, err) < 0)
		return -1;
	return damaged(err, "it ends behind the headers of an entry");
}
