/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <stdio.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define KEYS_MAX 63 /* of one object, to look for the nearest */

/* Members are written by offset; memcpy() keeps the aliasing rules. */
static void store(void *base, size_t at, const void *value, size_t size)
{
	memcpy((char *)base + at, value, size);
}

static void store_set(void *base, size_t set_at)
{
	bool yes = true;

	if (set_at)
		store(base, set_at - 1, &yes, sizeof(yes));
}

static struct ig_pos pos_of(const struct ig_walk *walk,
			    const struct ig_ynode *node,
			    const struct ig_path *path)
{
	return (struct ig_pos){ .file = walk->file,
				.line = node->line,
				.col = node->col,
				.index = path && !path->key ? path->index : 0 };
}

static void store_pos(struct ig_walk *walk, void *base, size_t pos_at,
		      const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_pos pos = pos_of(walk, node, path);

	if (pos_at)
		store(base, pos_at - 1, &pos, sizeof(pos));
}

static void store_array(void *base, const struct ig_field *f, const void *v,
			size_t n)
{
	store(base, f->at, &v, sizeof(v));
	store(base, f->n_at, &n, sizeof(n));
}

static const char *what_is(const struct ig_ynode *node)
{
	static const char *const scalars[] = { [IG_Y_STR] = "a string",
					       [IG_Y_BOOL] = "a boolean",
					       [IG_Y_INT] = "a number",
					       [IG_Y_FLOAT] = "a number",
					       [IG_Y_NULL] = "nothing (null)" };

	if (node->kind == IG_Y_SEQ)
		return "a list";
	if (node->kind == IG_Y_MAP)
		return "a mapping";
	return scalars[node->type];
}

static int wrong(struct ig_walk *walk, const struct ig_path *path,
		 const struct ig_ynode *node, const char *expected)
{
	char text[IG_QUOTE];

	if (node->kind == IG_Y_SCALAR && node->type != IG_Y_NULL)
		return ig_problem(walk, path, node, "expected %s, got %s '%s'",
				  expected, what_is(node),
				  ig_spec_quote(text, node->text));
	return ig_problem(walk, path, node, "expected %s, got %s", expected,
			  what_is(node));
}

static bool is_str(const struct ig_ynode *node)
{
	return node->kind == IG_Y_SCALAR && node->type == IG_Y_STR;
}

static bool is_number(const struct ig_ynode *node)
{
	return node->kind == IG_Y_SCALAR &&
	       (node->type == IG_Y_INT || node->type == IG_Y_FLOAT);
}

static bool is_null(const struct ig_ynode *node)
{
	return node->kind == IG_Y_SCALAR && node->type == IG_Y_NULL;
}

/* 1: a string; 0: a problem, noted. */
static int need_str(struct ig_walk *walk, const struct ig_path *path,
		    const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (is_str(node))
		return 1;
	if (node->kind == IG_Y_SCALAR && node->type != IG_Y_NULL)
		return ig_problem(
			walk, path, node,
			"expected a string, got %s; put it in quotes: \"%s\"",
			what_is(node), ig_spec_quote(text, node->text));
	return wrong(walk, path, node, "a string");
}

static bool is_word(const struct ig_field *f, const char *text)
{
	for (size_t i = 0; f->words[i]; i++) {
		if (strcmp(text, f->words[i]) == 0)
			return true;
	}
	return false;
}

static int check_words(struct ig_walk *walk, const struct ig_field *f,
		       const struct ig_path *path, const struct ig_ynode *node)
{
	char text[IG_QUOTE];
	char list[160] = "";
	size_t len = 0;

	if (is_word(f, node->text))
		return 0;
	for (size_t i = 0; f->words[i]; i++) {
		const char *more = i ? " or " : "";

		/* room for the end of a list that is too long */
		if (len + strlen(more) + strlen(f->words[i]) + 10 >
		    sizeof(list)) {
			snprintf(list + len, sizeof(list) - len, " or …");
			break;
		}
		len += (size_t)snprintf(list + len, sizeof(list) - len,
					"%s'%s'", more, f->words[i]);
	}
	return ig_problem(walk, path, node, "expected %s, got '%s'", list,
			  ig_spec_quote(text, node->text));
}

