/* SPDX-License-Identifier: Apache-2.0 */
#include "walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/str.h>

static const struct ig_inode parent_inode = {
	.type = IG_DIR,
	.mode = 0755,
	.mtime = IG_FIXED_TIME,
	.fd = -1,
	.nlink = 1,
};

/* Inodes with several names are few: an open-addressed map of them only. */
struct link_map {
	struct link_slot {
		const struct ig_inode *inode;
		const struct ig_node *origin;
		size_t last; /* index into walk->v */
		uint32_t ino;
	} * v;
	size_t mask;
};

static size_t inode_slot(const struct link_map *map,
			 const struct ig_inode *inode)
{
	size_t h = ((uintptr_t)inode >> 4) * (size_t)0x9E3779B97F4A7C15u;
	size_t i = (h >> 20) & map->mask;

	while (map->v[i].inode && map->v[i].inode != inode)
		i = (i + 1) & map->mask;
	return i;
}

static int map_init(struct link_map *map, size_t links, struct ig_err *err)
{
	size_t size = 16;

	while (size < links * 2)
		size *= 2;
	map->v = calloc(size, sizeof(*map->v));
	map->mask = size - 1;
	return map->v ? 0 : ig_fail_mem(err);
}

static size_t count_prefix(const char *prefix)
{
	size_t n = *prefix ? 1 : 0;

	for (; *prefix; prefix++)
		n += *prefix == '/';
	return n;
}

/* "a/b/c" gives the entries "a" and "a/b"; "a/b/c" itself is the root. */
static int add_parents(struct ig_walk *walk, struct ig_err *err)
{
	const char *prefix = walk->opts->prefix;
	size_t len = strlen(prefix), room = 0;
	char *p;

	if (!walk->opts->parents || !len)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (prefix[i] == '/')
			room += i + 1;
	walk->parents = p = malloc(room + 1);
	if (!p)
		return ig_fail_mem(err);
	for (size_t i = 0; i < len; i++) {
		if (prefix[i] != '/')
			continue;
		memcpy(p, prefix, i);
		p[i] = '\0';
		walk->v[walk->n++].parent = p;
		p += i + 1;
	}
	return 0;
}

static bool is_linked(const struct ig_entry_ref *ref)
{
	return ref->node && ref->node->inode->nlink > 1 &&
	       ref->node->inode->type != IG_DIR;
}

static void note_entry(struct ig_walk *walk, struct link_map *map, size_t at)
{
	struct ig_entry_ref *ref = &walk->v[at];
	struct link_slot *slot;

	ref->last = true;
	ref->origin = ref->node;
	ref->ino = (uint32_t)(at + 1);
	if (!is_linked(ref))
		return;
	slot = &map->v[inode_slot(map, ref->node->inode)];
	if (!slot->inode) {
		slot->inode = ref->node->inode;
		slot->origin = ref->node;
		slot->ino = ref->ino;
	} else {
		walk->v[slot->last].last = false;
		if (ref->node->seq < slot->origin->seq)
			slot->origin = ref->node;
	}
	slot->last = at;
}

static void settle_link(struct ig_entry_ref *ref, const struct link_map *map)
{
	const struct link_slot *slot;

	if (!is_linked(ref))
		return;
	slot = &map->v[inode_slot(map, ref->node->inode)];
	ref->origin = slot->origin;
	ref->ino = slot->ino;
}

int ig_walk_init(struct ig_walk *walk, const struct ig_tree *tree,
		 const struct ig_encode_opts *opts, struct ig_err *err)
{
	/* The walk only reads, but there is one accessor for the root. */
	struct ig_tree *unconst = (struct ig_tree *)(uintptr_t)tree;
	const struct ig_node *root = ig_tree_root(unconst);
	struct link_map map = { NULL, 0 };
	size_t n = count_prefix(opts->prefix), links = 0;

	memset(walk, 0, sizeof(*walk));
	walk->opts = opts;
	for (const struct ig_node *at = root; at; at = ig_node_next(at)) {
		links += at->inode->nlink > 1;
		n++;
	}
	walk->v = calloc(n + 1, sizeof(*walk->v));
	if (!walk->v || map_init(&map, links, err) < 0)
		return ig_fail_mem(err);
	if (add_parents(walk, err) < 0) {
		free(map.v);
		return -1;
	}
	for (const struct ig_node *at = root; at; at = ig_node_next(at)) {
		if (at == root && (!opts->root || !*opts->prefix))
			continue;
		if (opts->mark && at->inode->mark != opts->mark)
			continue;
		walk->v[walk->n].node = at;
		note_entry(walk, &map, walk->n++);
	}
	for (size_t i = 0; i < walk->n; i++)
		settle_link(&walk->v[i], &map);
	free(map.v);
	return 0;
}

void ig_walk_done(struct ig_walk *walk)
{
	free(walk->v);
	free(walk->parents);
	memset(walk, 0, sizeof(*walk));
}

int ig_walk_path(char out[IG_PATH_ROOM], const struct ig_walk *walk,
		 const struct ig_entry_ref *ref, struct ig_err *err)
{
	size_t len;

	if (!ref->parent)
		return ig_node_path(out, IG_PATH_ROOM, walk->opts->prefix,
				    ref->node, err);
	len = strlen(ref->parent);
	assert(len < IG_PATH_ROOM);
	memcpy(out, ref->parent, len + 1);
	return 0;
}

const struct ig_inode *ig_walk_inode(const struct ig_entry_ref *ref)
{
	return ref->parent ? &parent_inode : ref->node->inode;
}

int64_t ig_walk_time(const struct ig_walk *walk, const struct ig_inode *inode)
{
	return inode->mtime < walk->opts->max_time ? inode->mtime
						   : walk->opts->max_time;
}
