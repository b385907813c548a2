/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/registry.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>

#include "build_internal.h"

#define LABEL "org.mobyproject.config"

/* One image to be pinned; the first place that names it is blamed. */
struct want {
	struct ig_ref ref;
	struct ig_pos pos;
	char *what; /* "services[0].image" */
};

struct resolve {
	struct ig_store *store;
	struct ig_registry *registry; /* NULL under offline */
	const struct ig_resolve_opts *opts;
	struct want *wants;
	size_t n, cap;
	struct ig_lock *lock;
};

static int blame(struct ig_err *err, const struct ig_pos *pos, const char *what)
{
	if (!pos->line) /* not from a file */
		return ig_wrap(err, "%s: %s", pos->file, what);
	return ig_wrap(err, "%s:%d:%d: %s", pos->file, pos->line, pos->col,
		       what);
}

/* "kernel.image", "init[0]", "services[0].image" */
static char *name_key(const char *section, long index, struct ig_err *err)
{
	if (index < 0)
		return ig_format(err, "%s.image", section);
	if (ig_streq(section, "init"))
		return ig_format(err, "init[%ld]", index);
	return ig_format(err, "%s[%ld].image", section, index);
}

static int want(struct resolve *r, const char *image, const struct ig_pos *pos,
		const char *section, long index, struct ig_err *err)
{
	struct want w = { .pos = *pos };

	w.what = name_key(section, index, err);
	if (!w.what)
		return -1;
	if (ig_ref_parse(&w.ref, image, strlen(image), err) < 0) {
		blame(err, pos, w.what);
		free(w.what);
		return -1;
	}
	for (size_t i = 0; i < r->n; i++) {
		if (!ig_streq(r->wants[i].ref.text, w.ref.text))
			continue;
		ig_ref_done(&w.ref);
		free(w.what);
		return 0;
	}
	if (r->n == r->cap) {
		size_t cap = r->cap ? r->cap * 2 : 16;
		void *v = realloc(r->wants, cap * sizeof(w));

		if (!v) {
			ig_ref_done(&w.ref);
			free(w.what);
			return ig_fail_mem(err);
		}
		r->wants = v;
		r->cap = cap;
	}
	r->wants[r->n++] = w;
	return 0;
}

static int want_entries(struct resolve *r, const struct ig_entries *entries,
			const char *section, struct ig_err *err)
{
	for (size_t i = 0; i < entries->n; i++)
		if (want(r, entries->v[i].image, &entries->v[i].image_pos,
			 section, (long)entries->v[i].pos.index, err) < 0)
			return -1;
	return 0;
}

static int want_loader(struct resolve *r, const struct ig_bootloader *loader,
		       const char *section, struct ig_err *err)
{
	if (!loader->image)
		return ig_fail(
			err, IG_ESPEC,
			"a format needs a %s image: add '%s: {image: …}' to the spec",
			section, section);
	return want(r, loader->image, &loader->image_pos, section, -1, err);
}

static int want_all(struct resolve *r, const struct ig_spec *spec,
		    struct ig_err *err)
{
	const struct ig_kernel *k = &spec->kernel;

	if (k->image && *k->image &&
	    want(r, k->image, &k->image_pos, "kernel", -1, err) < 0)
		return -1;
	if ((r->opts->need & IG_NEED_LOADER) &&
	    want_loader(r, &spec->bootloader, "bootloader", err) < 0)
		return -1;
	if ((r->opts->need & IG_NEED_FIRMWARE) &&
	    want_loader(r, &spec->firmware, "firmware", err) < 0)
		return -1;
	for (size_t i = 0; i < spec->init_n; i++)
		if (want(r, spec->init[i].image, &spec->init[i].pos, "init",
			 (long)spec->init[i].pos.index, err) < 0)
			return -1;
	for (size_t i = 0; i < spec->volumes_n; i++)
		if (spec->volumes[i].image &&
		    want(r, spec->volumes[i].image, &spec->volumes[i].pos,
			 "volumes", (long)spec->volumes[i].pos.index, err) < 0)
			return -1;
	if (want_entries(r, &spec->onboot, "onboot", err) < 0 ||
	    want_entries(r, &spec->onshutdown, "onshutdown", err) < 0)
		return -1;
	return want_entries(r, &spec->services, "services", err);
}

static int pull(struct resolve *r, const struct ig_ref *ref, struct ig_err *err)
{
	struct ig_descriptor desc = { 0 };

	if (ig_registry_pull(r->registry, r->store, ref, r->opts->arch, &desc,
			     err) < 0)
		return -1;
	ig_descriptor_done(&desc);
	return 0;
}

