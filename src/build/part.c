/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "build_internal.h"

void ig_part_suffix(char out[32], const struct ig_plan *plan,
		    const struct ig_part *part)
{
	static const char *const names[] = {
		[IG_CODEC_NONE] = "none",
		[IG_CODEC_GZIP] = "gzip",
		[IG_CODEC_ZSTD] = "zstd",
	};

	snprintf(out, 32, "%s-%s%d",
		 part && ig_is_mounted(plan, part) ? "squashfs" : "cpio",
		 names[plan->opts.codec], plan->opts.level);
}

static bool has(struct ig_store *store, const char *key, const char *suffix)
{
	struct ig_err err = { 0 };
	ig_autofd int fd = -1;

	return ig_part_open(&fd, store, key, suffix, &err) == 0;
}

bool ig_part_has(const struct ig_plan *plan, const struct ig_part *part,
		 struct ig_store *store, unsigned want)
{
	char suffix[32];

	ig_part_suffix(suffix, plan, part);
	if ((want & IG_WANT_CPIO) && !has(store, part->key, suffix))
		return false;
	if ((want & IG_WANT_TAR) && !has(store, part->tar_key, IG_SUFFIX_TAR))
		return false;
	return has(store, part->key, IG_SUFFIX_MTREE);
}

int ig_part_fill(struct ig_store *store, const char *key, const char *suffix,
		 int (*fill)(void *ctx, struct ig_sink *out,
			     struct ig_err *err),
		 void *ctx, struct ig_err *err)
{
	IG_AUTO(ig_part_freep) struct ig_part_put *put = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = NULL;

	if (ig_part_begin(&put, store, key, suffix, err) < 0)
		return -1;
	sink = ig_sink_fd(ig_part_fd(put), err);
	if (!sink || fill(ctx, sink, err) < 0 || ig_sink_finish(sink, err) < 0)
		return -1;
	return ig_part_commit(put, err);
}

static int fill_file(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	const struct ig_inode *inode = ctx;
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;

	if (inode->size == 0)
		return 0; /* it lies nowhere */
	src = ig_source_range(inode->fd, inode->off, inode->size, err);
	return src ? ig_pump(out, src, NULL, err) : -1;
}

int ig_part_put_file(struct ig_store *store, const char *key,
		     const char *suffix, const struct ig_inode *inode,
		     struct ig_err *err)
{
	return ig_part_fill(store, key, suffix, fill_file,
			    (void *)(uintptr_t)inode, err);
}

/* A tree and how to write it, for ig_part_fill(). */
struct tree_job {
	struct ig_tree *tree;
	const struct ig_encode_opts *opts;
};

static int fill_tar(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	const struct tree_job *job = ctx;

	return ig_tar_write(out, job->tree, job->opts, err);
}

static int fill_mtree(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	const struct tree_job *job = ctx;

	return ig_mtree_write(out, job->tree, job->opts, err);
}

static int write_cpio(const struct ig_plan *plan, struct ig_store *store,
		      const struct ig_part *part, const char *suffix,
		      const struct tree_job *job, struct ig_err *err)
{
	IG_AUTO(ig_part_freep) struct ig_part_put *put = NULL;
	int result;

	if (ig_part_begin(&put, store, part->key, suffix, err) < 0)
		return -1;
	if (ig_is_mounted(plan, part))
		result = ig_mounted_write(ig_part_fd(put), plan, part, store,
					  job->tree, err);
	else
		result = ig_cpio_parts(ig_part_fd(put), job->tree, job->opts,
				       plan->opts.codec, plan->opts.level, err);
	return result < 0 ? -1 : ig_part_commit(put, err);
}

int ig_part_write(const struct ig_plan *plan, const struct ig_part *part,
		  struct ig_store *store, unsigned want, struct ig_tree *tree,
		  struct ig_err *err)
{
	struct ig_encode_opts opts = {
		.prefix = part->prefix ? part->prefix : "",
		.parents = true,
		.root = true,
		.max_time = plan->opts.max_time,
		.source = part->source,
		.location = part->location,
		.key = part->key,
	};
	struct tree_job job = { tree, &opts };
	char suffix[32];

	if (ig_tree_sort(tree, err) < 0)
		return -1;
	ig_part_suffix(suffix, plan, part);
	if ((want & IG_WANT_CPIO) && !has(store, part->key, suffix) &&
	    write_cpio(plan, store, part, suffix, &job, err) < 0)
		return -1;
	if ((want & IG_WANT_TAR) && !has(store, part->tar_key, IG_SUFFIX_TAR) &&
	    ig_part_fill(store, part->tar_key, IG_SUFFIX_TAR, fill_tar, &job,
			 err) < 0)
		return -1;
	return ig_part_fill(store, part->key, IG_SUFFIX_MTREE, fill_mtree, &job,
			    err);
}

int ig_spool_init(struct ig_spool *spool, struct ig_store *store,
		  struct ig_err *err)
{
	const char *other = getenv("TMPDIR");

	spool->end = 0;
	if (ig_spool_open(&spool->fd, ig_store_dir(store), err) == 0)
		return 0;
	/* A store that is complete may be read-only. */
	if (err->sys != EROFS && err->sys != EACCES)
		return -1;
	ig_err_clear(err);
	return ig_spool_open(&spool->fd, other && *other ? other : "/tmp", err);
}

void ig_spool_done(struct ig_spool *spool)
{
	if (spool->fd >= 0)
		close(spool->fd);
	spool->fd = -1;
}

int ig_part_once(int *fd, struct ig_store *store,
		 const struct ig_part_file *file, struct ig_err *err)
{
	IG_AUTO(ig_part_freep) struct ig_part_put *put = NULL;

	if (ig_part_open(fd, store, file->key, file->suffix, err) == 0)
		return 0;
	if (err->code != IG_ENOENT)
		return -1;
	ig_err_clear(err);
	if (ig_part_begin(&put, store, file->key, file->suffix, err) < 0 ||
	    file->fill(file->ctx, ig_part_fd(put), err) < 0 ||
	    ig_part_commit(put, err) < 0)
		return -1;
	ig_info("made %s of the whole system", file->suffix);
	return ig_part_open(fd, store, file->key, file->suffix, err);
}

int ig_part_put_rope(int fd, const struct ig_rope *rope, struct ig_err *err)
{
	IG_AUTO(ig_source_closep)
	struct ig_source *src = ig_rope_source(rope, err);
	IG_AUTO(ig_sink_closep) struct ig_sink *out = NULL;

	out = src ? ig_sink_fd(fd, err) : NULL;
	if (!out || ig_pump(out, src, NULL, err) < 0)
		return -1;
	return ig_sink_finish(out, err);
}
