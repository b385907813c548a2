/* SPDX-License-Identifier: Apache-2.0 */
#include "kconfig.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define MEMORY	    ((size_t)32 << 20)
#define OPTIONS_MAX 65536u
#define PREFIX	    "CONFIG_"
#define PREFIX_LEN  7
#define UNSET	    " is not set"
#define TITLE_END   " Kernel Configuration"

void pkg_kconfig_done(struct pkg_kconfig *config)
{
	ig_freep(&config->v);
	ig_arena_freep(&config->arena);
	config->n = config->room = 0;
}

/* ---- lines ---- */

/* One line: a name and a value, or a name alone that is not set. */
struct line {
	const char *name, *value;
	size_t name_len, value_len;
};

static size_t name_len(const char *text, size_t len)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789_";
	size_t n = 0;

	while (n < len && text[n] && strchr(good, text[n]))
		n++;
	return n;
}

static bool begins(const char *text, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(text, with, n) == 0;
}

/* 1: an option, 0: nothing, -1: neither an option nor a comment. */
static int read_line(struct line *line, const char *text, size_t len)
{
	bool unset = begins(text, len, "# " PREFIX);
	size_t n;

	if (!unset && (len == 0 || *text == '#'))
		return 0;
	if (unset) {
		text += 2;
		len -= 2;
	}
	if (!begins(text, len, PREFIX))
		return -1;
	text += PREFIX_LEN;
	len -= PREFIX_LEN;
	n = name_len(text, len);
	line->name = text;
	line->name_len = n;
	line->value = "n";
	line->value_len = 1;
	if (unset) /* else it is a sentence that begins with an option */
		return n && len - n == strlen(UNSET) &&
		       begins(text + n, len - n, UNSET);
	if (n == 0 || len - n < 2 || text[n] != '=')
		return -1;
	line->value = text + n + 1;
	line->value_len = len - n - 1;
	return memchr(line->value, '\0', line->value_len) ? -1 : 1;
}

static int add(struct pkg_kconfig *config, const char *file, unsigned at,
	       const struct line *line, struct ig_err *err)
{
	struct pkg_option *option;

	if (config->n == OPTIONS_MAX)
		return ig_fail(err, IG_ELIMIT, "%s: more than %u options", file,
			       OPTIONS_MAX);
	if (config->n == config->room) {
		size_t room = config->room ? 2 * config->room : 256;
		struct pkg_option *grown =
			realloc(config->v, room * sizeof(*grown));

		if (!grown)
			return ig_fail_mem(err);
		config->v = grown;
		config->room = room;
	}
	option = &config->v[config->n];
	option->name =
		ig_arena_strn(config->arena, line->name, line->name_len, err);
	option->value =
		ig_arena_strn(config->arena, line->value, line->value_len, err);
	option->file = file;
	option->line = at;
	if (!option->name || !option->value)
		return -1;
	config->n++;
	return 0;
}

int pkg_kconfig_add(struct pkg_kconfig *config, const char *file,
		    const char *text, size_t len, struct ig_err *err)
{
	unsigned at = 0;

	if (!config->arena)
		config->arena = ig_arena_new(MEMORY, err);
	if (!config->arena)
		return -1;
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		struct line line;
		int is = read_line(&line, text, n);

		at++;
		if (is < 0)
			return ig_fail(
				err, IG_EFORMAT,
				"%s:%u: neither CONFIG_NAME=VALUE nor a comment",
				file, at);
		if (is > 0 && add(config, file, at, &line, err) < 0)
			return -1;
		n += end ? 1 : 0;
		text += n;
		len -= n;
	}
	return 0;
}

/* ---- options ---- */

static int by_name(const void *a, const void *b)
{
	const struct pkg_option *x = a;
	const struct pkg_option *y = b;
	int order = strcmp(x->name, y->name);

	if (order || x->file == y->file)
		return order ? order
			     : (x->line > y->line) - (x->line < y->line);
	return strcmp(x->file, y->file);
}

