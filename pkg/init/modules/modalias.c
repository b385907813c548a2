/* SPDX-License-Identifier: Apache-2.0 */
#include "modules/modalias.h"

static char fold(char c)
{
	return c == '-' ? '_' : c;
}

/*
 * Match @c against the set that starts after '['. Returns the offset after
 * ']' when it matches, 0 when it does not or the set has no end.
 */
static size_t match_set(const char *pat, size_t i, size_t plen, char c)
{
	bool negate = false;
	bool hit = false;

	if (i < plen && (pat[i] == '!' || pat[i] == '^')) {
		negate = true;
		i++;
	}
	for (size_t first = i; i < plen; i++) {
		if (pat[i] == ']' && i > first)
			return hit != negate ? i + 1 : 0;
		if (i + 2 < plen && pat[i + 1] == '-' && pat[i + 2] != ']') {
			hit = hit || (c >= pat[i] && c <= pat[i + 2]);
			i += 2;
			continue;
		}
		hit = hit || c == pat[i];
	}
	return 0;
}

/* One step without '*': the new offset in the pattern, 0 for no match. */
static size_t match_one(const char *pat, size_t i, size_t plen, char c)
{
	if (i >= plen)
		return 0;
	if (pat[i] == '?')
		return i + 1;
	if (pat[i] == '[')
		return match_set(pat, i + 1, plen, c);
	return fold(pat[i]) == fold(c) ? i + 1 : 0;
}

bool modalias_match(const char *pat, size_t plen, const char *text)
{
	size_t i = 0;
	size_t star = 0; /* offset after the last '*' */
	const char *back = NULL;

	while (*text) {
		if (i < plen && pat[i] == '*') {
			star = ++i;
			back = text;
			continue;
		}
		size_t next = match_one(pat, i, plen, *text);

		if (next > 0) {
			i = next;
			text++;
			continue;
		}
		if (!back)
			return false;
		/* only the last star needs to give way */
		i = star;
		text = ++back;
	}
	while (i < plen && pat[i] == '*')
		i++;
	return i == plen;
}
