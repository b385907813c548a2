/* SPDX-License-Identifier: Apache-2.0 */
#include "fat_priv.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/rope.h>

#define NODES_MAX   (1u << 22)
#define MEMORY_MAX  ((size_t)1 << 30)
#define ENTRIES_MAX 65536u /* the spec: a directory has at most 2 MiB */
#define CHARS	    13u	   /* of a long name in one entry */

static uint32_t hash_step(uint32_t h, uint32_t value)
{
	return (h ^ value) * 0x01000193;
}

static uint32_t hash_name(const struct fat_node *node)
{
	uint32_t h = hash_step(0x811c9dc5, node->parent);

	for (size_t i = 0; i < node->units_n; i++)
		h = hash_step(h, fat_fold(node->units[i]));
	return h ^ h >> 15;
}

static bool same_name(const struct fat_node *a, const struct fat_node *b)
{
	if (a->parent != b->parent || a->units_n != b->units_n)
		return false;
	for (size_t i = 0; i < a->units_n; i++)
		if (fat_fold(a->units[i]) != fat_fold(b->units[i]))
			return false;
	return true;
}

static uint32_t hash_alias(const struct fat_node *node)
{
	uint32_t h = hash_step(0x811c9dc5, node->parent);

	for (size_t i = 0; i < FAT_ALIAS; i++)
		h = hash_step(h, (unsigned char)node->alias[i]);
	return h ^ h >> 15;
}

static bool same_alias(const struct fat_node *a, const struct fat_node *b)
{
	return a->parent == b->parent &&
	       memcmp(a->alias, b->alias, FAT_ALIAS) == 0;
}

/* The slot of @node's like, or the free one where it would be. The root is
 * in no map, so 0 means free. */
static uint32_t *slot_of(const struct fat_tree *tree, uint32_t *map,
			 uint32_t hash, const struct fat_node *node,
			 bool (*same)(const struct fat_node *,
				      const struct fat_node *))
{
	uint32_t i = hash & tree->mask;

	while (map[i] && !same(&tree->v[map[i]], node))
		i = (i + 1) & tree->mask;
	return &map[i];
}

/* Two that are the same for FAT: a folder of two files, or a mistake. */
static int meet(const struct fat_node *old, const struct fat_node *node,
		struct ig_err *err)
{
	if (old->end != node->end ||
	    memcmp(old->path, node->path, node->end) != 0)
		return ig_fail(
			err, IG_EFORMAT,
			"'%.*s' and '%.*s' differ only in case: FAT has no place for both",
			(int)old->end, old->path, (int)node->end, node->path);
	if (old->dir && node->dir)
		return 0;
	return ig_fail(err, IG_EFORMAT,
		       old->dir || node->dir ? "'%.*s' is a file and a folder"
					     : "'%.*s' is there twice",
		       (int)node->end, node->path);
}

/* @model with the component path[from..end) as its name. */
static int add_node(struct fat_tree *tree, uint32_t *index,
		    const struct fat_node *model, size_t from,
		    struct ig_err *err)
{
	uint16_t units[FAT_UNITS_MAX];
	struct fat_node node = *model;
	size_t n;
	const char *why =
		fat_units(units, &n, node.path + from, node.end - from);
	uint32_t *slot;
	uint16_t *copy;

	if (why)
		return ig_fail(err, IG_EFORMAT,
			       "the name '%s': FAT has no names with %s",
			       node.path, why);
	node.units = units;
	node.units_n = (uint16_t)n;
	slot = slot_of(tree, tree->names, hash_name(&node), &node, same_name);
	if (*slot) {
		*index = *slot;
		return meet(&tree->v[*slot], &node, err);
	}
	copy = ig_arena_array(tree->arena, n, sizeof(*copy), err);
	if (!copy)
		return -1;
	memcpy(copy, units, n * sizeof(*copy));
	node.units = copy;
	tree->v[tree->n] = node;
	*index = *slot = tree->n++;
	return 0;
}

static int add_file(struct fat_tree *tree, const struct ig_fat_file *file,
		    size_t index, struct ig_err *err)
{
	const char *path = file->path;
	uint64_t size = ig_rope_size(file->data);
	uint32_t parent = 0;

	if (size > UINT32_MAX)
		return ig_fail(
			err, IG_ELIMIT,
			"'%s' has %llu bytes: a file of FAT has at most 4 GiB - 1",
			path, (unsigned long long)size);
	for (size_t from = 0;;) {
		size_t end = from + strcspn(path + from, "/");
		struct fat_node node = { .path = path,
					 .end = end,
					 .parent = parent,
					 .dir = path[end] == '/' };

		if (!node.dir) {
			node.data = file->data;
			node.file = index;
			node.size = size;
		}
		if (add_node(tree, &parent, &node, from, err) < 0)
			return -1;
		if (!node.dir)
			return 0;
		from = end + 1;
	}
}

