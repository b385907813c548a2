/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_fill.h"

#include <string.h>

#include <ingot/own.h>
#include <ingot/str.h>

#define KEYS_MAX 63 /* of one object, to look for the nearest */

/* Members are written by offset; memcpy() keeps the aliasing rules. */
void ig_schema_store(void *base, size_t at, const void *value, size_t size)
{
	memcpy((char *)base + at, value, size);
}

static void store_set(void *base, size_t set_at)
{
	bool yes = true;

	if (set_at)
		ig_schema_store(base, set_at - 1, &yes, sizeof(yes));
}

struct ig_pos ig_schema_pos(const struct ig_walk *walk,
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
	struct ig_pos pos = ig_schema_pos(walk, node, path);

	if (pos_at)
		ig_schema_store(base, pos_at - 1, &pos, sizeof(pos));
}

static bool is_null(const struct ig_ynode *node)
{
	return node->kind == IG_Y_SCALAR && node->type == IG_Y_NULL;
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
		return ig_schema_wrong(walk, path, node, "a value");
	return 0;
}

static int fill_refuse(struct ig_walk *walk, const struct ig_field *f,
		       void *out, const struct ig_ynode *node,
		       const struct ig_path *path)
{
	(void)out;
	return ig_problem(walk, path, node, "%s", f->why);
}

static ig_fill_fn *const fillers[] = {
	[IG_K_STR] = ig_fill_str,	[IG_K_BOOL] = ig_fill_bool,
	[IG_K_OPT_BOOL] = ig_fill_bool, [IG_K_INT] = ig_fill_int,
	[IG_K_OPT_INT] = ig_fill_int,	[IG_K_ID] = ig_fill_id,
	[IG_K_IDS] = ig_fill_ids,	[IG_K_STRS] = ig_fill_strs,
	[IG_K_MAP] = ig_fill_map,	[IG_K_IMAGES] = ig_fill_images,
	[IG_K_OBJ] = fill_obj,		[IG_K_LIST] = ig_fill_list,
	[IG_K_IGNORE] = fill_ignore,	[IG_K_REFUSE] = fill_refuse,
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

	if (object->brief && ig_ynode_is_str(node))
		return fill_brief(walk, object, out, node, path);
	if (node->kind != IG_Y_MAP)
		return ig_schema_wrong(walk, path, node, "a mapping");
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
