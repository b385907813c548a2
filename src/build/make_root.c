/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "build_internal.h"

#define APK_DB	   "lib/apk/db/installed"
#define APK_DB_MAX (64u << 20)

/*
 * Kernel modules and init images share one root, and the kernel's unpacker
 * resolves nothing: it drops a file over a folder in silence and writes
 * through links. So they are merged here, as a part of their own.
 */
struct root {
	const struct ig_plan *plan;
	struct ig_store *store;
	struct ig_tree *tree;
	struct ig_spool spool;
	struct ig_buf apk; /* the databases that were met, one by one */
	size_t apk_n;
};

static int add_modules(struct root *r, struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	int fd = -1;

	if (!tree || ig_part_open(&fd, r->store, r->plan->kernel->key,
				  IG_SUFFIX_MODULES, err) < 0)
		return -1;
	src = ig_source_fd(fd, err); /* takes fd */
	if (!src || ig_tar_tree(tree, &r->spool, src, "modules", true, err) < 0)
		return -1;
	return ig_tree_graft(r->tree, ig_tree_root(r->tree), tree, err);
}

/* Each image brings its own database of packages: keep them all. */
static int note_apk(struct root *r, const struct ig_tree *tree,
		    struct ig_err *err)
{
	const struct ig_node *db = ig_tree_find(tree, APK_DB);
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;

	if (!db || db->inode->type != IG_FILE || db->inode->fd < 0)
		return 0;
	src = ig_source_range(db->inode->fd, db->inode->off, db->inode->size,
			      err);
	if (!src || ig_slurp(&r->apk, src, err) < 0 ||
	    ig_buf_puts(&r->apk, "\n\n", err) < 0)
		return -1;
	r->apk_n++;
	return 0;
}

static int merge_apk(struct root *r, struct ig_err *err)
{
	struct ig_node *db = ig_tree_find(r->tree, APK_DB);
	struct ig_inode *inode;

	if (r->apk_n < 2 || !db)
		return 0;
	inode = ig_tree_inode(r->tree, IG_FILE, err);
	if (!inode)
		return -1;
	inode->mode = 0644;
	inode->mem = ig_arena_strn(ig_tree_arena(r->tree), r->apk.data,
				   r->apk.len, err);
	inode->size = r->apk.len;
	if (!inode->mem)
		return -1;
	return ig_tree_put(r->tree, db->parent, "installed", 9, inode, err)
		       ? 0
		       : -1;
}

static int add_init(struct root *r, const struct ig_pin *pin,
		    struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	struct ig_layers_opts opts = { .rules = r->plan->opts.rules,
				       .hash = true };

	if (!tree)
		return -1;
	ig_tree_root(tree)->inode->mtime = IG_FIXED_TIME;
	if (ig_image_tree(tree, &r->spool, r->store, pin->image, &opts, err) <
		    0 ||
	    ig_tree_dress(tree, true, err) < 0 || note_apk(r, tree, err) < 0 ||
	    ig_tree_graft(r->tree, ig_tree_root(r->tree), tree, err) < 0)
		return ig_wrap(err, "%s", pin->name);
	return 0;
}

int ig_make_root(const struct ig_plan *plan, struct ig_store *store,
		 unsigned want, struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	struct root r = { .plan = plan,
			  .store = store,
			  .tree = tree,
			  .spool = { -1, 0 },
			  .apk = IG_BUF_INIT(APK_DB_MAX) };
	int result = tree ? ig_spool_init(&r.spool, store, err) : -1;

	if (result == 0 && plan->kernel)
		result = add_modules(&r, err);
	for (size_t i = 0; result == 0 && i < plan->spec->init_n; i++)
		result = add_init(
			&r, ig_lock_find(plan->lock, plan->spec->init[i].image),
			err);
	if (result == 0)
		result = merge_apk(&r, err);
	if (result == 0)
		result =
			ig_part_write(plan, plan->root, store, want, tree, err);
	ig_spool_done(&r.spool);
	ig_buf_done(&r.apk);
	return result;
}
