/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cmdline.h"

#include <stdbool.h>
#include <string.h>

struct word {
	const char *p;
	size_t len;
};

/* Quotes group blanks, as in the kernel's own parser. */
static bool next_word(const char **text, struct word *w)
{
	const char *p = *text;
	bool quoted = false;

	while (*p == ' ' || *p == '\t' || *p == '\n')
		p++;
	w->p = p;
	while (*p && (quoted || (*p != ' ' && *p != '\t' && *p != '\n'))) {
		if (*p == '"')
			quoted = !quoted;
		p++;
	}
	w->len = (size_t)(p - w->p);
	*text = p;
	return w->len > 0;
}

static bool is_end(const struct word *w)
{
	return w->len == 2 && memcmp(w->p, "--", 2) == 0;
}

void consoles_add(struct consoles *c, const char *name, size_t len)
{
	const char *comma = memchr(name, ',', len);

	if (comma)
		len = (size_t)(comma - name);
	if (len == 0 || len >= CMDLINE_NAME || c->n == CMDLINE_CONSOLES)
		return;
	if (name[0] == '.' || memchr(name, '/', len))
		return;
	for (size_t i = 0; i < c->n; i++) {
		if (strlen(c->name[i]) == len &&
		    memcmp(c->name[i], name, len) == 0)
			return;
	}
	memcpy(c->name[c->n], name, len);
	c->name[c->n][len] = '\0';
	c->n++;
}

void cmdline_consoles(struct consoles *c, const char *text)
{
	static const char key[] = "console=";
	const size_t klen = sizeof(key) - 1;
	struct word w;

	while (next_word(&text, &w) && !is_end(&w)) {
		if (w.len > klen && memcmp(w.p, key, klen) == 0)
			consoles_add(c, w.p + klen, w.len - klen);
	}
}

void consoles_active(struct consoles *c, const char *text)
{
	struct word w;

	while (next_word(&text, &w))
		consoles_add(c, w.p, w.len);
}

static bool same_module(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char x = a[i] == '-' ? '_' : a[i];
		char y = b[i] == '-' ? '_' : b[i];

		if (x != y)
			return false;
	}
	return true;
}

int cmdline_params(const char *text, const char *module, char *out, size_t cap)
{
	size_t mlen = strlen(module);
	size_t used = 0;
	struct word w;

	out[0] = '\0';
	while (next_word(&text, &w) && !is_end(&w)) {
		if (w.len < mlen + 2 || w.p[mlen] != '.' ||
		    !same_module(w.p, module, mlen))
			continue;
		size_t len = w.len - mlen - 1;

		if (len + 2 > cap - used) {
			out[0] = '\0';
			return -1;
		}
		if (used > 0)
			out[used++] = ' ';
		memcpy(out + used, w.p + mlen + 1, len);
		used += len;
		out[used] = '\0';
	}
	return 0;
}

static void unquote(char out[CMDLINE_SIZE], const struct word *w)
{
	size_t used = 0;

	for (size_t i = 0; i < w->len && used < CMDLINE_SIZE - 1; i++) {
		if (w->p[i] != '"')
			out[used++] = w->p[i];
	}
	out[used] = '\0';
}

const char *cmdline_args(const char *text, cmdline_arg_fn *fn, void *ctx)
{
	char buf[CMDLINE_SIZE];
	const char *why = NULL;
	struct word w;

	while (!why && next_word(&text, &w) && !is_end(&w)) {
		unquote(buf, &w);
		char *value = strchr(buf, '=');

		if (value)
			*value++ = '\0';
		why = fn(ctx, buf, value);
	}
	return why;
}
