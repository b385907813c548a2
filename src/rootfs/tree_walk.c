/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/tree.h>

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

#include "tree_priv.h"

struct ig_node *ig_node_next(const struct ig_node *node)
{
	if (node->child)
		return node->child;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}

static struct ig_node *merge(struct ig_node *a, struct ig_node *b)
{
	struct ig_node *head = NULL;
	struct ig_node **tail = &head;

	while (a && b) {
		struct ig_node **least = strcmp(a->name, b->name) < 0 ? &a : &b;

		*tail = *least;
		tail = &(*least)->next;
		*least = *tail;
	}
	*tail = a ? a : b;
	return head;
}

/* Merge sort: runs[i] is sorted and has 2^i nodes, or none. */
static struct ig_node *sort_list(struct ig_node *list)
{
	struct ig_node *runs[32] = { NULL };
	struct ig_node *next;
	struct ig_node *all = NULL;
	size_t i;

	for (; list; list = next) {
		struct ig_node *run = list;

		next = list->next;
		list->next = NULL;
		for (i = 0; i + 1 < IG_COUNT(runs) && runs[i]; i++) {
			run = merge(runs[i], run);
			runs[i] = NULL;
		}
		runs[i] = run;
	}
	for (i = 0; i < IG_COUNT(runs); i++)
		all = merge(runs[i], all);
	return all;
}

int ig_tree_sort(struct ig_tree *tree, struct ig_err *err)
{
	(void)err;
	for (struct ig_node *dir = ig_tree_root(tree); dir;
	     dir = ig_node_next(dir)) {
		struct tnode *prev = NULL;

		dir->child = sort_list(dir->child);
		for (struct ig_node *n = dir->child; n; n = n->next) {
			tnode_of(n)->prev = prev;
			prev = tnode_of(n);
		}
	}
	return 0;
}

int ig_node_path(char *out, size_t max, const char *prefix,
		 const struct ig_node *node, struct ig_err *err)
{
	size_t before = strlen(prefix);
	size_t len = 0;
	size_t at;

	for (const struct ig_node *n = node; n->parent; n = n->parent)
		len += strlen(n->name) + (n->parent->parent || before ? 1 : 0);
	if (before >= max || len >= max - before)
		return ig_fail(err, IG_ELIMIT,
			       "a path of %zu bytes is too long", before + len);
	at = before + len;
	out[at] = '\0';
	for (const struct ig_node *n = node; n->parent; n = n->parent) {
		size_t part = strlen(n->name);

		at -= part;
		memcpy(out + at, n->name, part);
		if (at > before)
			out[--at] = '/';
	}
	memcpy(out, prefix, before);
	return 0;
}
