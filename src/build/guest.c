/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/tree.h>

#include "build_internal.h"

/*
 * Keys that only our PID 1 understands: another init would silently do
 * without.
 */

static const char *key_of(const struct ig_entry *e, enum ig_section section)
{
	if (section == IG_SERVICES)
		return e->ready.set ? "ready" : NULL;
	if (e->timeout_ms)
		return "timeout";
	if (e->after.set)
		return "after";
	return e->on_failure ? "on-failure" : NULL;
}

static int refuse(const struct ig_pos *pos, const char *path,
		  struct ig_err *err)
{
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: %s: no image of init says that it knows the key (label %s, %d or more): add ingot's init",
		pos->file, pos->line, pos->col, path, IG_INIT_LABEL,
		IG_INIT_WISHES);
}

int ig_guest_check(const struct ig_plan *plan, struct ig_err *err)
{
	const struct ig_spec *spec = plan->spec;
	char path[64];

	if (ig_init_has(spec, plan->lock, IG_INIT_WISHES))
		return 0;
	if (spec->watchdog.set)
		return refuse(&spec->watchdog.pos, "watchdog", err);
	for (size_t i = 0; i < plan->bundles_n; i++) {
		const struct ig_bundle *b = &plan->bundles[i];
		const char *key = key_of(b->entry, b->section);

		if (!key)
			continue;
		snprintf(path, sizeof(path), "%s[%zu].%s",
			 ig_section_names[b->section], b->index, key);
		return refuse(&b->entry->pos, path, err);
	}
	return 0;
}

const char *ig_guest_module(const struct ig_spec *spec)
{
	return spec->watchdog.set ? "softdog" : NULL;
}

int ig_guest_files(struct ig_tree *tree, const struct ig_spec *spec,
		   struct ig_err *err)
{
	const struct ig_inode dir_model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};
	static const char name[] = "watchdog.json";
	struct ig_node *dir;
	struct ig_inode *file;

	if (!spec->watchdog.set)
		return 0;
	dir = ig_tree_resolve(tree, "etc/ingot", &dir_model, err);
	file = dir ? ig_tree_inode(tree, IG_FILE, err) : NULL;
	if (!file)
		return -1;
	file->mode = 0644;
	file->mtime = IG_FIXED_TIME;
	file->mem = ig_arena_printf(ig_tree_arena(tree), err,
				    "{\"timeoutMs\": %lld}\n",
				    (long long)spec->watchdog.timeout_ms);
	if (!file->mem)
		return -1;
	file->size = strlen(file->mem);
	return ig_tree_put(tree, dir, name, strlen(name), file, err) ? 0 : -1;
}
