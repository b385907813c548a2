/* SPDX-License-Identifier: Apache-2.0 */
#include "kmod_priv.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#define CLASS_MARK "class:"

/* ---- errors with a proposal ---- */

static int fail_class(const char *name, struct ig_err *err)
{
	const char *const *pairs = ig_module_classes();
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(4096);

	for (size_t i = 0; pairs[i]; i += 2) {
		if (ig_buf_printf(&list, err, "%s%s", i ? ", " : "", pairs[i]) <
		    0)
			return -1;
	}
	return ig_fail(err, IG_ESPEC,
		       "there is no class of modules '%s'; there are %s", name,
		       list.data);
}

static int fail_name(const struct kmod_db *db, const char *want,
		     struct ig_err *err)
{
	ig_autofree const char **words =
		calloc(db->n + db->builtin_n + 1, sizeof(*words));
	const char *near;
	size_t n = 0;

	if (!words)
		return ig_fail_mem(err);
	for (size_t i = 0; i < db->n; i++)
		words[n++] = db->v[i].name;
	for (size_t i = 0; i < db->builtin_n; i++)
		words[n++] = db->builtin[i];
	near = ig_nearest(want, words);
	if (near)
		return ig_fail(err, IG_ESPEC,
			       "kernel %s has no module '%s'; is it '%s'?",
			       db->dir->name, want, near);
	return ig_fail(err, IG_ESPEC, "kernel %s has no module '%s'",
		       db->dir->name, want);
}

/* ---- what is wanted ---- */

static int want_class(struct kmod_db *db, const char *name, struct ig_err *err)
{
	const char *const *items = kmod_class(name);
	bool any = false;

	if (!items)
		return fail_class(name, err);
	for (; *items; items++) {
		/* kernels differ: what one lacks is no error */
		if (kmod_is_glob(*items))
			any = kmod_keep_glob(db, *items) > 0 || any;
		else
			any = kmod_keep_name(db, *items) || any;
	}
	if (!any)
		ig_warn("kernel %s has no module of the class '%s'",
			db->dir->name, name);
	return 0;
}

static int want_one(struct kmod_db *db, const char *want, struct ig_err *err)
{
	if (ig_starts(want, CLASS_MARK))
		return want_class(db, want + strlen(CLASS_MARK), err);
	if (!kmod_is_glob(want))
		return kmod_keep_name(db, want) ? 0 : fail_name(db, want, err);
	if (kmod_keep_glob(db, want) == 0)
		return ig_fail(err, IG_ESPEC,
			       "kernel %s has no module that '%s' matches",
			       db->dir->name, want);
	return 0;
}

static int select_in(struct ig_tree *tree, struct ig_node *dir,
		     const char *const *want, size_t n, struct ig_err *err)
{
	IG_AUTO(kmod_done) struct kmod_db db = { 0 };

	if (kmod_load(&db, tree, dir, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (want_one(&db, want[i], err) < 0)
			return ig_wrap(err, "kernel.modules[%zu]", i);
	}
	if (kmod_close(&db, err) < 0)
		return -1;
	return kmod_write(&db, err);
}

/* @each folder lib/modules/VERSION; how many there are, or -1. */
static int each_version(struct ig_tree *tree,
			int (*each)(void *ctx, struct ig_tree *tree,
				    struct ig_node *dir, struct ig_err *err),
			void *ctx, struct ig_err *err)
{
	static const char *const tops[] = { "lib/modules", "usr/lib/modules" };
	int n = 0;

	for (size_t i = 0; i < IG_COUNT(tops); i++) {
		struct ig_node *top = ig_tree_find(tree, tops[i]);
		struct ig_node *dir = top ? top->child : NULL;

		for (; dir; dir = dir->next) {
			if (dir->inode->type != IG_DIR)
				continue;
			n++;
			if (each(ctx, tree, dir, err) < 0)
				return -1;
		}
	}
	return n;
}

struct wanted {
	const char *const *v;
	size_t n;
};

static int select_each(void *ctx, struct ig_tree *tree, struct ig_node *dir,
		       struct ig_err *err)
{
	const struct wanted *want = ctx;

	return select_in(tree, dir, want->v, want->n, err);
}

int ig_modules_select(struct ig_tree *tree, const struct ig_spool *spool,
		      const char *const *want, size_t n, struct ig_err *err)
{
	struct wanted wanted = { want, n };
	int versions = each_version(tree, select_each, &wanted, err);

	(void)spool; /* inodes say which descriptor they lie in */
	if (versions < 0)
		return -1;
	if (versions == 0 && n > 0)
		return ig_fail(
			err, IG_ESPEC,
			"modules cannot be chosen: the kernel image has no lib/modules");
	return 0;
}

static int name_each(void *ctx, struct ig_tree *tree, struct ig_node *dir,
		     struct ig_err *err)
{
	IG_AUTO(kmod_done) struct kmod_db db = { 0 };
	struct ig_buf *out = ctx;

	/* not every kernel.tar had depmod run over it */
	if (!ig_node_child(tree, dir, "modules.dep", strlen("modules.dep")))
		return 0;
	if (kmod_load(&db, tree, dir, err) < 0)
		return -1;
	for (size_t i = 0; i < db.n; i++)
		if (ig_buf_printf(out, err, "m %s\n", db.v[i].name) < 0)
			return -1;
	for (size_t i = 0; i < db.builtin_n; i++)
		if (ig_buf_printf(out, err, "b %s\n", db.builtin[i]) < 0)
			return -1;
	return 0;
}

int ig_modules_names(struct ig_buf *out, struct ig_tree *tree,
		     struct ig_err *err)
{
	return each_version(tree, name_each, out, err) < 0 ? -1 : 0;
}

/* ---- modules-load.d ---- */

static bool plain(const char *want)
{
	return want[0] && !kmod_is_glob(want) && !ig_starts(want, CLASS_MARK);
}

int ig_modules_load(struct ig_buf *out, const char *const *want, size_t n,
		    struct ig_err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (!plain(want[i]))
			continue;
		for (const char *p = want[i]; *p; p++) {
			if (ig_buf_putc(out, (char)(*p == '-' ? '_' : *p),
					err) < 0)
				return -1;
		}
		if (ig_buf_putc(out, '\n', err) < 0)
			return -1;
	}
	return 0;
}
