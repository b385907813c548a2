/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/disk.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/rope.h>

#include "fs.h"
#include "put.h"

/*
 * Linux: Documentation/admin-guide/device-mapper/verity.rst. A block of
 * superblock, then the levels of the tree from the top down; the lowest holds
 * the hashes of the data blocks, every other those of the level below.
 */
#define BLOCK	  4096u
#define SALT	  32u
#define SALT_AT	  88u /* in the superblock */
#define DIGEST	  32u
#define PER_BLOCK (BLOCK / DIGEST)
#define LEVELS	  10u  /* 128^10 is more than there can be */
#define JOB	  512u /* blocks hashed by one job, a multiple of PER_BLOCK */

struct verity {
	const struct ig_rope *data;  /* hashed now, when not NULL */
	const unsigned char *blocks; /* else these */
	uint64_t count;
	const unsigned char *salt;
	unsigned char *out; /* DIGEST bytes a block */
};

static void hash_block(struct ig_hash *hash, const struct verity *v,
		       const unsigned char *block, uint64_t i)
{
	ig_hash_add(hash, v->salt, SALT);
	ig_hash_add(hash, block, BLOCK);
	ig_hash_end(hash, v->out + i * DIGEST);
}

static int hash_some(void *ctx, size_t job, struct ig_err *err)
{
	const struct verity *v = ctx;
	uint64_t first = (uint64_t)job * JOB;
	uint64_t left = v->count - first;
	size_t n = left < JOB ? (size_t)left : JOB;
	ig_autofree unsigned char *own = NULL;
	const unsigned char *from;
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = NULL;

	if (ig_cancelled())
		return ig_fail_cancel(err);
	hash = ig_hash_new(err);
	if (!hash)
		return -1;
	if (v->data) {
		own = malloc(n * BLOCK);
		if (!own)
			return ig_fail_mem(err);
		if (ig_rope_read(v->data, own, n * BLOCK, first * BLOCK, err) <
		    0)
			return -1;
		from = own;
	} else {
		from = v->blocks + first * BLOCK;
	}
	for (size_t i = 0; i < n; i++)
		hash_block(hash, v, from + i * BLOCK, first + i);
	return 0;
}

static int hash_level(struct verity *v, struct ig_err *err)
{
	size_t jobs = (size_t)((v->count + JOB - 1) / JOB);

	return ig_parallel(jobs, 0, hash_some, v, err);
}

/* How many blocks each level has; [0] is the lowest. */
static unsigned count_levels(uint64_t levels[LEVELS], uint64_t blocks)
{
	unsigned n = 0;

	while (blocks > 1) {
		blocks = (blocks + PER_BLOCK - 1) / PER_BLOCK;
		levels[n++] = blocks;
	}
	return n;
}

/* The levels into @tree, whose last blocks are the lowest level. */
static int make_tree(unsigned char *tree, uint64_t tree_blocks,
		     unsigned char root[DIGEST], struct verity *v,
		     struct ig_err *err)
{
	uint64_t levels[LEVELS];
	unsigned n = count_levels(levels, v->count);
	unsigned char *at = tree + tree_blocks * BLOCK;

	for (unsigned i = 0; i < n; i++) {
		at -= levels[i] * BLOCK;
		v->out = at;
		if (hash_level(v, err) < 0)
			return -1;
		v->data = NULL;
		v->blocks = at;
		v->count = levels[i];
	}
	v->out = root;
	return hash_level(v, err);
}

static void put_superblock(unsigned char *at, uint64_t blocks,
			   const unsigned char salt[SALT], const char *seed)
{
	memcpy(at, "verity\0\0", 8);
	put32(at + 8, 1);  /* version */
	put32(at + 12, 1); /* salt before data, digests aligned */
	ig_fs_uuid(at + 16, seed, "verity");
	memcpy(at + 32, "sha256", 6);
	put32(at + 64, BLOCK);
	put32(at + 68, BLOCK);
	put64(at + 72, blocks);
	put16(at + 80, SALT);
	memcpy(at + SALT_AT, salt, SALT);
}

static int make_salt(unsigned char salt[SALT], const char *seed,
		     struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);

	if (!hash)
		return -1;
	ig_hash_field(hash, "verity salt");
	ig_hash_field(hash, seed);
	ig_hash_end(hash, salt);
	return 0;
}

int ig_verity_write(struct ig_rope *out, unsigned char root[32],
		    unsigned char salt[32], const struct ig_rope *data,
		    const char *seed, struct ig_err *err)
{
	uint64_t size = ig_rope_size(data);
	struct verity v = { .data = data, .count = size / BLOCK, .salt = salt };
	uint64_t levels[LEVELS];
	uint64_t tree_blocks = 0;
	unsigned char *room;

	if (!size || size % BLOCK)
		return ig_fail(
			err, IG_EFORMAT,
			"dm-verity needs whole blocks of %u bytes, not %llu bytes",
			BLOCK, (unsigned long long)size);
	for (unsigned n = count_levels(levels, v.count); n; n--)
		tree_blocks += levels[n - 1];
	if (make_salt(salt, seed, err) < 0)
		return -1;
	room = ig_rope_room(out, (size_t)((1 + tree_blocks) * BLOCK), err);
	if (!room)
		return -1;
	put_superblock(room, v.count, salt, seed);
	return make_tree(room + BLOCK, tree_blocks, root, &v, err);
}

int ig_verity_root(unsigned char root[32], const struct ig_rope *hashes,
		   const struct ig_rope *data, struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	bool tree = ig_rope_size(hashes) > BLOCK;
	ig_autofree unsigned char *block = malloc(BLOCK);
	unsigned char salt[SALT];

	if (!block)
		return ig_fail_mem(err);
	/* One block of data is its own tree. */
	if (!hash || ig_rope_read(hashes, salt, SALT, SALT_AT, err) < 0 ||
	    ig_rope_read(tree ? hashes : data, block, BLOCK, tree ? BLOCK : 0,
			 err) < 0)
		return -1;
	ig_hash_add(hash, salt, SALT);
	ig_hash_add(hash, block, BLOCK);
	ig_hash_end(hash, root);
	return 0;
}
