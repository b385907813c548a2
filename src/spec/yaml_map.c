/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml_tree.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

struct pair {
	const struct ig_ynode *key;
	const struct ig_ynode *value;
	size_t order;
	bool merged; /* by "<<", so it gives way to a key of the map itself */
};

struct pairs {
	struct pair *v;
	size_t n, room;
};

static bool is_merge(const struct ig_ynode *key)
{
	return key->plain && strcmp(key->text, "<<") == 0;
}

static void put(struct pairs *pairs, const struct ig_ynode *key,
		const struct ig_ynode *value, bool merged)
{
	if (pairs->n < pairs->room)
		pairs->v[pairs->n] =
			(struct pair){ key, value, pairs->n, merged };
	pairs->n++;
}

static int put_merged(struct ig_yaml *yaml, struct pairs *pairs,
		      const struct ig_ynode *map)
{
	if (map->kind != IG_Y_MAP) {
		ig_fail(yaml->err, IG_ESPEC,
			"the merge key '<<' takes a mapping or a list of mappings");
		return ig_yaml_at(yaml, map->line, map->col);
	}
	for (size_t i = 0; i < map->n; i++)
		put(pairs, map->v[2 * i], map->v[2 * i + 1], true);
	return 0;
}

/* Called twice: to count, then to fill. The map's own keys come first. */
static int collect(struct ig_yaml *yaml, struct pairs *pairs,
		   const struct ig_yaml_cell *first)
{
	const struct ig_yaml_cell *cell;

	pairs->n = 0;
	for (cell = first; cell; cell = cell->next->next) {
		if (!is_merge(cell->node))
			put(pairs, cell->node, cell->next->node, false);
	}
	for (cell = first; cell; cell = cell->next->next) {
		const struct ig_ynode *value = cell->next->node;

		if (!is_merge(cell->node))
			continue;
		if (value->kind != IG_Y_SEQ &&
		    put_merged(yaml, pairs, value) < 0)
			return -1;
		for (size_t i = 0; value->kind == IG_Y_SEQ && i < value->n; i++)
			if (put_merged(yaml, pairs, value->v[i]) < 0)
				return -1;
	}
	return 0;
}

static int by_order(const void *a, const void *b)
{
	const struct pair *x = a;
	const struct pair *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

static int by_key(const void *a, const void *b)
{
	const struct pair *x = a;
	const struct pair *y = b;
	int c = strcmp(x->key->text, y->key->text);

	return c ? c : by_order(a, b);
}

static int unique(struct ig_yaml *yaml, struct pairs *pairs)
{
	size_t kept = 0;

	qsort(pairs->v, pairs->n, sizeof(*pairs->v), by_key);
	for (size_t i = 0; i < pairs->n; i++) {
		const struct pair *pair = &pairs->v[i];
		const struct pair *last = &pairs->v[kept ? kept - 1 : 0];
		char name[IG_QUOTE];

		if (kept == 0 ||
		    strcmp(last->key->text, pair->key->text) != 0) {
			pairs->v[kept++] = *pair;
			continue;
		}
		if (pair->merged)
			continue;
		ig_fail(yaml->err, IG_ESPEC,
			"duplicate key '%s', first given in line %d",
			ig_spec_quote(name, pair->key->text), last->key->line);
		return ig_yaml_at(yaml, pair->key->line, pair->key->col);
	}
	pairs->n = kept;
	qsort(pairs->v, pairs->n, sizeof(*pairs->v), by_order);
	return 0;
}

int ig_yaml_map_end(struct ig_yaml *yaml, struct ig_yaml_frame *frame)
{
	struct ig_ynode *map = frame->node;
	struct pairs pairs = { 0 };
	ig_autofree struct pair *room = NULL;

	if (!frame->first)
		return 0;
	if (collect(yaml, &pairs, frame->first) < 0)
		return -1;
	pairs.room = pairs.n;
	room = calloc(pairs.n + 1, sizeof(*room));
	if (!room)
		return ig_fail_mem(yaml->err);
	pairs.v = room;
	if (collect(yaml, &pairs, frame->first) < 0 || unique(yaml, &pairs) < 0)
		return -1;
	map->v = ig_arena_array(yaml->arena, pairs.n,
				2 * sizeof(struct ig_ynode *), yaml->err);
	if (!map->v)
		return -1;
	for (size_t i = 0; i < pairs.n; i++) {
		map->v[2 * i] = pairs.v[i].key;
		map->v[2 * i + 1] = pairs.v[i].value;
	}
	map->n = pairs.n;
	return 0;
}

const struct ig_ynode *ig_yaml_get(const struct ig_ynode *map, const char *key)
{
	for (size_t i = 0; map->kind == IG_Y_MAP && i < map->n; i++) {
		if (strcmp(map->v[2 * i]->text, key) == 0)
			return map->v[2 * i + 1];
	}
	return NULL;
}
