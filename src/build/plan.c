/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store_image.h>
#include <ingot/str.h>

#include "build_internal.h"
#include "guest_keys.h"

static void key_number(struct ig_hash *hash, int64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, n);
	ig_hash_field(hash, text);
}

static void key_list(struct ig_hash *hash, const struct ig_strs *list)
{
	key_number(hash, list->set ? (int64_t)list->n : -1);
	for (size_t i = 0; i < list->n; i++)
		ig_hash_field(hash, list->v[i]);
}

static void key_begin(struct ig_hash *hash, const struct ig_plan *plan,
		      const char *kind)
{
	ig_hash_field(hash, "ingot-part");
	ig_hash_field(hash, IG_PART_VERSION);
	ig_hash_field(hash, kind);
	key_number(hash, plan->opts.rules);
	key_number(hash, plan->opts.max_time);
}

/* The content's key is known; a tar's has what stands in its headers too. */
static int key_end(struct ig_part *part, struct ig_hash *hash)
{
	ig_hash_end_hex(hash, part->key);
	ig_hash_field(hash, part->key);
	ig_hash_field(hash, part->source);
	ig_hash_field(hash, part->location);
	ig_hash_end_hex(hash, part->tar_key);
	return 0;
}

static int plan_kernel(struct ig_plan *plan, struct ig_part *part,
		       struct ig_hash *hash, struct ig_err *err)
{
	const struct ig_kernel *k = &plan->spec->kernel;
	struct ig_guest_modules more;

	part->kind = IG_PART_KERNEL;
	part->pin = ig_lock_find(plan->lock, k->image);
	part->source = ig_strdup(part->pin->name, err);
	part->location = ig_strdup("kernel", err);
	if (!part->source || !part->location)
		return -1;
	key_begin(hash, plan, "kernel");
	ig_hash_field(hash, part->pin->image->manifest.text);
	ig_hash_field(hash, k->binary);
	ig_hash_field(hash, k->tar_set.set ? "tar" : NULL);
	ig_hash_field(hash, k->tar);
	ig_hash_field(hash, k->ucode);
	key_list(hash, &k->modules);
	ig_guest_modules(&more, plan);
	for (size_t i = 0; k->modules.set && i < more.n; i++)
		ig_hash_field(hash, more.v[i]);
	return key_end(part, hash);
}

static int plan_root(struct ig_plan *plan, struct ig_part *part,
		     struct ig_hash *hash, struct ig_err *err)
{
	const struct ig_spec *spec = plan->spec;

	part->kind = IG_PART_ROOT;
	if (spec->init_n) {
		part->pin = ig_lock_find(plan->lock, spec->init[0].image);
		part->source = ig_strdup(part->pin->name, err);
		part->location = ig_strdup("init[0]", err);
	} else {
		part->source = ig_strdup(plan->kernel->source, err);
		part->location = ig_strdup("kernel", err);
	}
	if (!part->source || !part->location)
		return -1;
	key_begin(hash, plan, "root");
	ig_hash_field(hash, plan->kernel ? plan->kernel->key : NULL);
	for (size_t i = 0; i < spec->init_n; i++) {
		const struct ig_pin *pin =
			ig_lock_find(plan->lock, spec->init[i].image);

		ig_hash_field(hash, pin->image->manifest.text);
	}
	return key_end(part, hash);
}

static int plan_loader(struct ig_part **out, const struct ig_plan *plan,
		       const char *image, const char *location,
		       struct ig_hash *hash, struct ig_err *err)
{
	struct ig_part *part;

	if (!image)
		return 0;
	part = calloc(1, sizeof(*part));
	if (!part)
		return ig_fail_mem(err);
	*out = part;
	part->kind = IG_PART_LOADER;
	part->pin = ig_lock_find(plan->lock, image);
	part->source = ig_strdup(part->pin->name, err);
	part->location = ig_strdup(location, err);
	if (!part->source || !part->location)
		return -1;
	key_begin(hash, plan, "loader");
	ig_hash_field(hash, part->pin->image->manifest.text);
	return key_end(part, hash);
}

