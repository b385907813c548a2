/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>

struct list {
	struct ig_digest *v;
	size_t n, cap;
};

static int collect(void *ctx, const char *name, struct ig_err *err)
{
	struct list *list = ctx;

	/* What is not called like a blob is not ours. */
	if (!ig_hex64_ok(name, strlen(name)))
		return 0;
	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 64;
		struct ig_digest *v = reallocarray(list->v, cap, sizeof(*v));

		if (!v)
			return ig_fail_mem(err);
		list->v = v;
		list->cap = cap;
	}
	ig_digest_from_hex(&list->v[list->n++], name);
	return 0;
}

struct job {
	struct ig_store *store;
	const struct ig_digest *v;
	atomic_uint_fast64_t good, bad;
};

static int check_one(void *ctx, size_t i, struct ig_err *err)
{
	struct job *job = ctx;
	ig_autofd int fd = -1;

	if (ig_blob_check(&fd, job->store, &job->v[i], false, err) == 0) {
		atomic_fetch_add(&job->good, 1);
		return 0;
	}
	if (err->code == IG_EDIGEST)
		atomic_fetch_add(&job->bad, 1);
	else if (err->code != IG_ENOENT) /* another program removed it */
		return -1;
	ig_err_clear(err);
	return 0;
}

int ig_store_verify(struct ig_store *store, uint64_t *good, uint64_t *bad,
		    struct ig_err *err)
{
	struct list list = { 0 };
	struct job job = { .store = store };
	int result =
		ig_dir_each(store->blobs, "blobs/sha256", collect, &list, err);

	job.v = list.v;
	if (result == 0)
		result = ig_parallel(list.n, 0, check_one, &job, err);
	*good = atomic_load(&job.good);
	*bad = atomic_load(&job.bad);
	free(list.v);
	return result;
}