static int fill_str(struct ig_walk *walk, const struct ig_field *f, void *out,
		    const struct ig_ynode *node, const struct ig_path *path)
{
	const char *text = node->text;
	bool decimal = f->flags & IG_F_DECIMAL;
	int rc = decimal ? is_number(node) : need_str(walk, path, node);

	if (decimal && !rc)
		return wrong(walk, path, node, "a number");
	if (rc <= 0)
		return rc;
	if (!text[0] && (f->flags & IG_F_REQUIRED))
		return ig_problem(walk, path, node, "must not be empty");
	if (text[0] && f->words && check_words(walk, f, path, node) < 0)
		return -1;
	if (f->check && f->check(walk, path, node) < 0)
		return -1;
	if (!text[0] && !(f->flags & IG_F_EMPTY))
		text = NULL;
	store(out, f->at, &text, sizeof(text));
	return 0;
}

static int fill_bool(struct ig_walk *walk, const struct ig_field *f, void *out,
		     const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_opt_bool opt = { .set = true };

	if (node->kind != IG_Y_SCALAR || node->type != IG_Y_BOOL)
		return wrong(walk, path, node, "true or false");
	opt.v = ig_scalar_bool(node->text);
	if (f->kind == IG_K_BOOL)
		store(out, f->at, &opt.v, sizeof(opt.v));
	else
		store(out, f->at, &opt, sizeof(opt));
	return 0;
}

static int fill_int(struct ig_walk *walk, const struct ig_field *f, void *out,
		    const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_opt_int opt = { .set = true };
	char text[IG_QUOTE];

	if (!is_number(node))
		return wrong(walk, path, node, "a number");
	if (ig_scalar_int(&opt.v, node->text) < 0)
		return ig_problem(walk, path, node,
				  "'%s' is not a whole number of 64 bits",
				  ig_spec_quote(text, node->text));
	if ((f->min || f->max) && (opt.v < f->min || opt.v > f->max))
		return ig_problem(walk, path, node,
				  "%lld is not in the range %lld to %lld",
				  (long long)opt.v, (long long)f->min,
				  (long long)f->max);
	if (f->kind == IG_K_INT)
		store(out, f->at, &opt.v, sizeof(opt.v));
	else
		store(out, f->at, &opt, sizeof(opt));
	return 0;
}

static int read_id(struct ig_walk *walk, struct ig_id *id,
		   const struct ig_ynode *node, const struct ig_path *path)
{
	static const struct ig_field range = { .kind = IG_K_INT,
					       .min = 0,
					       .max = UINT32_MAX };

	id->set = true;
	id->pos = pos_of(walk, node, path);
	if (is_number(node))
		return fill_int(walk, &range, &id->number, node, path);
	if (!is_str(node))
		return wrong(walk, path, node,
			     "a number or the name of a container");
	if (node->text[0] && strcmp(node->text, "root") != 0)
		id->name = node->text;
	return 0;
}

static int fill_id(struct ig_walk *walk, const struct ig_field *f, void *out,
		   const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_id id = { 0 };

	if (read_id(walk, &id, node, path) < 0)
		return -1;
	store(out, f->at, &id, sizeof(id));
	return 0;
}

/* A list becomes an array in the arena; NULL with *rc set when it does not. */
static void *list_array(struct ig_walk *walk, const struct ig_ynode *node,
			const struct ig_path *path, size_t size, int *rc)
{
	void *v;

	if (node->kind != IG_Y_SEQ) {
		*rc = wrong(walk, path, node,
			    size == sizeof(char *) ? "a list of strings"
						   : "a list");
		return NULL;
	}
	v = ig_arena_array(walk->arena, node->n, size, walk->err);
	if (!v)
		*rc = -1;
	return v;
}

