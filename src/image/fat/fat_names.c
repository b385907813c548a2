/* SPDX-License-Identifier: Apache-2.0 */
#include "fat_priv.h"

#include <stdio.h>
#include <string.h>

#include <ingot/str.h>

/* One character of UTF-8 that is known to be valid. */
static uint32_t next_char(const unsigned char **p)
{
	uint32_t c = *(*p)++;
	int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;

	if (more)
		c &= 0x3fu >> more;
	while (more--)
		c = c << 6 | (*(*p)++ & 0x3fu);
	return c;
}

static const char *check_char(uint32_t c)
{
	if (c < 0x20 || c == 0x7f)
		return "a control character";
	if (c < 0x80 && strchr("\"*:<>?\\|", (int)c))
		return "one of \" * : < > ? \\ |";
	return NULL;
}

const char *fat_units(uint16_t out[FAT_UNITS_MAX], size_t *n, const char *name,
		      size_t len)
{
	const unsigned char *p = (const unsigned char *)name;
	const unsigned char *end = p + len;

	*n = 0;
	if (!len)
		return "an empty component";
	if (!ig_utf8_ok(name, len))
		return "bytes that are not UTF-8";
	/* Readers strip them, and "." and ".." end so too. */
	if (name[len - 1] == '.' || name[len - 1] == ' ')
		return "a dot or a space at the end";
	while (p < end) {
		uint32_t c = next_char(&p);
		const char *why = check_char(c);

		if (why)
			return why;
		if (*n + (c > 0xffff ? 2 : 1) > FAT_UNITS_MAX)
			return "more than 255 characters";
		if (c > 0xffff) {
			out[(*n)++] = (uint16_t)(0xd7c0 + (c >> 10));
			c = 0xdc00 | (c & 0x3ff);
		}
		out[(*n)++] = (uint16_t)c;
	}
	return NULL;
}

static bool within(uint16_t unit, uint16_t low, uint16_t high)
{
	return unit >= low && unit <= high;
}

uint16_t fat_fold(uint16_t unit)
{
	if (within(unit, 'a', 'z') ||
	    (within(unit, 0xe0, 0xfe) && unit != 0xf7))
		return (uint16_t)(unit - 0x20);
	if (unit == 0xff)
		return 0x178;
	/* Latin Extended-A: pairs, the capital at odd numbers in two runs. */
	if (within(unit, 0x139, 0x148) || within(unit, 0x179, 0x17e))
		return (uint16_t)(unit - (unit & 1 ? 0 : 1));
	if (within(unit, 0x100, 0x12f) || within(unit, 0x132, 0x137) ||
	    within(unit, 0x14a, 0x177))
		return unit & 0xfffe;
	if (within(unit, 0x3b1, 0x3cb) || within(unit, 0x430, 0x44f))
		return (uint16_t)(unit - 0x20);
	if (within(unit, 0x450, 0x45f))
		return (uint16_t)(unit - 0x50);
	return unit;
}

/* The spec, "short directory entries": what 8.3 can hold, after upcasing. */
static char short_char(uint16_t unit)
{
	if (unit >= 0x80)
		return 0;
	unit = fat_fold(unit);
	if (within(unit, 'A', 'Z') || within(unit, '0', '9') ||
	    strchr("$%'-_@~`!(){}^#&", unit))
		return (char)unit;
	return 0;
}

/* Where the extension's dot is, or @n. */
static size_t last_dot(const uint16_t *units, size_t n)
{
	for (size_t i = n; i-- > 1;)
		if (units[i] == '.')
			return i;
	return n;
}

bool fat_alias_exact(char out[FAT_ALIAS], bool *same, const uint16_t *units,
		     size_t n)
{
	size_t dot = last_dot(units, n);

	memset(out, ' ', FAT_ALIAS);
	*same = true;
	if (dot > 8 || (dot < n && n - dot - 1 > 3))
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = short_char(units[i]);

		if (i == dot)
			continue;
		if (!c)
			return false;
		*same = *same && c == (char)units[i];
		out[i < dot ? i : 8 + i - dot - 1] = c;
	}
	return true;
}

/* Up to @max characters of units[from..to), what 8.3 has not as '_'. */
static size_t shorten(char *out, size_t max, const uint16_t *units, size_t from,
		      size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to && n < max; i++) {
		char c = short_char(units[i]);

		if (units[i] != ' ' && units[i] != '.')
			out[n++] = c ? c : '_';
	}
	return n;
}

static uint32_t hash_units(const uint16_t *units, size_t n)
{
	uint32_t h = 0x811c9dc5;

	for (size_t i = 0; i < n; i++)
		h = (h ^ units[i]) * 0x01000193;
	return h ^ h >> 16;
}

/*
 * LONGNA~1 to ~4 and then LO1A2B~1 with a hash: who has a thousand names that
 * begin alike is not to try a thousand numbers for each.
 */
void fat_alias_nth(char out[FAT_ALIAS], const uint16_t *units, size_t n,
		   uint32_t nth)
{
	size_t dot = last_dot(units, n);
	size_t base = shorten(out, 6, units, 0, dot);
	char tail[16];
	size_t len;

	if (nth < 4) {
		snprintf(tail, sizeof(tail), "~%u", (nth + 1) % 10);
	} else {
		uint32_t hash = hash_units(units, n) + (nth - 4) / 9;

		base = base < 2 ? base : 2;
		snprintf(tail, sizeof(tail), "%04X~%u", hash & 0xffff,
			 (nth - 4) % 9 + 1);
	}
	len = strlen(tail);
	memset(out + base, ' ', FAT_ALIAS - base);
	memcpy(out + base, tail, len);
	if (dot < n)
		shorten(out + 8, 3, units, dot + 1, n);
}
