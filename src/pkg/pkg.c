/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#define TAG_LEN 40

void pkg_done(struct pkg *pkg)
{
	ig_tree_free(pkg->tree);
	ig_closep(&pkg->spool.fd);
	ig_recipe_free(pkg->recipe);
	ig_buf_done(&pkg->text);
	for (size_t i = 0; i < pkg->debs_n; i++)
		free(pkg->debs[i]);
	free(pkg->debs);
	free(pkg->ref);
}

static bool is_for(const struct ig_strs *arches, const char *arch)
{
	for (size_t i = 0; i < arches->n; i++)
		if (ig_streq(arches->v[i], arch))
			return true;
	return arches->n == 0;
}

static int check_arch(const struct pkg *pkg, struct ig_err *err)
{
	const struct ig_strs *arches = &pkg->recipe->arches;
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(256);

	if (!ig_arch_known(pkg->opts->arch))
		return ig_fail(err, IG_EUSAGE, "unknown architecture '%s'",
			       pkg->opts->arch);
	if (is_for(arches, pkg->opts->arch))
		return 0;
	for (size_t i = 0; i < arches->n; i++) {
		if (ig_buf_printf(&list, err, "%s%s", i ? ", " : "",
				  arches->v[i]) < 0)
			break;
	}
	return ig_fail(err, IG_ESPEC, "%s/%s: not made for '%s', only for %s",
		       pkg->dir, PKG_RECIPE, pkg->opts->arch,
		       list.data ? list.data : "others");
}

static int read_recipe(struct pkg *pkg, struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s/%s", pkg->dir, PKG_RECIPE);

	if (!path)
		return -1;
	if (ig_read_file(&pkg->text, AT_FDCWD, path, err) < 0) {
		if (err->code == IG_ENOENT)
			return ig_fail(err, IG_ENOENT,
				       "there is no package in '%s': no %s",
				       pkg->dir, PKG_RECIPE);
		return -1;
	}
	return ig_recipe_parse(&pkg->recipe, path,
			       pkg->text.data ? pkg->text.data : "",
			       pkg->text.len, NULL, err);
}

static int make_ref(struct pkg *pkg, struct ig_err *err)
{
	const struct ig_recipe *recipe = pkg->recipe;
	const char *org = pkg->opts->org ? pkg->opts->org : recipe->org;
	ig_autofree char *text = NULL;

	if (recipe->tag)
		text = ig_format(err, "%s/%s:%s", org ? org : "ingot",
				 recipe->image, recipe->tag);
	else
		text = ig_format(err, "%s/%s:%.*s", org ? org : "ingot",
				 recipe->image, TAG_LEN, pkg->hash);
	if (!text)
		return -1;
	pkg->ref = ig_ref_expand(text, err);
	if (!pkg->ref)
		return ig_wrap(err, "%s/%s", pkg->dir, PKG_RECIPE);
	return 0;
}

int pkg_load(struct pkg *pkg, struct ig_err *err)
{
	ig_buf_init(&pkg->text, PKG_RECIPE_MAX);
	pkg->spool.fd = -1;
	if (read_recipe(pkg, err) < 0 || check_arch(pkg, err) < 0 ||
	    pkg_hash(pkg, err) < 0)
		return -1;
	return make_ref(pkg, err);
}

char *ig_pkg_ref(struct ig_store *store, const char *dir,
		 const struct ig_pkg_opts *opts, struct ig_err *err)
{
	IG_AUTO(pkg_done) struct pkg pkg = { store, dir, opts, .spool.fd = -1 };

	if (pkg_load(&pkg, err) < 0)
		return NULL;
	return ig_take(&pkg.ref);
}

/* With a tag of its own a recipe can change under the same name. */
static bool is_built(const struct pkg *pkg)
{
	IG_AUTO(ig_image_done) struct ig_image image = { 0 };
	struct ig_err ignored;

	return ig_image_load(&image, pkg->store, pkg->ref, pkg->opts->arch,
			     &ignored) == 0 &&
	       ig_streq(ig_image_label(&image.config, PKG_LABEL_HASH),
			pkg->hash) &&
	       ig_image_complete(&image, pkg->store);
}

