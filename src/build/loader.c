/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "compose.h"

/*
 * Boot-loader programs and a board's firmware are files of an image, below
 * these folders. Each becomes a part file of its own, so that a format takes
 * it as it lies in the store; the part's list says which there are.
 */
static const char *const folders[] = { "bios", "efi", "linux", "rpi3" };

#define SUFFIX	  "loader"
#define PATH_ROOM 4200

static int file_key(char out[IG_SHA256_HEX], const struct ig_part *part,
		    const char *path, struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);

	if (!hash)
		return -1;
	ig_hash_field(hash, part->key);
	ig_hash_field(hash, path);
	ig_hash_end_hex(hash, out);
	return 0;
}

static bool is_folder(const char *name)
{
	for (size_t i = 0; i < IG_COUNT(folders); i++) {
		if (ig_streq(name, folders[i]))
			return true;
	}
	return false;
}

/* Licences and whatever else is beside the folders. */
static void drop_others(struct ig_tree *tree)
{
	struct ig_node *node = ig_tree_root(tree)->child;

	while (node) {
		struct ig_node *next = node->next;

		if (!is_folder(node->name))
			ig_tree_remove(tree, node);
		node = next;
	}
}

static int put_files(const struct ig_part *part, struct ig_store *store,
		     struct ig_tree *tree, struct ig_err *err)
{
	char path[PATH_ROOM];
	char key[IG_SHA256_HEX];

	for (const struct ig_node *node = ig_tree_root(tree); node;
	     node = ig_node_next(node)) {
		if (node->inode->type != IG_FILE)
			continue;
		if (ig_node_path(path, sizeof(path), "", node, err) < 0 ||
		    file_key(key, part, path, err) < 0 ||
		    ig_part_put_file(store, key, SUFFIX, node->inode, err) < 0)
			return -1;
	}
	return 0;
}

static int fill_list(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	struct ig_encode_opts opts = { .prefix = "", .max_time = INT64_MAX };

	return ig_mtree_write(out, ctx, &opts, err);
}

int ig_make_loader(const struct ig_plan *plan, const struct ig_part *part,
		   struct ig_store *store, struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	struct ig_layers_opts opts = { .rules = plan->opts.rules,
				       .hash = true };

	if (!tree || ig_spool_init(&spool, store, err) < 0)
		return -1;
	if (ig_image_tree(tree, &spool, store, part->pin->image, &opts, err) <
	    0)
		return ig_wrap(err, "%s", part->pin->name);
	drop_others(tree);
	if (ig_tree_sort(tree, err) < 0 ||
	    put_files(part, store, tree, err) < 0 ||
	    ig_part_fill(store, part->key, IG_SUFFIX_MTREE, fill_list, tree,
			 err) < 0)
		return ig_wrap(err, "%s", part->pin->name);
	return 0;
}

struct check {
	const struct ig_part *part;
	struct ig_store *store;
};

/* Each may be damaged or collected alone. */
static int check_line(void *ctx, const struct ig_mtree_line *line)
{
	const struct check *check = ctx;
	struct ig_err err = { 0 };
	char key[IG_SHA256_HEX];
	ig_autofd int fd = -1;

	if (line->type != 'f')
		return 0;
	if (file_key(key, check->part, line->path, &err) < 0)
		return -1;
	return ig_part_open(&fd, check->store, key, SUFFIX, &err);
}

bool ig_loader_made(const struct ig_part *part, struct ig_store *store)
{
	IG_AUTO(ig_source_closep) struct ig_source *list = NULL;
	struct check check = { part, store };
	struct ig_err err = { 0 };
	int fd = -1;

	if (ig_part_open(&fd, store, part->key, IG_SUFFIX_MTREE, &err) < 0)
		return false;
	list = ig_source_fd(fd, &err); /* takes fd */
	return list && ig_mtree_read(list, check_line, &check, &err) == 0;
}

static int open_file(int *fd, const struct ig_compose *c,
		     const struct ig_part *part, const char *path,
		     struct ig_err *err)
{
	char key[IG_SHA256_HEX];

	if (file_key(key, part, path, err) < 0)
		return -1;
	if (ig_part_open(fd, c->store, key, SUFFIX, err) == 0)
		return 0;
	if (err->code != IG_ENOENT)
		return -1;
	return ig_fail(err, IG_ENOENT,
		       "%s image '%s' has no '/%s', needed for %s",
		       part == c->plan->loader ? "boot loader" : "firmware",
		       part->pin->name, path, c->format->name);
}

int ig_loader_open(int *fd, struct ig_compose *c, const char *path,
		   struct ig_err *err)
{
	path += strspn(path, "/");
	if (!c->plan->loader)
		return ig_fail(err, IG_ESPEC,
			       "there is no boot loader image with '/%s'",
			       path);
	return open_file(fd, c, c->plan->loader, path, err);
}

int ig_compose_loader(struct ig_rope *out, struct ig_compose *c,
		      const char *path, struct ig_err *err)
{
	int fd = -1;

	if (ig_loader_open(&fd, c, path, err) < 0)
		return -1;
	return ig_rope_own(out, fd, err); /* takes fd */
}

/* ---- a board's files, all below a folder ---- */

struct listing {
	struct ig_compose *c;
	const char *folder; /* "rpi3/" */
	int (*each)(void *ctx, const char *path, const struct ig_rope *data,
		    struct ig_err *err);
	void *ctx;
	struct ig_err *err;
};

static int list_line(void *ctx, const struct ig_mtree_line *line)
{
	const struct listing *l = ctx;
	struct ig_rope *data;
	int fd = -1;

	if (line->type != 'f' || !ig_starts(line->path, l->folder))
		return 0;
	data = ig_compose_new(l->c, l->err);
	if (!data ||
	    open_file(&fd, l->c, l->c->plan->firmware, line->path, l->err) <
		    0 ||
	    ig_rope_own(data, fd, l->err) < 0) /* takes fd */
		return -1;
	return l->each(l->ctx, line->path + strlen(l->folder), data, l->err);
}

int ig_compose_firmware(struct ig_compose *c, const char *folder,
			int (*each)(void *ctx, const char *path,
				    const struct ig_rope *data,
				    struct ig_err *err),
			void *ctx, struct ig_err *err)
{
	const struct ig_part *part = c->plan->firmware;
	IG_AUTO(ig_source_closep) struct ig_source *list = NULL;
	struct listing l = { c, folder, each, ctx, err };
	int fd = -1;

	if (!part)
		return ig_fail(err, IG_ESPEC,
			       "there is no firmware image with '/%s'", folder);
	if (ig_part_open(&fd, c->store, part->key, IG_SUFFIX_MTREE, err) < 0)
		return -1;
	list = ig_source_fd(fd, err); /* takes fd */
	return list ? ig_mtree_read(list, list_line, &l, err) : -1;
}
