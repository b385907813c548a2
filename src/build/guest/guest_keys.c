/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_keys.h"

#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "build_internal.h"

#define FOLDER "etc/ingot"

static const struct ig_guest_section *const sections[] = {
	&ig_guest_services, &ig_guest_entries, &ig_guest_watchdog,
	&ig_guest_machine,  &ig_guest_network, &ig_guest_logs,
	&ig_guest_agent,
};

bool ig_init_has(const struct ig_spec *spec, const struct ig_lock *lock,
		 unsigned feature)
{
	for (size_t i = 0; i < spec->init_n; i++) {
		const struct ig_pin *pin =
			ig_lock_find(lock, spec->init[i].image);
		const char *text =
			ig_image_label(&pin->image->config, IG_INIT_LABEL);
		struct ig_err err = { 0 };
		uint64_t version = 0;

		if (text && ig_parse_u64(&version, text, &err) == 0 &&
		    version >= feature)
			return true;
	}
	return false;
}

int ig_guest_check(const struct ig_plan *plan, struct ig_err *err)
{
	char key[IG_GUEST_KEY];
	struct ig_pos pos;

	for (size_t i = 0; i < IG_COUNT(sections); i++) {
		unsigned since = sections[i]->since;

		if (sections[i]->wants(&pos, key, plan) &&
		    !ig_init_has(plan->spec, plan->lock, since))
			return ig_fail(
				err, IG_ESPEC,
				"%s:%d:%d: %s: no image of init says that it knows this (label %s, %u or more): add ingot's init, or leave it out",
				pos.file, pos.line, pos.col, key, IG_INIT_LABEL,
				since);
	}
	return 0;
}

static int put_file(struct ig_tree *tree, const char *name,
		    const struct ig_buf *text, struct ig_err *err)
{
	static const struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};
	struct ig_node *dir = ig_tree_resolve(tree, FOLDER, &model, err);
	struct ig_inode *file = dir ? ig_tree_inode(tree, IG_FILE, err) : NULL;

	if (!file)
		return -1;
	file->mode = 0644;
	file->mtime = IG_FIXED_TIME;
	file->mem =
		ig_arena_strn(ig_tree_arena(tree), text->data, text->len, err);
	file->size = text->len;
	if (!file->mem)
		return -1;
	return ig_tree_put(tree, dir, name, strlen(name), file, err) ? 0 : -1;
}

static int add_file(struct ig_tree *tree, const struct ig_guest_section *s,
		    const struct ig_spec *spec, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(s->max);

	if (s->json(&text, spec, err) < 0)
		return ig_wrap(err, "%s", s->file);
	return text.len ? put_file(tree, s->file, &text, err) : 0;
}

int ig_guest_files(struct ig_tree *tree, const struct ig_spec *spec,
		   struct ig_err *err)
{
	for (size_t i = 0; i < IG_COUNT(sections); i++)
		if (sections[i]->file &&
		    add_file(tree, sections[i], spec, err) < 0)
			return -1;
	return 0;
}

static bool has_containers(const struct ig_spec *spec)
{
	return spec->onboot.n || spec->onshutdown.n || spec->services.n;
}

void ig_guest_modules(struct ig_guest_modules *out, const struct ig_plan *plan)
{
	out->n = 0;
	if (plan->opts.layout == IG_LAYOUT_MOUNTED) {
		out->v[out->n++] = "loop";
		out->v[out->n++] = "squashfs";
	}
	/* for what is writable, or lacks a place that is mounted on */
	if (has_containers(plan->spec) &&
	    ig_init_has(plan->spec, plan->lock, IG_INIT_GUEST))
		out->v[out->n++] = "overlay";
	for (size_t i = 0; i < IG_COUNT(sections); i++)
		if (sections[i]->modules)
			sections[i]->modules(out, plan->spec);
}
