/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define EMPTY_INDEX                                                            \
	"{\n  \"schemaVersion\": 2,\n  \"mediaType\": \"" IG_MEDIA_INDEX       \
	"\",\n  \"manifests\": []\n}\n"

/* A store without index.json has no names. */
static int read_index(struct ig_layout *out, struct ig_store *store,
		      struct ig_err *err)
{
	if (ig_layout_read(out, store->dirfd, err) == 0)
		return 0;
	if (err->code == IG_ENOENT) {
		ig_err_clear(err);
		return ig_layout_parse(out, EMPTY_INDEX, strlen(EMPTY_INDEX),
				       err);
	}
	return ig_wrap(err, "store '%s'", store->dir);
}

/* The blobs first, all at once, then the names that lead to them. */
static int sync_blobs(struct ig_store *store, struct ig_err *err)
{
	if (!atomic_exchange(&store->dirty, false))
		return 0;
	while (syncfs(store->dirfd) < 0) {
		if (errno == EINTR)
			continue;
		atomic_store(&store->dirty, true);
		return ig_fail_sys(err, errno, "sync the store '%s'",
				   store->dir);
	}
	return 0;
}

static int write_index(struct ig_store *store, const struct ig_layout *layout,
		       struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);

	if (ig_layout_print(&text, layout, err) < 0 ||
	    sync_blobs(store, err) < 0)
		return -1;
	if (ig_write_file(store->dirfd, "index.json", text.data, text.len, 0644,
			  err) < 0)
		return ig_wrap(err, "store '%s'", store->dir);
	return 0;
}

/* Reads, changes and writes index.json with nobody else between. */
static int change(struct ig_store *store,
		  int (*edit)(struct ig_layout *layout, const void *ctx,
			      struct ig_err *err),
		  const void *ctx, struct ig_err *err)
{
	IG_AUTO(ig_layout_done) struct ig_layout layout = { 0 };
	ig_autofd int lock = -1;

	if (ig_lock_file(&lock, store->dirfd, "index.lock", LOCK_EX, err) < 0 ||
	    read_index(&layout, store, err) < 0 || edit(&layout, ctx, err) < 0)
		return -1;
	return write_index(store, &layout, err);
}

static int change_locked(struct ig_store *store,
			 int (*edit)(struct ig_layout *layout, const void *ctx,
				     struct ig_err *err),
			 const void *ctx, struct ig_err *err)
{
	int result;

	pthread_mutex_lock(&store->names);
	result = change(store, edit, ctx, err);
	pthread_mutex_unlock(&store->names);
	return result;
}

struct give {
	const struct ig_naming *v;
	size_t n;
};

static int edit_give(struct ig_layout *layout, const void *ctx,
		     struct ig_err *err)
{
	const struct give *give = ctx;

	for (size_t i = 0; i < give->n; i++)
		if (ig_layout_set(layout, give->v[i].name, &give->v[i].desc,
				  err) < 0)
			return -1;
	return 0;
}

int ig_names_give(struct ig_store *store, const struct ig_naming *v, size_t n,
		  struct ig_err *err)
{
	const struct give give = { v, n };

	return change_locked(store, edit_give, &give, err);
}

static int edit_nothing(struct ig_layout *layout, const void *ctx,
			struct ig_err *err)
{
	(void)layout;
	(void)ctx;
	(void)err;
	return 0;
}

int ig_names_make(struct ig_store *store, struct ig_err *err)
{
	if (faccessat(store->dirfd, "index.json", F_OK, 0) == 0)
		return 0;
	return change_locked(store, edit_nothing, NULL, err);
}

int ig_store_name(struct ig_store *store, const char *name,
		  const struct ig_descriptor *desc, struct ig_err *err)
{
	struct ig_naming one = { .desc = *desc };
	ig_autofree char *copy = ig_strdup(name, err);

	if (!copy)
		return -1;
	one.name = copy;
	return ig_names_give(store, &one, 1, err);
}

static int edit_unname(struct ig_layout *layout, const void *ctx,
		       struct ig_err *err)
{
	int had = ig_layout_set(layout, ctx, NULL, err);

	if (had == 0)
		return ig_fail(err, IG_ENOENT, "no image '%s' in the store",
			       (const char *)ctx);
	return had < 0 ? -1 : 0;
}

int ig_store_unname(struct ig_store *store, const char *name,
		    struct ig_err *err)
{
	return change_locked(store, edit_unname, name, err);
}

int ig_store_find(struct ig_descriptor *out, struct ig_store *store,
		  const char *name, struct ig_err *err)
{
	IG_AUTO(ig_layout_done) struct ig_layout layout = { 0 };

	memset(out, 0, sizeof(*out));
	if (read_index(&layout, store, err) < 0)
		return -1;
	for (size_t i = 0; i < layout.index.n; i++)
		if (ig_streq(layout.index.v[i].ref_name, name))
			return ig_descriptor_copy(out, &layout.index.v[i], err);
	return ig_fail(err, IG_ENOENT, "no image '%s' in the store", name);
}

/* By name; the first entry of a name stays the first. */
static int compare(const void *a, const void *b)
{
	const struct ig_descriptor *x = *(const struct ig_descriptor *const *)a;
	const struct ig_descriptor *y = *(const struct ig_descriptor *const *)b;
	int order = strcmp(x->ref_name, y->ref_name);

	if (order != 0)
		return order;
	return x < y ? -1 : x > y;
}

int ig_store_each(struct ig_store *store,
		  int (*each)(void *ctx, const char *name,
			      const struct ig_descriptor *desc),
		  void *ctx, struct ig_err *err)
{
	IG_AUTO(ig_layout_done) struct ig_layout layout = { 0 };
	ig_autofree const struct ig_descriptor **v = NULL;
	size_t n = 0;

	if (read_index(&layout, store, err) < 0)
		return -1;
	v = calloc(layout.index.n + 1, sizeof(*v));
	if (!v)
		return ig_fail_mem(err);
	for (size_t i = 0; i < layout.index.n; i++)
		if (layout.index.v[i].ref_name)
			v[n++] = &layout.index.v[i];
	qsort(v, n, sizeof(*v), compare);
	for (size_t i = 0; i < n; i++) {
		int result;

		if (i > 0 && ig_streq(v[i]->ref_name, v[i - 1]->ref_name))
			continue;
		result = each(ctx, v[i]->ref_name, v[i]);
		if (result != 0)
			return result;
	}
	return 0;
}
