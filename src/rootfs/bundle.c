/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <inttypes.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/oci.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#define FIRST_ID 100

/* A spec of 16 MiB, indented and escaped. */
#define JSON_MAX (256u << 20)

const char *const ig_section_names[IG_SECTION_COUNT] = {
	[IG_ONBOOT] = "onboot",
	[IG_ONSHUTDOWN] = "onshutdown",
	[IG_SERVICES] = "services",
};

/* ---- ids ---- */

static int id_by_name(uint32_t *out, const struct ig_spec *spec,
		      const char *name, struct ig_err *err)
{
	const struct ig_entries *const lists[] = {
		&spec->onboot,
		&spec->onshutdown,
		&spec->services,
	};
	size_t number = FIRST_ID;
	size_t found = 0;

	for (size_t i = 0; i < IG_COUNT(lists); i++) {
		/* a repeated name stands for its last number */
		for (size_t k = 0; k < lists[i]->n; k++, number++) {
			if (ig_streq(lists[i]->v[k].name, name))
				found = number;
		}
	}
	if (!found)
		return ig_fail(
			err, IG_ESPEC,
			"cannot find id '%s': give a number, 'root', or the name of an onboot, onshutdown or services entry",
			name);
	*out = (uint32_t)found;
	return 0;
}

int ig_id_resolve(uint32_t *out, const struct ig_spec *spec,
		  const struct ig_id *id, struct ig_err *err)
{
	*out = 0;
	if (!id->set)
		return 0;
	if (id->name) {
		if (!id->name[0] || strcmp(id->name, "root") == 0)
			return 0;
		if (!spec)
			return ig_fail(
				err, IG_ESPEC,
				"'%s' is not a number: names mean nothing here",
				id->name);
		return id_by_name(out, spec, id->name, err);
	}
	if (id->number < 0 || id->number > UINT32_MAX)
		return ig_fail(err, IG_ESPEC,
			       "%" PRId64 " is not between 0 and %" PRIu32,
			       id->number, UINT32_MAX);
	*out = (uint32_t)id->number;
	return 0;
}

int ig_id_number(int64_t *out, const struct ig_spec *spec,
		 const struct ig_id *id, struct ig_err *err)
{
	uint32_t number;

	if (ig_id_resolve(&number, spec, id, err) < 0)
		return ig_pos_wrap(err, &id->pos);
	*out = number;
	return 0;
}

/* ---- names and places ---- */

/*
 * The name is a folder and a container id. Runtimes take these bytes for ids;
 * a ':' or ',' would also cut the options of the overlay mount.
 */
static int check_name(const char *name, struct ig_err *err)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_.+-";

	if (!ig_given(name))
		return ig_fail(err, IG_ESPEC, "the name is empty");
	if (name[strspn(name, good)] || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		return ig_fail(
			err, IG_ESPEC,
			"'%s' cannot be the name of a container: only letters, digits, '_', '.', '+' and '-'",
			name);
	if (strlen(name) > 200)
		return ig_fail(err, IG_ELIMIT,
			       "the name '%s' is longer than 200 bytes", name);
	return 0;
}

int ig_bundle_check(const struct ig_bundle *bundle, struct ig_err *err)
{
	if (check_name(bundle->entry->name, err) < 0)
		return ig_bundle_wrap(err, bundle, bundle->entry, "name");
	return 0;
}

char *ig_bundle_root(const struct ig_bundle *bundle, struct ig_err *err)
{
	const struct ig_bundle *owner = bundle->owner;

	return ig_format(err, "%s/%s", owner->path,
			 owner->readonly ? "rootfs" : "lower");
}

/* ---- tree ---- */

static const struct ig_inode folder = {
	.type = IG_DIR,
	.mode = 0755,
	.mtime = IG_FIXED_TIME,
	.fd = -1,
};

static int put_folder(struct ig_tree *tree, struct ig_node *dir,
		      const char *name, struct ig_err *err)
{
	struct ig_inode *inode = ig_tree_inode(tree, IG_DIR, err);

	if (!inode)
		return -1;
	inode->mode = folder.mode;
	inode->mtime = folder.mtime;
	return ig_tree_put(tree, dir, name, strlen(name), inode, err) ? 0 : -1;
}

static int put_text(struct ig_tree *tree, struct ig_node *dir, const char *name,
		    const struct ig_buf *text, struct ig_err *err)
{
	struct ig_inode *inode = ig_tree_inode(tree, IG_FILE, err);

	if (!inode)
		return -1;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	inode->size = text->len;
	inode->mem =
		ig_arena_strn(ig_tree_arena(tree), text->data, text->len, err);
	if (!inode->mem)
		return -1;
	return ig_tree_put(tree, dir, name, strlen(name), inode, err) ? 0 : -1;
}

/* "lower", and "rootfs" of a read-only owner, come with the image. */
static int put_folders(struct ig_tree *tree, struct ig_node *dir,
		       const struct ig_bundle *bundle, struct ig_err *err)
{
	if (bundle->readonly && bundle->owner == bundle)
		return 0;
	if (!bundle->readonly && put_folder(tree, dir, "tmp", err) < 0)
		return -1;
	return put_folder(tree, dir, "rootfs", err);
}

int ig_bundle_tree(struct ig_tree *tree, const struct ig_spec *spec,
		   const struct ig_bundle *bundle, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf config = IG_BUF_INIT(JSON_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf runtime = IG_BUF_INIT(JSON_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf service = IG_BUF_INIT(JSON_MAX);
	struct ig_node *dir;

	if (ig_bundle_config(&config, spec, bundle, err) < 0 ||
	    ig_bundle_runtime(&runtime, bundle, err) < 0 ||
	    ig_bundle_service(&service, bundle, err) < 0)
		return -1;
	dir = ig_tree_resolve(tree, bundle->path, &folder, err);
	if (!dir)
		return -1;
	if (put_text(tree, dir, "config.json", &config, err) < 0 ||
	    put_folders(tree, dir, bundle, err) < 0)
		return -1;
	if (service.len > 0 &&
	    put_text(tree, dir, "ingot.json", &service, err) < 0)
		return -1;
	return put_text(tree, dir, "runtime.json", &runtime, err);
}
