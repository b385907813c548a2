/* SPDX-License-Identifier: Apache-2.0 */
#include "root_fs.h"

#include <stdio.h>
#include <string.h>

#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

/*
 * The whole system as a file system that is mounted, not unpacked. It is made
 * of the tars of all parts, so it is itself a part: made when its key is new,
 * and copied from then on.
 */
#define VERSION	      "1"
#define BLOCK	      4096u
#define TAR_END	      1024u /* two zero blocks */
#define SUFFIX_VERITY "verity"

static const struct {
	const char *name;
	const char *option, *module; /* of the kernel's configuration */
} kinds[] = {
	[IG_ROOT_SQUASHFS] = { "squashfs", "SQUASHFS", "squashfs" },
	[IG_ROOT_EROFS] = { "erofs", "EROFS_FS", "erofs" },
};

/* ---- the tree ---- */

int ig_root_tree(struct ig_tree *tree, struct ig_spool *spool,
		 struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_generated_done)
	struct ig_generated gen = { .spool = { -1, 0 } };
	IG_AUTO(ig_rope_freep) struct ig_rope *tar = ig_rope_new(err);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;

	if (!tar || ig_generate(&gen, c->plan, c->store, false, err) < 0 ||
	    ig_compose_tree_tar(tar, c, &gen, err) < 0 ||
	    ig_rope_zero(tar, TAR_END, err) < 0)
		return -1;
	src = ig_rope_source(tar, err);
	if (!src || ig_tar_tree(tree, spool, src, "the root", false, err) < 0)
		return -1;
	return ig_tree_sort(tree, err);
}

/* ---- as a file system ---- */

/* That of the initrd, when it is zstd's too; 0: the default. */
static int fs_level(const struct ig_compose *c)
{
	const struct ig_plan_opts *o = &c->plan->opts;

	return o->codec == IG_CODEC_ZSTD ? o->level : 0;
}

static int root_key(char out[IG_SHA256_HEX], const struct ig_compose *c,
		    const char *kind, struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	char level[16];

	if (!hash)
		return -1;
	snprintf(level, sizeof(level), "%d", fs_level(c));
	ig_hash_field(hash, "ingot-root-fs");
	ig_hash_field(hash, VERSION);
	ig_hash_field(hash, kind);
	ig_hash_field(hash, level);
	ig_hash_field(hash, c->tree_id);
	ig_hash_end_hex(hash, out);
	return 0;
}

struct job {
	struct ig_compose *c;
	enum ig_root_fs kind;
	const char *seed;
};

static int encode(const struct job *job, int fd, struct ig_tree *tree,
		  struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = NULL;
	struct ig_fs_opts opts = { .seed = job->seed,
				   .max_time = job->c->plan->opts.max_time,
				   .level = fs_level(job->c) };

	if (job->kind == IG_ROOT_SQUASHFS)
		return ig_squashfs_write(fd, tree, &opts, err);
	rope = ig_rope_new(err);
	if (!rope || ig_erofs_write(rope, tree, &opts, err) < 0)
		return -1;
	return ig_part_put_rope(fd, rope, err);
}

static int fill_root(void *ctx, int fd, struct ig_err *err)
{
	const struct job *job = ctx;
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };

	if (!tree || ig_spool_init(&spool, job->c->store, err) < 0 ||
	    ig_root_tree(tree, &spool, job->c, err) < 0)
		return -1;
	return encode(job, fd, tree, err);
}

int ig_compose_root(const struct ig_rope **out, struct ig_compose *c,
		    enum ig_root_fs kind, struct ig_err *err)
{
	char key[IG_SHA256_HEX];
	struct job job = { c, kind, key };
	const struct ig_part_file file = { key, kinds[kind].name, fill_root,
					   &job };
	struct ig_rope *rope;
	int fd = -1;

	if (c->root[kind]) {
		*out = c->root[kind];
		return 0;
	}
	rope = ig_compose_new(c, err);
	if (!rope || ig_compose_id(c, err) < 0 ||
	    root_key(key, c, kinds[kind].name, err) < 0 ||
	    ig_part_once(&fd, c->store, &file, err) < 0 ||
	    ig_rope_own(rope, fd, err) < 0 || /* takes fd */
	    ig_rope_align(rope, BLOCK, err) < 0)
		return ig_wrap(err, "%s", kinds[kind].name);
	*out = c->root[kind] = rope;
	return 0;
}

/* ---- dm-verity ---- */

struct verity {
	const struct ig_rope *data;
	const char *seed;
};

static int fill_verity(void *ctx, int fd, struct ig_err *err)
{
	const struct verity *v = ctx;
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(err);
	unsigned char root[32], salt[32];

	if (!rope ||
	    ig_verity_write(rope, root, salt, v->data, v->seed, err) < 0)
		return -1;
	return ig_part_put_rope(fd, rope, err);
}

int ig_compose_verity(const struct ig_rope **out, char hash[IG_SHA256_HEX],
		      struct ig_compose *c, enum ig_root_fs kind,
		      struct ig_err *err)
{
	struct verity v = { .seed = c->tree_id };
	struct ig_rope *rope = ig_compose_new(c, err);
	char key[IG_SHA256_HEX];
	const struct ig_part_file file = { key, SUFFIX_VERITY, fill_verity,
					   &v };
	unsigned char root[32];
	int fd = -1;

	if (!rope || ig_compose_root(&v.data, c, kind, err) < 0 ||
	    root_key(key, c, kinds[kind].name, err) < 0 ||
	    ig_part_once(&fd, c->store, &file, err) < 0 ||
	    ig_rope_own(rope, fd, err) < 0 || /* takes fd */
	    ig_verity_root(root, rope, v.data, err) < 0)
		return ig_wrap(err, "dm-verity");
	ig_hex(hash, root, sizeof(root));
	*out = rope;
	return 0;
}