int pkg_kconfig_end(struct pkg_kconfig *config, struct ig_err *err)
{
	if (config->n)
		qsort(config->v, config->n, sizeof(*config->v), by_name);
	for (size_t i = 1; i < config->n; i++) {
		const struct pkg_option *one = &config->v[i - 1];
		const struct pkg_option *two = &config->v[i];

		if (ig_streq(one->name, two->name))
			return ig_fail(err, IG_ESPEC,
				       "%s:%u: CONFIG_%s stands in %s:%u too",
				       two->file, two->line, two->name,
				       one->file, one->line);
	}
	return 0;
}

static int find_name(const void *key, const void *item)
{
	return strcmp(key, ((const struct pkg_option *)item)->name);
}

const char *pkg_kconfig_get(const struct pkg_kconfig *config, const char *name)
{
	const struct pkg_option *option =
		config->n ? bsearch(name, config->v, config->n,
				    sizeof(*config->v), find_name)
			  : NULL;

	return option ? option->value : "n";
}

int pkg_kconfig_asked(const struct pkg_kconfig *asked,
		      const struct pkg_kconfig *got, struct ig_err *err)
{
	for (size_t i = 0; i < asked->n; i++) {
		const struct pkg_option *option = &asked->v[i];
		const char *value = pkg_kconfig_get(got, option->name);

		if (!ig_streq(option->value, value))
			return ig_fail(
				err, IG_ESPEC,
				"%s:%u: CONFIG_%s=%s: the kernel makes it %s: what it depends on is missing, or something needs it",
				option->file, option->line, option->name,
				option->value, value);
	}
	return 0;
}

/* CC_VERSION_TEXT, GCC_VERSION, PAHOLE_VERSION … */
static bool is_tool(const char *name)
{
	return ig_ends(name, "_VERSION") || ig_ends(name, "_VERSION_TEXT");
}

static size_t lacks(const char **first, const struct pkg_kconfig *a,
		    const struct pkg_kconfig *b, bool both)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		const char *name = a->v[i].name;
		const char *other = pkg_kconfig_get(b, name);

		if (is_tool(name) || ig_streq(a->v[i].value, other))
			continue;
		/* what has a value on both sides is counted once */
		if (!both && !ig_streq(other, "n"))
			continue;
		if (!*first || strcmp(name, *first) < 0)
			*first = name;
		n++;
	}
	return n;
}

size_t pkg_kconfig_differ(const char **first, const struct pkg_kconfig *a,
			  const struct pkg_kconfig *b)
{
	*first = NULL;
	return lacks(first, a, b, true) + lacks(first, b, a, false);
}

/* ---- what is kept ---- */

const char *pkg_kconfig_title(const char *text, size_t *len)
{
	const char *end = text;

	*len = 0;
	while ((end = strstr(end, TITLE_END))) {
		const char *begin = end;

		end += strlen(TITLE_END);
		while (begin > text && begin[-1] != '\n')
			begin--;
		if (*begin != '#')
			continue; /* a value */
		*len = (size_t)(end - begin);
		return begin;
	}
	return text;
}

static int record_line(struct ig_buf *out, const char *text, size_t len,
		       struct ig_err *err)
{
	struct line line;
	ig_autofree char *name = NULL;

	if (read_line(&line, text, len) != 1 ||
	    (line.value_len == 1 && *line.value == 'n'))
		return 0;
	name = ig_strcopy(line.name, line.name_len);
	if (!name)
		return ig_fail_mem(err);
	if (is_tool(name))
		return 0;
	if (ig_buf_add(out, text, len, err) < 0)
		return -1;
	return ig_buf_putc(out, '\n', err);
}

int pkg_kconfig_record(struct ig_buf *out, const char *text, struct ig_err *err)
{
	size_t len;
	const char *title = pkg_kconfig_title(text, &len);

	if (len && (ig_buf_add(out, title, len, err) < 0 ||
		    ig_buf_putc(out, '\n', err) < 0))
		return -1;
	while (*text) {
		len = strcspn(text, "\n");
		if (record_line(out, text, len, err) < 0)
			return -1;
		text += len;
		text += *text == '\n';
	}
	return 0;
}