static int run_step(struct pkg *pkg, const struct ig_recipe_step *step,
		    struct ig_err *err)
{
	switch (step->kind) {
	case IG_STEP_DEBIAN:
		return pkg_step_debian(pkg, step, err);
	case IG_STEP_FILES:
		return pkg_step_files(pkg, step, err);
	case IG_STEP_BASE:
		return pkg_step_base(pkg, step, err);
	case IG_STEP_COMPILE:
		return pkg_step_compile(pkg, step, err);
	case IG_STEP_KERNEL:
		return pkg_step_kernel(pkg, step, err);
	case IG_STEP_LINUX:
		return pkg_step_linux(pkg, step, err);
	case IG_STEP_GRUB:
		return pkg_step_grub(pkg, step, err);
	case IG_STEP_RENAME:
		return pkg_step_rename(pkg, step, err);
	case IG_STEP_KEEP:
		return pkg_step_keep(pkg, step, err);
	default:
		return ig_fail(err, IG_ESPEC, "unknown content step");
	}
}

static int open_spool(struct pkg *pkg, struct ig_err *err)
{
	return ig_spool_open(&pkg->spool.fd, ig_store_dir(pkg->store), err);
}

static int say_where(const struct pkg *pkg, const struct ig_recipe_step *step,
		     struct ig_err *err)
{
	if (strstr(err->msg, PKG_RECIPE ":"))
		return -1; /* it says so already */
	return ig_wrap(err, "%s/%s:%d:%d", pkg->dir, PKG_RECIPE, step->pos.line,
		       step->pos.col);
}

static int make(struct pkg *pkg, struct ig_err *err)
{
	if (ig_source_date(&pkg->max_time, IG_FIXED_TIME, err) < 0 ||
	    open_spool(pkg, err) < 0)
		return -1;
	pkg->tree = ig_tree_new(err);
	if (!pkg->tree)
		return -1;
	for (size_t i = 0; i < pkg->recipe->steps_n; i++) {
		const struct ig_recipe_step *step = &pkg->recipe->steps[i];

		if (is_for(&step->arches, pkg->opts->arch) &&
		    run_step(pkg, step, err) < 0)
			return say_where(pkg, step, err);
	}
	return pkg_publish(pkg, err);
}

int ig_pkg_build(char **ref, bool *built, struct ig_store *store,
		 const char *dir, const struct ig_pkg_opts *opts,
		 struct ig_err *err)
{
	IG_AUTO(pkg_done) struct pkg pkg = { store, dir, opts, .spool.fd = -1 };
	bool make_it;

	if (pkg_load(&pkg, err) < 0)
		return -1;
	make_it = opts->force || !is_built(&pkg);
	if (make_it) {
		ig_info("building %s for %s", pkg.ref, opts->arch);
		if (make(&pkg, err) < 0)
			return -1;
	}
	if (built)
		*built = make_it;
	*ref = ig_take(&pkg.ref);
	return 0;
}

int ig_pkg_config(struct ig_buf *out, struct ig_store *store, const char *dir,
		  const struct ig_pkg_opts *opts, struct ig_err *err)
{
	IG_AUTO(pkg_done) struct pkg pkg = { store, dir, opts, .spool.fd = -1 };

	if (pkg_load(&pkg, err) < 0 || open_spool(&pkg, err) < 0)
		return -1;
	for (size_t i = 0; i < pkg.recipe->steps_n; i++) {
		const struct ig_recipe_step *step = &pkg.recipe->steps[i];

		if (step->kind != IG_STEP_LINUX ||
		    !is_for(&step->arches, opts->arch))
			continue;
		return pkg_linux_config(out, &pkg, step, err) < 0
			       ? say_where(&pkg, step, err)
			       : 0;
	}
	return ig_fail(err, IG_ESPEC, "%s/%s: it compiles no kernel for '%s'",
		       dir, PKG_RECIPE, opts->arch);
}