static int plan_loaders(struct ig_plan *plan, struct ig_hash *hash,
			struct ig_err *err)
{
	const struct ig_spec *spec = plan->spec;

	if ((plan->opts.need & IG_NEED_LOADER) &&
	    plan_loader(&plan->loader, plan, spec->bootloader.image,
			"bootloader", hash, err) < 0)
		return -1;
	if ((plan->opts.need & IG_NEED_FIRMWARE) &&
	    plan_loader(&plan->firmware, plan, spec->firmware.image, "firmware",
			hash, err) < 0)
		return -1;
	return 0;
}

static int plan_image(struct ig_plan *plan, struct ig_part *part,
		      struct ig_hash *hash, struct ig_err *err)
{
	part->kind = IG_PART_IMAGE;
	part->source = ig_strdup(part->pin->name, err);
	if (!part->source || !part->prefix || !part->location)
		return -1;
	key_begin(hash, plan, part->init ? "volume" : "image");
	ig_hash_field(hash, part->pin->image->manifest.text);
	ig_hash_field(hash, part->prefix);
	return key_end(part, hash);
}

static int plan_volumes(struct ig_plan *plan, struct ig_hash *hash,
			struct ig_err *err)
{
	for (size_t i = 0; i < plan->spec->volumes_n; i++) {
		const struct ig_volume *v = &plan->spec->volumes[i];
		struct ig_part *part = &plan->parts[plan->parts_n];

		if (!v->image || ig_streq(v->format, "oci"))
			continue;
		plan->parts_n++;
		part->init = true;
		part->pin = ig_lock_find(plan->lock, v->image);
		part->prefix =
			ig_format(err, "containers/volumes/%s/lower", v->name);
		part->location = ig_format(err, "volume[%zu]", i);
		if (plan_image(plan, part, hash, err) < 0)
			return -1;
	}
	return 0;
}

static const struct ig_bundle *find_owner(const struct ig_plan *plan,
					  const struct ig_bundle *bundle)
{
	for (const struct ig_bundle *b = plan->bundles; b < bundle; b++)
		if (ig_streq(b->ref, bundle->ref))
			return b->owner;
	return bundle;
}

/* The label's `readonly` counts where the spec says nothing. */
static bool is_readonly(const struct ig_entry *yaml,
			const struct ig_entry *label)
{
	if (yaml->readonly.set)
		return yaml->readonly.v;
	return label && label->readonly.set && label->readonly.v;
}

static int plan_bundle(struct ig_plan *plan, enum ig_section section,
		       size_t index, const struct ig_entry *entry,
		       struct ig_err *err)
{
	struct ig_bundle *b = &plan->bundles[plan->bundles_n++];
	const struct ig_pin *pin = ig_lock_find(plan->lock, entry->image);

	b->section = section;
	b->index = index;
	b->entry = entry;
	b->label = pin->label;
	b->config = &pin->image->config;
	b->ref = pin->name;
	b->readonly = is_readonly(entry, pin->label);
	b->safe = ig_init_has(plan->spec, plan->lock, IG_INIT_GUEST);
	if (section == IG_SERVICES)
		b->path = ig_format(err, "containers/services/%s", entry->name);
	else
		b->path = ig_format(err, "containers/%s/%03zu-%s",
				    ig_section_names[section], index,
				    entry->name);
	b->owner = find_owner(plan, b);
	return b->path ? 0 : -1;
}

static int plan_bundle_part(struct ig_plan *plan, const struct ig_bundle *b,
			    struct ig_hash *hash, struct ig_err *err)
{
	struct ig_part *part = &plan->parts[plan->parts_n];

	if (b->owner != b)
		return 0;
	plan->parts_n++;
	part->pin = ig_lock_find(plan->lock, b->entry->image);
	part->prefix = ig_bundle_root(b, err);
	part->location = ig_format(err, "%s[%zu]", ig_section_names[b->section],
				   b->index);
	return plan_image(plan, part, hash, err);
}