/* From the store when it is whole there, else from its registry. */
static int pin(struct resolve *r, const struct ig_ref *ref,
	       struct ig_image *out, struct ig_err *err)
{
	bool local = !r->opts->pull || !r->registry;

	if (local) {
		int got = ig_image_load(out, r->store, ref->text, r->opts->arch,
					err);

		if (got == 0 && ig_image_complete(out, r->store))
			return 0;
		if (got < 0 && err->code != IG_ENOENT)
			return -1;
		if (!r->registry && got < 0)
			return ig_wrap(err, "not fetched because of --offline");
		if (got == 0)
			ig_image_done(out);
		if (!r->registry)
			return ig_fail(
				err, IG_ENOENT,
				"'%s' has layers that are not in the store, and --offline forbids to fetch them",
				ref->text);
		ig_err_clear(err);
	}
	if (pull(r, ref, err) < 0)
		return -1;
	return ig_image_load(out, r->store, ref->text, r->opts->arch, err);
}

static int pin_job(void *ctx, size_t i, struct ig_err *err)
{
	struct resolve *r = ctx;
	const struct want *w = &r->wants[i];
	struct ig_pin *p = &r->lock->v[i];

	p->name = ig_strdup(w->ref.text, err);
	p->image = calloc(1, sizeof(*p->image));
	if (!p->name || !p->image)
		return ig_fail_mem(err);
	if (pin(r, &w->ref, p->image, err) < 0)
		return blame(err, &w->pos, w->what);
	ig_debug("%s is %s", p->name, p->image->manifest.text);
	return 0;
}

/* Serial: labels live in the spec's arena. */
static int read_labels(struct resolve *r, struct ig_spec *spec,
		       struct ig_err *err)
{
	for (size_t i = 0; i < r->n; i++) {
		struct ig_pin *p = &r->lock->v[i];
		const char *text = ig_image_label(&p->image->config, LABEL);

		if (!text || !*text)
			continue;
		p->label = calloc(1, sizeof(*p->label));
		if (!p->label)
			return ig_fail_mem(err);
		if (ig_label_parse(p->label, spec, p->name, text, strlen(text),
				   err) < 0)
			return blame(err, &r->wants[i].pos, r->wants[i].what);
	}
	return 0;
}

static int resolve(struct resolve *r, struct ig_spec *spec, struct ig_err *err)
{
	if (want_all(r, spec, err) < 0)
		return -1;
	r->lock->v = calloc(r->n + 1, sizeof(*r->lock->v));
	if (!r->lock->v)
		return ig_fail_mem(err);
	r->lock->n = r->n;
	if (ig_parallel(r->n, 4, pin_job, r, err) < 0)
		return -1;
	return read_labels(r, spec, err);
}

int ig_resolve(struct ig_lock *out, struct ig_spec *spec,
	       struct ig_store *store, const struct ig_resolve_opts *opts,
	       struct ig_err *err)
{
	IG_AUTO(ig_registry_freep) struct ig_registry *registry = NULL;
	struct resolve r = { .store = store, .opts = opts, .lock = out };
	int result;

	memset(out, 0, sizeof(*out));
	if (!opts->offline) {
		registry = ig_registry_new(opts->registry, err);
		if (!registry)
			return -1;
		r.registry = registry;
	}
	result = resolve(&r, spec, err);
	for (size_t i = 0; i < r.n; i++) {
		ig_ref_done(&r.wants[i].ref);
		free(r.wants[i].what);
	}
	free(r.wants);
	if (result < 0)
		ig_lock_done(out);
	return result;
}

void ig_lock_done(struct ig_lock *lock)
{
	for (size_t i = 0; i < lock->n; i++) {
		if (lock->v[i].image)
			ig_image_done(lock->v[i].image);
		free(lock->v[i].image);
		free(lock->v[i].label);
		free(lock->v[i].name);
	}
	free(lock->v);
	memset(lock, 0, sizeof(*lock));
}

const struct ig_pin *ig_lock_find(const struct ig_lock *lock, const char *image)
{
	struct ig_err err = { 0 };
	ig_autofree char *name = ig_ref_expand(image, &err);

	for (size_t i = 0; name && i < lock->n; i++)
		if (ig_streq(lock->v[i].name, name))
			return &lock->v[i];
	return NULL;
}
