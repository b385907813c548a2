/* SPDX-License-Identifier: Apache-2.0 */
#include "schema_fill.h"

#include <ingot/arena.h>
#include <ingot/own.h>

/* Lists and mappings of values, which become arrays in the arena. */

static void store_array(void *base, const struct ig_field *f, const void *v,
			size_t n)
{
	ig_schema_store(base, f->at, &v, sizeof(v));
	ig_schema_store(base, f->n_at, &n, sizeof(n));
}

/* A list becomes an array in the arena; NULL with *rc set when it does not. */
static void *list_array(struct ig_walk *walk, const struct ig_ynode *node,
			const struct ig_path *path, size_t size, int *rc)
{
	void *v;

	if (node->kind != IG_Y_SEQ) {
		*rc = ig_schema_wrong(walk, path, node,
				      size == sizeof(char *)
					      ? "a list of strings"
					      : "a list");
		return NULL;
	}
	v = ig_arena_array(walk->arena, node->n, size, walk->err);
	if (!v)
		*rc = -1;
	return v;
}

int ig_fill_ids(struct ig_walk *walk, const struct ig_field *f, void *out,
		const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_ids ids = { .set = true, .n = node->n };
	int rc = 0;

	ids.v = list_array(walk, node, path, sizeof(*ids.v), &rc);
	if (!ids.v)
		return rc;
	for (size_t i = 0; i < node->n; i++) {
		struct ig_path item = { path, NULL, i };

		if (ig_schema_read_id(walk, &ids.v[i], node->v[i], &item) < 0)
			return -1;
	}
	ig_schema_store(out, f->at, &ids, sizeof(ids));
	return 0;
}

int ig_fill_strs(struct ig_walk *walk, const struct ig_field *f, void *out,
		 const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_strs strs = { .set = true, .n = node->n };
	int rc = 0;

	strs.v = list_array(walk, node, path, sizeof(*strs.v), &rc);
	if (!strs.v)
		return rc;
	for (size_t i = 0; i < node->n; i++) {
		struct ig_path item = { path, NULL, i };

		int ok = ig_schema_need_str(walk, &item, node->v[i]);

		if (ok > 0 && f->check)
			ok = f->check(walk, &item, node->v[i]);
		if (ok < 0)
			return -1;
		strs.v[i] = node->v[i]->text;
	}
	ig_schema_store(out, f->at, &strs, sizeof(strs));
	return 0;
}

int ig_fill_map(struct ig_walk *walk, const struct ig_field *f, void *out,
		const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_map map = { .set = true, .n = node->n };

	if (node->kind != IG_Y_MAP)
		return ig_schema_wrong(walk, path, node,
				       "a mapping of strings");
	map.v = ig_arena_array(walk->arena, node->n, sizeof(*map.v), walk->err);
	if (!map.v)
		return -1;
	for (size_t i = 0; i < node->n; i++) {
		const struct ig_ynode *value = node->v[2 * i + 1];

		map.v[i].key = node->v[2 * i]->text;
		map.v[i].value = value->text;
		struct ig_path item = { path, map.v[i].key, 0 };
		int ok = ig_schema_need_str(walk, &item, value);

		if (ok > 0 && f->check)
			ok = f->check(walk, &item, value);
		if (ok < 0)
			return -1;
	}
	ig_schema_store(out, f->at, &map, sizeof(map));
	return 0;
}

int ig_fill_images(struct ig_walk *walk, const struct ig_field *f, void *out,
		   const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_init_image *v;
	int rc = 0;

	v = list_array(walk, node, path, sizeof(*v), &rc);
	if (!v)
		return rc;
	for (size_t i = 0; i < node->n; i++) {
		struct ig_path item = { path, NULL, i };

		rc = ig_schema_need_str(walk, &item, node->v[i]);
		if (rc > 0 && !node->v[i]->text[0])
			rc = ig_problem(walk, &item, node->v[i],
					"must not be empty");
		if (rc < 0)
			return -1;
		v[i].image = node->v[i]->text;
		v[i].pos = ig_schema_pos(walk, node->v[i], &item);
	}
	store_array(out, f, v, node->n);
	return 0;
}

int ig_fill_list(struct ig_walk *walk, const struct ig_field *f, void *out,
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
