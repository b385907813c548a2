/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/own.h>

/* ---- services: by name, in any order ---- */

enum mark {
	MARK_NEW,
	MARK_OPEN, /* on the way from a service to what it waits for */
	MARK_DONE
};

struct node {
	const struct ig_entry *entry;
	size_t next; /* of its names */
	enum mark mark;
	struct node *up; /* who waits for it, on the way */
};

struct order {
	struct ig_walk *walk;
	struct node *v; /* by name */
	size_t n;
};

static int by_name(const void *a, const void *b)
{
	const struct node *x = a;
	const struct node *y = b;

	return strcmp(x->entry->name, y->entry->name);
}

static int order_problem(struct ig_walk *walk, const struct node *node,
			 size_t k, const char *what)
{
	const struct ig_entry *e = node->entry;
	bool after = k < e->after.n;
	struct ig_path section = { NULL, "services", 0 };
	struct ig_path item = { &section, NULL, e->pos.index };
	struct ig_path key = { &item, after ? "after" : "requires", 0 };
	struct ig_path path = { &key, NULL, after ? k : k - e->after.n };
	const char *name =
		after ? e->after.v[k] : e->requires.v[k - e->after.n];
	char text[IG_QUOTE];

	return ig_problem_pos(walk, &path,
			      after ? &e->after_pos : &e->requires_pos,
			      "'%s' %s", ig_spec_quote(text, name), what);
}

/* What the @k-th name of @node stands for; NULL: nothing. */
static struct node *target(const struct order *order, const struct node *node,
			   size_t k)
{
	const struct ig_entry *e = node->entry;
	struct ig_entry wanted = {
		.name = k < e->after.n ? e->after.v[k]
				       : e->requires.v[k - e->after.n],
	};
	struct node key = { .entry = &wanted };

	return bsearch(&key, order->v, order->n, sizeof(key), by_name);
}

/* Everything that @node waits for, depth first; a problem ends it. */
static int visit(const struct order *order, struct node *node)
{
	node->mark = MARK_OPEN;
	while (node) {
		size_t k = node->next++;
		struct node *to;

		if (k == node->entry->after.n + node->entry->requires.n) {
			node->mark = MARK_DONE;
			node = node->up;
			continue;
		}
		to = target(order, node, k);
		if (!to)
			return order_problem(order->walk, node, k,
					     "is no service of this spec");
		if (to == node)
			return order_problem(order->walk, node, k,
					     "cannot wait for itself");
		if (to->mark == MARK_OPEN)
			return order_problem(
				order->walk, node, k,
				"waits for this service: neither would start");
		if (to->mark == MARK_DONE)
			continue;
		to->mark = MARK_OPEN;
		to->up = node;
		node = to;
	}
	return 0;
}

int ig_check_order(struct ig_walk *walk, const struct ig_entries *services)
{
	ig_autofree struct node *v = calloc(services->n + 1, sizeof(*v));
	const struct order order = { walk, v, services->n };

	if (!v)
		return ig_fail_mem(walk->err);
	for (size_t i = 0; i < services->n; i++)
		v[i] = (struct node){ .entry = &services->v[i] };
	qsort(v, services->n, sizeof(*v), by_name);
	for (size_t i = 0; i < services->n && walk->count == 0; i++) {
		if (v[i].mark == MARK_NEW && visit(&order, &v[i]) < 0)
			return -1;
	}
	return 0;
}

/* ---- onboot: those before ---- */

static int step_problem(struct ig_walk *walk, const struct ig_entry *e,
			size_t k)
{
	struct ig_path section = { NULL, "onboot", 0 };
	struct ig_path item = { &section, NULL, e->pos.index };
	struct ig_path key = { &item, "after", 0 };
	struct ig_path path = { &key, NULL, k };
	char text[IG_QUOTE];

	return ig_problem_pos(walk, &path, &e->after_pos,
			      "'%s' is no onboot entry before this one",
			      ig_spec_quote(text, e->after.v[k]));
}

/* A name that several have stands for all of them before @index. */
static int find_steps(struct ig_strs *out, struct ig_walk *walk,
		      const struct ig_entries *onboot, size_t index,
		      struct ig_arena *arena)
{
	const struct ig_entry *e = &onboot->v[index];

	for (size_t k = 0; k < e->after.n; k++) {
		size_t before = out->n;

		for (size_t i = 0; i < index; i++) {
			if (strcmp(onboot->v[i].name, e->after.v[k]) != 0)
				continue;
			out->v[out->n] =
				ig_arena_printf(arena, walk->err, "%03zu-%s", i,
						onboot->v[i].name);
			if (!out->v[out->n++])
				return -1;
		}
		if (out->n == before && step_problem(walk, e, k) < 0)
			return -1;
	}
	return 0;
}

int ig_check_steps(struct ig_walk *walk, struct ig_entries *onboot,
		   struct ig_arena *arena)
{
	for (size_t i = 0; i < onboot->n; i++) {
		struct ig_entry *e = &onboot->v[i];
		struct ig_strs *out = &e->after_folders;

		*out = (struct ig_strs){ .set = e->after.set };
		if (e->after.n == 0)
			continue;
		out->v = ig_arena_array(arena, e->after.n * (i + 1),
					sizeof(*out->v), walk->err);
		if (!out->v || find_steps(out, walk, onboot, i, arena) < 0)
			return -1;
	}
	return 0;
}