static void set_alias(struct fat_tree *tree, uint32_t index)
{
	struct fat_node *node = &tree->v[index];

	*slot_of(tree, tree->aliases, hash_alias(node), node, same_alias) =
		index;
}

static int make_alias(struct fat_tree *tree, uint32_t index, struct ig_err *err)
{
	struct fat_node *node = &tree->v[index];

	for (uint32_t nth = 0; nth < FAT_ALIAS_TRIES; nth++) {
		fat_alias_nth(node->alias, node->units, node->units_n, nth);
		if (!*slot_of(tree, tree->aliases, hash_alias(node), node,
			      same_alias)) {
			set_alias(tree, index);
			return 0;
		}
	}
	return ig_fail(err, IG_ELIMIT, "no short name is left for '%s'",
		       node->path);
}

/* Names that are short already keep theirs, wherever they are in the list:
 * they come before those that can have any. */
static int name_all(struct fat_tree *tree, struct ig_err *err)
{
	for (uint32_t i = 1; i < tree->n; i++) {
		struct fat_node *node = &tree->v[i];
		bool same;

		node->slots = (uint8_t)((node->units_n + CHARS - 1) / CHARS);
		if (!fat_alias_exact(node->alias, &same, node->units,
				     node->units_n)) {
			node->alias[0] = 0;
			continue;
		}
		if (same)
			node->slots = 0;
		set_alias(tree, i);
	}
	for (uint32_t i = 1; i < tree->n; i++)
		if (!tree->v[i].alias[0] && make_alias(tree, i, err) < 0)
			return -1;
	return 0;
}

static int size_all(struct fat_tree *tree, bool label, struct ig_err *err)
{
	tree->v[0].size = label ? FAT_ENTRY : 0;
	for (uint32_t i = 1; i < tree->n; i++) {
		struct fat_node *node = &tree->v[i];
		struct fat_node *dir = &tree->v[node->parent];

		if (node->dir)
			node->size = (uint64_t)2 * FAT_ENTRY; /* "." and ".." */
		dir->size += (node->slots + 1u) * FAT_ENTRY;
		if (dir->size > ENTRIES_MAX * FAT_ENTRY)
			return ig_fail(
				err, IG_ELIMIT,
				"the folder of '%.*s' has too many names for FAT",
				(int)node->end, node->path);
	}
	return 0;
}

static int make_room(struct fat_tree *tree, const struct ig_fat_file *files,
		     size_t n, struct ig_err *err)
{
	uint64_t cap = 1, slots = 16;

	for (size_t i = 0; i < n && cap <= NODES_MAX; i++) {
		cap++;
		for (const char *p = files[i].path; *p; p++)
			cap += *p == '/';
	}
	if (cap > NODES_MAX)
		return ig_fail(err, IG_ELIMIT, "too many files for FAT");
	while (slots < cap * 2)
		slots *= 2;
	tree->v = calloc(cap, sizeof(*tree->v));
	tree->names = calloc(slots, sizeof(*tree->names));
	tree->aliases = calloc(slots, sizeof(*tree->aliases));
	tree->mask = (uint32_t)(slots - 1);
	if (!tree->v || !tree->names || !tree->aliases)
		return ig_fail_mem(err);
	tree->arena = ig_arena_new(MEMORY_MAX, err);
	return tree->arena ? 0 : -1;
}

int fat_tree_init(struct fat_tree *tree, const struct ig_fat_file *files,
		  size_t n, bool label, struct ig_err *err)
{
	memset(tree, 0, sizeof(*tree));
	if (make_room(tree, files, n, err) < 0)
		return -1;
	tree->v[tree->n++] = (struct fat_node){ .path = "", .dir = true };
	for (size_t i = 0; i < n; i++)
		if (add_file(tree, &files[i], i, err) < 0)
			return -1;
	if (name_all(tree, err) < 0)
		return -1;
	return size_all(tree, label, err);
}

void fat_tree_done(struct fat_tree *tree)
{
	ig_arena_free(tree->arena);
	free(tree->v);
	free(tree->names);
	free(tree->aliases);
	memset(tree, 0, sizeof(*tree));
}
