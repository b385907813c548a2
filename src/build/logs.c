/* SPDX-License-Identifier: Apache-2.0 */
#include "logs.h"

#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "build_internal.h"

#define FOLDER	 "etc/ingot"
#define NAME	 "logs.json"
#define JSON_MAX 4096u /* the guest's limit, pkg/init/logconf.h */

static int refuse(const struct ig_pos *pos, const char *what,
		  struct ig_err *err)
{
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: %s: no image of init knows this (label %s, %d or more): add ingot's init, or leave it out",
		pos->file, pos->line, pos->col, what, IG_INIT_LABEL,
		IG_INIT_LOGS);
}

static int check_entries(const struct ig_entries *entries, const char *what,
			 struct ig_err *err)
{
	for (size_t i = 0; i < entries->n; i++) {
		const struct ig_entry *e = &entries->v[i];

		if (e->log && e->log[0])
			return refuse(&e->pos, what, err);
	}
	return 0;
}

int ig_logs_check(const struct ig_plan *plan, struct ig_err *err)
{
	const struct ig_spec *spec = plan->spec;

	if (ig_init_has(spec, plan->lock, IG_INIT_LOGS))
		return 0;
	if (spec->logs.set)
		return refuse(&spec->logs.pos, "logs", err);
	if (check_entries(&spec->onboot, "onboot: log", err) < 0 ||
	    check_entries(&spec->services, "services: log", err) < 0)
		return -1;
	return check_entries(&spec->onshutdown, "onshutdown: log", err);
}

int ig_logs_file(struct ig_tree *tree, const struct ig_spec *spec,
		 struct ig_err *err)
{
	const struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(JSON_MAX);
	struct ig_node *dir;
	struct ig_inode *inode;

	if (!spec->logs.set)
		return 0;
	if (ig_logs_json(&text, &spec->logs, err) < 0)
		return ig_wrap(err, "logs");
	dir = ig_tree_resolve(tree, FOLDER, &model, err);
	inode = dir ? ig_tree_inode(tree, IG_FILE, err) : NULL;
	if (!inode)
		return -1;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	inode->mem =
		ig_arena_strn(ig_tree_arena(tree), text.data, text.len, err);
	inode->size = text.len;
	if (!inode->mem)
		return -1;
	return ig_tree_put(tree, dir, NAME, strlen(NAME), inode, err) ? 0 : -1;
}
