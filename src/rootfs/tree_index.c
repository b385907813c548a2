/* SPDX-License-Identifier: Apache-2.0 */
#include "tree_priv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>

#define FIRST_BUCKETS 1024

static uint64_t rotate(uint64_t v, unsigned bits)
{
	return v << bits | v >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

/*
 * SipHash-1-3: names come from attackers, who must not be able to choose some
 * that collide. The key is addresses; nothing that is written depends on it.
 */
static uint32_t name_hash(const struct ig_tree *tree, const struct ig_node *dir,
			  const char *name, size_t len)
{
	uint64_t k0 = (uint64_t)(uintptr_t)tree * 0x9e3779b97f4a7c15u;
	uint64_t k1 = (uint64_t)(uintptr_t)dir;
	uint64_t v[4] = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
			  k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u };
	uint64_t last = (uint64_t)len << 56;
	uint64_t word;

	for (; len >= 8; len -= 8, name += 8) {
		memcpy(&word, name, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = 0;
	if (len > 0)
		memcpy(&word, name, len);
	last ^= word;
	v[3] ^= last;
	sip_round(v);
	v[0] ^= last;
	v[2] ^= 0xff;
	for (int i = 0; i < 3; i++)
		sip_round(v);
	word = v[0] ^ v[1] ^ v[2] ^ v[3];
	return (uint32_t)(word ^ word >> 32);
}

int index_init(struct ig_tree *tree, struct ig_err *err)
{
	tree->bucket = calloc(FIRST_BUCKETS, sizeof(struct tnode *));
	if (!tree->bucket)
		return ig_fail_mem(err);
	tree->buckets = FIRST_BUCKETS;
	return 0;
}

static void chain_add(struct tnode **bucket, size_t buckets, struct tnode *node)
{
	struct tnode **head = &bucket[node->hash & (buckets - 1)];

	node->chain = *head;
	*head = node;
}

/* Longer chains are slower, not wrong: no failure. */
static void index_grow(struct ig_tree *tree)
{
	size_t buckets = tree->buckets * 2;
	struct tnode **bucket = calloc(buckets, sizeof(struct tnode *));
	struct tnode *next;

	if (!bucket)
		return;
	for (size_t i = 0; i < tree->buckets; i++) {
		for (struct tnode *n = tree->bucket[i]; n; n = next) {
			next = n->chain;
			chain_add(bucket, buckets, n);
		}
	}
	free(tree->bucket);
	tree->bucket = bucket;
	tree->buckets = buckets;
}

int index_add(struct ig_tree *tree, struct tnode *node, struct ig_err *err)
{
	if (tree->names >= TREE_NAMES_MAX)
		return ig_fail(err, IG_ELIMIT, "more than %u names in one tree",
			       TREE_NAMES_MAX);
	if (tree->names >= tree->buckets)
		index_grow(tree);
	node->hash =
		name_hash(tree, node->pub.parent, node->pub.name, node->len);
	chain_add(tree->bucket, tree->buckets, node);
	tree->names++;
	return 0;
}

void index_remove(struct ig_tree *tree, struct tnode *node)
{
	struct tnode **at = &tree->bucket[node->hash & (tree->buckets - 1)];

	while (*at && *at != node)
		at = &(*at)->chain;
	if (!*at)
		return;
	*at = node->chain;
	tree->names--;
}

struct tnode *index_find(const struct ig_tree *tree, const struct ig_node *dir,
			 const char *name, size_t len)
{
	uint32_t hash;
	struct tnode *node;

	if (len == 0 || len > NAME_MAX_LEN || !dir->child)
		return NULL;
	hash = name_hash(tree, dir, name, len);
	node = tree->bucket[hash & (tree->buckets - 1)];
	for (; node; node = node->chain) {
		if (node->hash == hash && node->pub.parent == dir &&
		    node->len == len && memcmp(node->pub.name, name, len) == 0)
			return node;
	}
	return NULL;
}