static int fill_ids(struct ig_walk *walk, const struct ig_field *f, void *out,
		    const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_ids ids = { .set = true, .n = node->n };
	int rc = 0;

	ids.v = list_array(walk, node, path, sizeof(*ids.v), &rc);
	if (!ids.v)
		return rc;
	for (size_t i = 0; i < node->n; i++) {
		struct ig_path item = { path, NULL, i };

		if (read_id(walk, &ids.v[i], node->v[i], &item) < 0)
			return -1;
	}
	store(out, f->at, &ids, sizeof(ids));
	return 0;
}

static int fill_strs(struct ig_walk *walk, const struct ig_field *f, void *out,
		     const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_strs strs = { .set = true, .n = node->n };
	int rc = 0;

	strs.v = list_array(walk, node, path, sizeof(*strs.v), &rc);
	if (!strs.v)
		return rc;
	for (size_t i = 0; i < node->n; i++) {
		struct ig_path item = { path, NULL, i };

		int ok = need_str(walk, &item, node->v[i]);

		if (ok > 0 && f->check)
			ok = f->check(walk, &item, node->v[i]);
		if (ok < 0)
			return -1;
		strs.v[i] = node->v[i]->text;
	}
	store(out, f->at, &strs, sizeof(strs));
	return 0;
}

static int fill_map(struct ig_walk *walk, const struct ig_field *f, void *out,
		    const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_map map = { .set = true, .n = node->n };

	if (node->kind != IG_Y_MAP)
		return wrong(walk, path, node, "a mapping of strings");
	map.v = ig_arena_array(walk->arena, node->n, sizeof(*map.v), walk->err);
	if (!map.v)
		return -1;
	for (size_t i = 0; i < node->n; i++) {
		const struct ig_ynode *value = node->v[2 * i + 1];

		map.v[i].key = node->v[2 * i]->text;
		map.v[i].value = value->text;
		struct ig_path item = { path, map.v[i].key, 0 };
		int ok = need_str(walk, &item, value);

		if (ok > 0 && f->check)
			ok = f->check(walk, &item, value);
		if (ok < 0)
			return -1;
	}
	store(out, f->at, &map, sizeof(map));
	return 0;
}

static int fill_images(struct ig_walk *walk, const struct ig_field *f,
		       void *out, const struct ig_ynode *node,
		       const struct ig_path *path)
{
	struct ig_init_image *v;
	int rc = 0;

	v = list_array(walk, node, path, sizeof(*v), &rc);
	if (!v)
		return rc;
	for (size_t i = 0; i < node->n; i++) {
		struct ig_path item = { path, NULL, i };

		rc = need_str(walk, &item, node->v[i]);
		if (rc > 0 && !node->v[i]->text[0])
			rc = ig_problem(walk, &item, node->v[i],
					"must not be empty");
		if (rc < 0)
			return -1;
		v[i].image = node->v[i]->text;
		v[i].pos = pos_of(walk, node->v[i], &item);
	}
	store_array(out, f, v, node->n);
	return 0;
}

static int fill_list(struct ig_walk *walk, const struct ig_field *f, void *out,
		     const struct ig_ynode *node, const struct ig_path *path)
{
	int rc = 0;
	char *v = list_array(walk, node, path, f->sub->size, &rc);

	if (!v)
		return rc;
	for (size_t i = 0; i < node->n; i++) {
		struct ig_path item = { path, NULL, i };

		if (ig_schema_fill(walk, f->sub, v + i * f->sub->size,
				   node->v[i], &item) < 0)
			return -1;
	}
	store_array(out, f, v, node->n);
	return 0;
}

static int fill_obj(struct ig_walk *walk, const struct ig_field *f, void *out,
		    const struct ig_ynode *node, const struct ig_path *path)
{
	return ig_schema_fill(walk, f->sub, (char *)out + f->at, node, path);
}

static int fill_ignore(struct ig_walk *walk, const struct ig_field *f,
		       void *out, const struct ig_ynode *node,
		       const struct ig_path *path)
{
	(void)f;
	(void)out;
	if (node->kind == IG_Y_SCALAR && node->type == IG_Y_NULL)
		return wrong(walk, path, node, "a value");
	return 0;
}

static int fill_refuse(struct ig_walk *walk, const struct ig_field *f,
		       void *out, const struct ig_ynode *node,
		       const struct ig_path *path)
{
	(void)out;
	return ig_problem(walk, path, node, "%s", f->why);
}

