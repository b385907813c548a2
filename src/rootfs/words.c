/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

bool ig_given(const char *text)
{
	return text && text[0];
}

static char upper(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c;
}

bool ig_same_word(const char *a, const char *b)
{
	while (*a && upper(*a) == upper(*b)) {
		a++;
		b++;
	}
	return upper(*a) == upper(*b);
}

void ig_upper(char *text)
{
	for (; *text; text++)
		*text = upper(*text);
}

const char *ig_nearest_after(const char *text, const char *const *words,
			     size_t skip)
{
	const char *best = ig_nearest(text, words);
	const char *alone[] = { NULL, NULL };

	if (!best)
		return NULL;
	alone[0] = best + skip;
	return ig_nearest(text + skip, alone) ? best : NULL;
}

int ig_strs_join(struct ig_strs *out, const struct ig_strs *a,
		 const struct ig_strs *b, struct ig_arena *arena,
		 struct ig_err *err)
{
	size_t n;

	*out = (struct ig_strs){ .set = a->set || b->set };
	if (ig_add_overflow(a->n, b->n, &n))
		return ig_fail(err, IG_ELIMIT, "list too long");
	if (n == 0)
		return 0;
	out->v = ig_arena_array(arena, n, sizeof(*out->v), err);
	if (!out->v)
		return -1;
	for (size_t i = 0; i < a->n; i++)
		out->v[out->n++] = a->v[i];
	for (size_t i = 0; i < b->n; i++)
		out->v[out->n++] = b->v[i];
	return 0;
}

int ig_strs_split(struct ig_strs *out, const char *text, struct ig_arena *arena,
		  struct ig_err *err)
{
	size_t most = 1;
	char *copy;
	char *rest;

	*out = (struct ig_strs){ .set = true };
	for (const char *p = text; *p; p++)
		most += *p == ',';
	copy = ig_arena_str(arena, text, err);
	if (!copy)
		return -1;
	out->v = ig_arena_array(arena, most, sizeof(*out->v), err);
	if (!out->v)
		return -1;
	rest = copy;
	while (rest) {
		const char *piece = strsep(&rest, ",");

		if (piece[0])
			out->v[out->n++] = piece;
	}
	return 0;
}