static int plan_section(struct ig_plan *plan, enum ig_section section,
			const struct ig_entries *entries, struct ig_hash *hash,
			struct ig_err *err)
{
	for (size_t i = 0; i < entries->n; i++) {
		size_t at = plan->bundles_n;

		if (plan_bundle(plan, section, i, &entries->v[i], err) < 0 ||
		    plan_bundle_part(plan, &plan->bundles[at], hash, err) < 0)
			return -1;
	}
	return 0;
}

static int plan_base(struct ig_plan *plan, struct ig_hash *hash,
		     struct ig_err *err)
{
	const struct ig_spec *spec = plan->spec;

	if (spec->kernel.image && *spec->kernel.image) {
		plan->kernel = &plan->parts[plan->parts_n++];
		if (plan_kernel(plan, &plan->parts[0], hash, err) < 0)
			return -1;
	}
	if (!plan->kernel && !spec->init_n)
		return 0;
	plan->root = &plan->parts[plan->parts_n];
	return plan_root(plan, &plan->parts[plan->parts_n++], hash, err);
}

static int plan_all(struct ig_plan *out, const struct ig_spec *spec,
		    const struct ig_lock *lock, const struct ig_plan_opts *opts,
		    struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	size_t bundles = spec->onboot.n + spec->onshutdown.n + spec->services.n;

	memset(out, 0, sizeof(*out));
	out->spec = spec;
	out->lock = lock;
	out->opts = *opts;
	out->bundles = calloc(bundles + 1, sizeof(*out->bundles));
	out->parts = calloc(bundles + spec->volumes_n + 3, sizeof(*out->parts));
	if (!hash || !out->bundles || !out->parts) {
		ig_plan_done(out);
		return ig_fail_mem(err);
	}
	if (plan_base(out, hash, err) < 0 || plan_loaders(out, hash, err) < 0 ||
	    plan_volumes(out, hash, err) < 0 ||
	    plan_section(out, IG_ONBOOT, &spec->onboot, hash, err) < 0 ||
	    plan_section(out, IG_ONSHUTDOWN, &spec->onshutdown, hash, err) <
		    0 ||
	    plan_section(out, IG_SERVICES, &spec->services, hash, err) < 0) {
		ig_plan_done(out);
		return -1;
	}
	return 0;
}

int ig_plan(struct ig_plan *out, const struct ig_spec *spec,
	    const struct ig_lock *lock, const struct ig_plan_opts *opts,
	    struct ig_err *err)
{
	const bool choose = opts->layout == IG_LAYOUT_AUTO;
	struct ig_plan_opts how = *opts;

	if (choose)
		how.layout = ig_mounted_can(spec, lock) ? IG_LAYOUT_MOUNTED
							: IG_LAYOUT_UNPACKED;
	if (plan_all(out, spec, lock, &how, err) < 0)
		return -1;
	if (ig_guest_check(out, err) < 0) {
		ig_plan_done(out);
		return -1;
	}
	if (ig_mounted_check(out, err) == 0)
		return 0;
	ig_plan_done(out);
	if (!choose)
		return -1;
	how.layout = IG_LAYOUT_UNPACKED;
	return plan_all(out, spec, lock, &how, err);
}

static void loader_free(struct ig_part *part)
{
	if (!part)
		return;
	free(part->source);
	free(part->location);
	free(part);
}

void ig_plan_done(struct ig_plan *plan)
{
	for (size_t i = 0; plan->parts && i < plan->parts_n; i++) {
		free(plan->parts[i].prefix);
		free(plan->parts[i].source);
		free(plan->parts[i].location);
	}
	for (size_t i = 0; plan->bundles && i < plan->bundles_n; i++)
		free(plan->bundles[i].path);
	loader_free(plan->loader);
	loader_free(plan->firmware);
	free(plan->parts);
	free(plan->bundles);
	memset(plan, 0, sizeof(*plan));
}