static int (*const fillers[])(struct ig_walk *, const struct ig_field *, void *,
			      const struct ig_ynode *,
			      const struct ig_path *) = {
	[IG_K_STR] = fill_str,	     [IG_K_BOOL] = fill_bool,
	[IG_K_OPT_BOOL] = fill_bool, [IG_K_INT] = fill_int,
	[IG_K_OPT_INT] = fill_int,   [IG_K_ID] = fill_id,
	[IG_K_IDS] = fill_ids,	     [IG_K_STRS] = fill_strs,
	[IG_K_MAP] = fill_map,	     [IG_K_IMAGES] = fill_images,
	[IG_K_OBJ] = fill_obj,	     [IG_K_LIST] = fill_list,
	[IG_K_IGNORE] = fill_ignore, [IG_K_REFUSE] = fill_refuse,
};

static const struct ig_field *field_of(const struct ig_object *object,
				       const char *key)
{
	for (const struct ig_field *f = object->fields; f->key; f++) {
		if (strcmp(f->key, key) == 0)
			return f;
	}
	return NULL;
}

static int unknown(struct ig_walk *walk, const struct ig_object *object,
		   const struct ig_path *path, const struct ig_ynode *key)
{
	const char *words[KEYS_MAX + 1];
	const char *near = NULL;
	size_t n = 0;

	for (const struct ig_field *f = object->fields; f->key; f++) {
		if (f->kind != IG_K_REFUSE && n < KEYS_MAX)
			words[n++] = f->key;
	}
	words[n] = NULL;
	if (walk->count < IG_PROBLEMS_MAX)
		near = ig_nearest(key->text, words);
	if (near)
		return ig_problem(walk, path, key,
				  "unknown key, did you mean '%s'?", near);
	return ig_problem(walk, path, key, "unknown key");
}

static int fill_pair(struct ig_walk *walk, const struct ig_object *object,
		     void *out, const struct ig_ynode *const *pair,
		     const struct ig_path *up)
{
	const struct ig_field *f = field_of(object, pair[0]->text);
	struct ig_path path = { up, pair[0]->text, 0 };
	size_t before = walk->count;

	if (!f)
		return unknown(walk, object, &path, pair[0]);
	if ((f->flags & IG_F_NULL) && is_null(pair[1]))
		return 0;
	if (fillers[f->kind](walk, f, out, pair[1], &path) < 0)
		return -1;
	if (walk->count == before) {
		store_set(out, f->set_at);
		store_pos(walk, out, f->pos_at, pair[1], &path);
	}
	return 0;
}

/* "restart: always" for "restart: {policy: always}" */
static int fill_brief(struct ig_walk *walk, const struct ig_object *object,
		      void *out, const struct ig_ynode *node,
		      const struct ig_path *path)
{
	const struct ig_field *f = field_of(object, object->brief);

	store_pos(walk, out, object->pos_at, node, path);
	return fillers[f->kind](walk, f, out, node, path);
}

int ig_schema_fill(struct ig_walk *walk, const struct ig_object *object,
		   void *out, const struct ig_ynode *node,
		   const struct ig_path *path)
{
	size_t before = walk->count;

	if (object->brief && is_str(node))
		return fill_brief(walk, object, out, node, path);
	if (node->kind != IG_Y_MAP)
		return wrong(walk, path, node, "a mapping");
	store_pos(walk, out, object->pos_at, node, path);
	for (size_t i = 0; i < node->n; i++) {
		const struct ig_ynode *const *pair = node->v + 2 * i;

		if (fill_pair(walk, object, out, pair, path) < 0)
			return -1;
	}
	for (const struct ig_field *f = object->fields; f->key; f++) {
		if ((f->flags & IG_F_REQUIRED) && !ig_yaml_get(node, f->key) &&
		    ig_problem(walk, path, node, "the key '%s' is missing",
			       f->key) < 0)
			return -1;
	}
	if (!object->check || walk->count > before)
		return 0;
	return object->check(walk, out, node, path);
}
