/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/str.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

#define SIZE_LIMIT ((uint64_t)1 << 50)

char *ig_strcopy(const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? malloc(len + 1) : NULL;

	if (!copy)
		return NULL;
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *ig_strdup(const char *text, struct ig_err *err)
{
	char *copy = ig_strcopy(text, strlen(text));

	if (!copy)
		ig_fail_mem(err);
	return copy;
}

char *ig_format(struct ig_err *err, const char *fmt, ...)
{
	char *out = NULL;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&out, fmt, ap);
	va_end(ap);
	if (len < 0) {
		ig_fail_mem(err);
		return NULL;
	}
	return out;
}

bool ig_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool ig_ends(const char *text, const char *suffix)
{
	size_t len = strlen(text);
	size_t tail = strlen(suffix);

	return tail <= len && memcmp(text + len - tail, suffix, tail) == 0;
}

bool ig_streq(const char *a, const char *b)
{
	if (!a || !b)
		return a == b;
	return strcmp(a, b) == 0;
}

int ig_parse_u64(uint64_t *out, const char *text, struct ig_err *err)
{
	uint64_t value = 0;

	if (!text[0])
		return ig_fail(err, IG_EFORMAT, "a number is missing");
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			return ig_fail(err, IG_EFORMAT,
				       "'%.40s' is not a decimal number", text);
		if (ig_mul_overflow(value, (uint64_t)10, &value) ||
		    ig_add_overflow(value, (uint64_t)(*p - '0'), &value))
			return ig_fail(err, IG_EFORMAT,
				       "the number %.40s is too large", text);
	}
	*out = value;
	return 0;
}

/* What one of the unit at the end of a size is; 0: no such unit. */
static uint64_t unit_of(const char *text, uint64_t bare)
{
	static const char units[] = "KMGT";
	const char *unit = *text ? strchr(units, *text) : NULL;

	if (!*text)
		return bare;
	if (!unit || (text[1] && strcmp(text + 1, "iB") != 0))
		return 0;
	return (uint64_t)1 << (unit - units + 1) * 10;
}

int ig_parse_size(uint64_t *out, const char *text, uint64_t bare,
		  struct ig_err *err)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t unit = digits ? unit_of(text + digits, bare) : 0;
	uint64_t n = 0;

	for (size_t i = 0; i < digits && n <= SIZE_LIMIT; i++)
		n = n * 10 + (uint64_t)(text[i] - '0');
	if (!unit || !n || n > SIZE_LIMIT / unit)
		return ig_fail(
			err, IG_EUSAGE,
			"'%.40s' is not a size: write 512M or 4G, at most 1024T",
			text);
	*out = n * unit;
	return 0;
}

#define EPOCH_MAX 0xffffffffu

int ig_source_date(int64_t *out, int64_t unset, struct ig_err *err)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	uint64_t n;

	*out = unset;
	if (!text)
		return 0;
	if (ig_parse_u64(&n, text, err) < 0 || n > EPOCH_MAX)
		return ig_fail(
			err, IG_EUSAGE,
			"SOURCE_DATE_EPOCH is '%.40s', not a number of seconds from 0 to %u",
			text, EPOCH_MAX);
	*out = (int64_t)n;
	return 0;
}

#define WORD_MAX 63

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap of neighbours) from @a to @b. */
static size_t distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][WORD_MAX + 1] = { 0 };

	for (size_t j = 0; j <= blen; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= alen; i++) {
		size_t *now = rows[i % 3];
		const size_t *up = rows[(i + 2) % 3];
		const size_t *upup = rows[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= blen; j++) {
			size_t cost = a[i - 1] != b[j - 1];

			now[j] = least(up[j], now[j - 1]) + 1;
			now[j] = least(now[j], up[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], upup[j - 2] + 1);
		}
	}
	return rows[alen % 3][blen];
}

const char *ig_nearest(const char *text, const char *const *words)
{
	size_t len = strlen(text);
	/* One slip in a short word, three in a long one. */
	size_t best = (len < 4 ? 1 : len < 8 ? 2 : 3) + 1;
	const char *found = NULL;

	if (len > WORD_MAX)
		return NULL;
	best = least(best, len); /* something of the word must be right */
	for (; *words; words++) {
		size_t wlen = strlen(*words);
		size_t edits;

		if (wlen > WORD_MAX)
			continue;
		edits = distance(text, len, *words, wlen);
		if (edits < best) {
			best = edits;
			found = *words;
		}
	}
	return found;
}

void ig_hex(char *out, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

char *ig_size_text(char out[16], uint64_t bytes)
{
	static const char *const units[] = {
		"kB", "MB", "GB", "TB", "PB", "EB"
	};
	uint64_t tenth = 100; /* of the unit */
	uint64_t tenths = 0;

	if (bytes < 1000) {
		snprintf(out, 16, "%u B", (unsigned)bytes);
		return out;
	}
	for (size_t i = 0; i < IG_COUNT(units); i++, tenth *= 1000) {
		tenths = bytes / tenth + (bytes % tenth >= tenth / 2);
		if (tenths < 10000 || i + 1 == IG_COUNT(units)) {
			snprintf(out, 16, "%u.%u %s", (unsigned)(tenths / 10),
				 (unsigned)(tenths % 10), units[i]);
			break;
		}
	}
	return out;
}

const char *ig_word(const char *text, const char *begins)
{
	for (const char *at = text; at && (at = strstr(at, begins)); at++)
		if (at == text || at[-1] == ' ' || at[-1] == '\t')
			return at;
	return NULL;
}
