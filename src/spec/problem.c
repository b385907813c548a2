/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <ingot/buf.h>

#define PARTS_MAX 16 /* the schema is not deeper */

/* "services[0].binds.add" to @out, cut at its end. */
static void path_text(char *out, size_t size, const struct ig_path *path)
{
	const struct ig_path *parts[PARTS_MAX];
	char key[IG_QUOTE];
	size_t n = 0;
	size_t len = 0;

	out[0] = '\0';
	for (; path && n < PARTS_MAX; path = path->up)
		parts[n++] = path;
	while (n-- > 0 && len < size) {
		const struct ig_path *part = parts[n];

		if (part->key)
			len += (size_t)snprintf(out + len, size - len, "%s%s",
						len ? "." : "",
						ig_spec_quote(key, part->key));
		else
			len += (size_t)snprintf(out + len, size - len, "[%zu]",
						part->index);
	}
}

static int note(struct ig_walk *walk, struct ig_err *err)
{
	if (walk->count++ == 0)
		walk->first = *err;
	if (!walk->problems)
		return 0;
	return ig_buf_printf(walk->problems, walk->err, "%s\n", err->msg);
}

static int place(struct ig_walk *walk, const struct ig_path *path,
		 const struct ig_pos *pos, const char *text)
{
	struct ig_err err;
	char name[160];

	ig_fail(&err, IG_ESPEC, "%s", text);
	path_text(name, sizeof(name), path);
	if (name[0])
		ig_wrap(&err, "%s", name);
	ig_wrap(&err, "%s:%d:%d", pos->file, pos->line, pos->col);
	return note(walk, &err);
}

/* A hostile file has many problems; past the limit they cost nothing. */
static int enough(struct ig_walk *walk)
{
	walk->count++;
	return 0;
}

int ig_problem(struct ig_walk *walk, const struct ig_path *path,
	       const struct ig_ynode *node, const char *fmt, ...)
{
	struct ig_pos pos = { .file = walk->file,
			      .line = node->line,
			      .col = node->col };
	char text[240];
	va_list ap;

	if (walk->count >= IG_PROBLEMS_MAX)
		return enough(walk);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return place(walk, path, &pos, text);
}

int ig_problem_pos(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_pos *pos, const char *fmt, ...)
{
	char text[240];
	va_list ap;

	if (walk->count >= IG_PROBLEMS_MAX)
		return enough(walk);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return place(walk, path, pos, text);
}

int ig_walk_end(struct ig_walk *walk)
{
	if (walk->count == 0)
		return 0;
	*walk->err = walk->first;
	return -1;
}

int ig_walk_failed(struct ig_walk *walk)
{
	struct ig_err ignored;

	if (walk->count == 0 && walk->problems)
		ig_buf_printf(walk->problems, &ignored, "%s\n", walk->err->msg);
	return -1;
}
