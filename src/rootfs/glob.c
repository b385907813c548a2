/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/glob.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/own.h>

/* One character against "[...]"; *@end is behind the bracket, NULL when there
 * is none and the '[' stands for itself. */
static bool in_class(const char *p, char c, const char **end)
{
	bool not = p[1] == '!' || p[1] == '^';
	const char *at = p + (not ? 2 : 1);
	bool hit = false;

	*end = NULL;
	for (const char *first = at; *at && (*at != ']' || at == first); at++) {
		if (at[1] == '-' && at[2] && at[2] != ']') {
			hit = hit || (at[0] <= c && c <= at[2]);
			at += 2;
		} else {
			hit = hit || *at == c;
		}
	}
	if (!*at)
		return false;
	*end = at + 1;
	return hit != not &&c != '/';
}

/* One step of the pattern against one character. */
static bool one(const char **pattern, char c)
{
	const char *p = *pattern;
	const char *end;
	bool hit;

	if (*p == '?') {
		*pattern = p + 1;
		return c != '/';
	}
	if (*p == '[') {
		hit = in_class(p, c, &end);
		if (end) {
			*pattern = end;
			return hit;
		}
	}
	if (*p == '\\' && p[1])
		p++;
	*pattern = p + 1;
	return *p == c;
}

/* Where the search goes on after a failure: the last star and the last
 * double star, which may take one character more each. No recursion, so a
 * pattern of many stars costs at most the square of the lengths. */
struct retry {
	const char *pattern, *path;
};

static bool again(struct retry *star, struct retry *stars, const char **pattern,
		  const char **path)
{
	struct retry *at = NULL;

	if (star->pattern && *star->path && *star->path != '/')
		at = star;
	else if (stars->pattern && *stars->path)
		at = stars;
	if (!at)
		return false;
	if (at == stars)
		star->pattern = NULL;
	*pattern = at->pattern;
	*path = ++at->path;
	return true;
}

static bool match(const char *pattern, const char *path)
{
	struct retry star = { NULL, NULL };
	struct retry stars = { NULL, NULL };

	while (*pattern || *path) {
		if (pattern[0] == '*' && pattern[1] == '*') {
			pattern += strspn(pattern, "*");
			stars = (struct retry){ pattern, path };
			star.pattern = NULL;
			continue;
		}
		if (*pattern == '*') {
			star = (struct retry){ ++pattern, path };
			continue;
		}
		if (*pattern && *path && one(&pattern, *path)) {
			path++;
			continue;
		}
		if (!again(&star, &stars, &pattern, &path))
			return false;
	}
	return true;
}

bool ig_glob(const char *pattern, const char *path)
{
	const char *middle = strstr(pattern, "/**/");

	pattern += strspn(pattern, "/");
	path += strspn(path, "/");
	if (strncmp(pattern, "**/", 3) == 0 && match(pattern + 3, path))
		return true;
	if (match(pattern, path))
		return true;
	/* "a/∗∗/b" is "a/b" too */
	if (middle) {
		size_t before = (size_t)(middle - pattern);
		ig_autofree char *shorter = strdup(pattern);

		if (middle < pattern || !shorter)
			return false;
		memmove(shorter + before, shorter + before + 3,
			strlen(shorter + before + 3) + 1);
		return match(shorter, path);
	}
	return false;
}
