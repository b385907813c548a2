/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/own.h>
#include <ingot/str.h>

/* The guest's limits, pkg/init/plan.h. */
#define LEAST_MS 100
#define DELAY_MS (30 * 1000)
#define GRACE_MS (5 * 60 * 1000)

/* Linux' numbers on the architectures that there are images for. */
static const struct {
	const char *name;
	int number;
} signals[] = {
	{ "HUP", 1 },	{ "INT", 2 },	 { "QUIT", 3 },	 { "ABRT", 6 },
	{ "KILL", 9 },	{ "USR1", 10 },	 { "USR2", 12 }, { "ALRM", 14 },
	{ "TERM", 15 }, { "WINCH", 28 }, { "PWR", 30 },	 { "RTMIN+3", 37 },
};

int ig_stop_signal(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(signals); i++) {
		if (strcmp(name, signals[i].name) == 0)
			return signals[i].number;
	}
	return 0;
}

int ig_check_signal(struct ig_walk *walk, const struct ig_path *path,
		    const struct ig_ynode *node)
{
	char text[IG_QUOTE];

	if (!node->text[0] || ig_stop_signal(node->text))
		return 0;
	return ig_problem(
		walk, path, node,
		"'%s' is not a signal to end by: write TERM, INT, QUIT, HUP, USR1, USR2, WINCH or RTMIN+3",
		ig_spec_quote(text, node->text));
}

int64_t ig_spec_ms(const char *text)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 } };
	size_t digits = strspn(text, "0123456789");
	int64_t n = 0;

	if (digits == 0 || digits > 9)
		return -1;
	for (size_t i = 0; i < digits; i++)
		n = n * 10 + (text[i] - '0');
	for (size_t i = 0; i < IG_COUNT(units); i++) {
		if (strcmp(text + digits, units[i].unit) == 0)
			return n * units[i].ms;
	}
	return -1;
}

static int check_time(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node, int64_t most)
{
	int64_t ms = ig_spec_ms(node->text);
	char text[IG_QUOTE];

	if (!node->text[0] || (ms >= LEAST_MS && ms <= most))
		return 0;
	if (ms < 0)
		return ig_problem(walk, path, node,
				  "'%s' is not a time: write 500ms, 10s or 2m",
				  ig_spec_quote(text, node->text));
	return ig_problem(walk, path, node, "%s is not between %dms and %llds",
			  node->text, LEAST_MS, (long long)(most / 1000));
}

int ig_check_delay(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_ynode *node)
{
	return check_time(walk, path, node, DELAY_MS);
}

int ig_check_grace(struct ig_walk *walk, const struct ig_path *path,
		   const struct ig_ynode *node)
{
	return check_time(walk, path, node, GRACE_MS);
}

int ig_check_restart(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_restart *restart = object;

	(void)walk;
	(void)node;
	(void)path;
	if (restart->delay)
		restart->delay_ms = ig_spec_ms(restart->delay);
	return 0;
}

int ig_check_stop(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_stop *stop = object;

	(void)walk;
	(void)node;
	(void)path;
	if (stop->grace)
		stop->grace_ms = ig_spec_ms(stop->grace);
	return 0;
}

/* ---- order ---- */

enum mark {
	MARK_NEW,
	MARK_OPEN, /* on the way from a service to what it waits for */
	MARK_DONE
};

struct node {
	const struct ig_entry *entry;
	size_t index; /* in the spec */
	size_t next;  /* of its names */
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
	struct ig_path item = { &section, NULL, node->index };
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
		v[i] = (struct node){ .entry = &services->v[i], .index = i };
	qsort(v, services->n, sizeof(*v), by_name);
	for (size_t i = 0; i < services->n && walk->count == 0; i++) {
		if (v[i].mark == MARK_NEW && visit(&order, &v[i]) < 0)
			return -1;
	}
	return 0;
}
