/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml_tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/own.h>

#define WHOLE_MAX 9007199254740992.0 /* 2^53: above, floats skip numbers */

static bool one_of(const char *text, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(text, *words) == 0)
			return true;
	}
	return false;
}

static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
static const char *const trues[] = { "true", "True", "TRUE", NULL };
static const char *const falses[] = { "false", "False", "FALSE", NULL };
static const char *const infs[] = { ".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf",
				    "+.INF", "-.inf", "-.Inf", "-.INF", ".nan",
				    ".NaN",  ".NAN",  NULL };

bool ig_scalar_bool(const char *text)
{
	return one_of(text, trues);
}

/* The next character; "_" separates digits anywhere. */
static char peek(const char **p)
{
	while (**p == '_')
		++*p;
	return **p;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

static int take_base(const char **p)
{
	int base = 8; /* "010", as in C */

	if (peek(p) != '0')
		return 10;
	++*p;
	switch (peek(p)) {
	case 'x':
	case 'X':
		base = 16;
		break;
	case 'o':
	case 'O':
		break;
	case 'b':
	case 'B':
		base = 2;
		break;
	default:
		--*p; /* the zero, or a "_" behind it: as good */
		return base;
	}
	++*p;
	return base;
}

enum whole {
	NOT_WHOLE,
	WHOLE,
	WHOLE_BIG
};

/* @big: fits in 64 bits, but not with our sign. */
static enum whole parse_whole(const char *p, int64_t *out)
{
	bool minus = *p == '-';
	uint64_t value = 0;
	bool any = false;
	int base;

	if (*p == '-' || *p == '+')
		p++;
	base = take_base(&p);
	for (; peek(&p); p++) {
		int d = digit(*p);

		if (d >= base)
			return NOT_WHOLE;
		if (ig_mul_overflow(value, (uint64_t)base, &value) ||
		    ig_add_overflow(value, (uint64_t)d, &value))
			return NOT_WHOLE; /* then it is a float */
		any = true;
	}
	if (!any)
		return NOT_WHOLE;
	if (minus && value == (uint64_t)INT64_MAX + 1) {
		*out = INT64_MIN;
		return WHOLE;
	}
	if (value > INT64_MAX)
		return minus ? NOT_WHOLE : WHOLE_BIG;
	*out = minus ? -(int64_t)value : (int64_t)value;
	return WHOLE;
}

static size_t skip_digits(const char **p)
{
	size_t n = 0;

	for (char c = peek(p); c >= '0' && c <= '9'; c = peek(p)) {
		++*p;
		n++;
	}
	return n;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool is_float(const char *p)
{
	size_t before;
	size_t after = 0;

	if (peek(&p) == '-' || *p == '+')
		p++;
	before = skip_digits(&p);
	if (*p == '.') {
		p++;
		after = skip_digits(&p);
	}
	if (before + after == 0)
		return false;
	if (peek(&p) == 'e' || *p == 'E') {
		p++;
		if (peek(&p) == '-' || *p == '+')
			p++;
		if (skip_digits(&p) == 0)
			return false;
	}
	return peek(&p) == '\0';
}

enum ig_ytype ig_scalar_type(const char *text)
{
	int64_t value;

	if (one_of(text, nulls))
		return IG_Y_NULL;
	if (one_of(text, trues) || one_of(text, falses))
		return IG_Y_BOOL;
	if (!strchr("+-.0123456789", text[0]))
		return IG_Y_STR;
	if (text[0] != '.' && parse_whole(text, &value) != NOT_WHOLE)
		return IG_Y_INT;
	if (is_float(text) || one_of(text, infs))
		return IG_Y_FLOAT;
	return IG_Y_STR;
}

int ig_scalar_int(int64_t *out, const char *text)
{
	char digits[64];
	size_t n = 0;
	double value;

	switch (parse_whole(text, out)) {
	case WHOLE:
		return 0;
	case WHOLE_BIG:
		return -1;
	case NOT_WHOLE:
		break;
	}
	if (!is_float(text))
		return -1;
	for (const char *p = text; peek(&p); p++) {
		if (n + 1 == sizeof(digits))
			return -1;
		digits[n++] = *p;
	}
	digits[n] = '\0';
	value = strtod(digits, NULL);
	if (!(fabs(value) <= WHOLE_MAX) || trunc(value) < value ||
	    trunc(value) > value)
		return -1;
	*out = (int64_t)value;
	return 0;
}

const char *ig_spec_quote(char out[IG_QUOTE], const char *text)
{
	size_t len = 0;

	for (; text[len] && len < 60; len++) {
		unsigned char c = (unsigned char)text[len];

		out[len] = text[len];
		if (c < 0x20 || c == 0x7f)
			out[len] = '?';
	}
	if (text[len]) {
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
		memcpy(out + len, "...", 3);
		len += 3;
	}
	out[len] = '\0';
	return out;
}
