/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/str.h>

#include "walk.h"

#define NAME_LIMIT 255u

static struct iso_node *new_node(struct iso_image *image,
				 struct iso_node *parent, const char *name,
				 enum ig_type type, struct ig_err *err)
{
	struct iso_node *node =
		ig_arena_alloc(image->arena, sizeof(*node), err);

	if (!node)
		return NULL;
	node->name = name;
	node->type = type;
	node->mode = type == IG_DIR ? 0755 : 0644;
	node->time = image->opts->time;
	node->parent = parent;
	image->nodes_n++;
	if (parent) {
		node->next = parent->first;
		parent->first = node;
		parent->kids_n++;
		parent->subdirs += type == IG_DIR;
	}
	return node;
}

int iso_root(struct iso_image *image, struct ig_err *err)
{
	image->root = new_node(image, NULL, "", IG_DIR, err);
	if (!image->root)
		return -1;
	image->root->parent = image->root;
	return 0;
}

static struct iso_file *new_file(struct iso_image *image, uint64_t size,
				 struct ig_err *err)
{
	struct iso_file *file =
		ig_arena_alloc(image->arena, sizeof(*file), err);

	if (file)
		file->size = size;
	return file;
}

static void copy_inode(struct iso_node *node, const struct ig_inode *inode)
{
	node->mode = inode->mode & 07777;
	node->uid = inode->uid;
	node->gid = inode->gid;
	node->major = inode->major;
	node->minor = inode->minor;
	node->link = inode->link;
	if (inode->mtime < node->time)
		node->time = inode->mtime;
}

static void warn_of_loss(size_t lost, const struct ig_node *first)
{
	char path[IG_PATH_ROOM];
	struct ig_err ignored;

	if (!lost || ig_node_path(path, sizeof(path), "", first, &ignored) < 0)
		return;
	ig_warn("'%s' has the extended attribute %s, which an ISO image cannot hold: it is left out",
		path, first->inode->xattrs[0].name);
	if (lost > 1)
		ig_warn("%zu more files lose extended attributes", lost - 1);
}

/* @made: by the number that the walk gives an inode. */
static int link_file(struct iso_image *image, struct iso_node *node,
		     struct iso_file **made, const struct ig_entry_ref *ref,
		     struct ig_err *err)
{
	const struct ig_inode *inode = ref->node->inode;

	if (node->type != IG_FILE)
		return 0;
	if (!made[ref->ino]) {
		made[ref->ino] = new_file(image, inode->size, err);
		if (!made[ref->ino])
			return -1;
		made[ref->ino]->inode = inode;
	}
	node->file = made[ref->ino];
	node->file->nlink++;
	return 0;
}

static int add_walk(struct iso_image *image, const struct ig_walk *walk,
		    struct ig_err *err)
{
	struct iso_file **made = ig_arena_array(image->arena, walk->n + 1,
						sizeof(struct iso_file *), err);
	struct iso_node *dir = image->root;
	const struct ig_node *lossy = NULL;
	size_t lost = 0;

	if (!made)
		return -1;
	for (size_t i = 0; i < walk->n; i++) {
		const struct ig_node *from = walk->v[i].node;
		struct iso_node *node;

		while (dir->from != from->parent)
			dir = dir->parent;
		node = new_node(image, dir, from->name, from->inode->type, err);
		if (!node || link_file(image, node, made, &walk->v[i], err) < 0)
			return -1;
		node->from = from;
		copy_inode(node, from->inode);
		if (node->type == IG_DIR)
			dir = node;
		if (from->inode->xattrs_n && !lost++)
			lossy = from;
	}
	warn_of_loss(lost, lossy);
	return 0;
}

int iso_add_tree(struct iso_image *image, const struct ig_tree *tree,
		 struct ig_err *err)
{
	static const struct ig_encode_opts plain = { .prefix = "",
						     .max_time = INT64_MAX };
	/* The walk only reads, but there is one accessor for the root. */
	struct ig_tree *unconst = (struct ig_tree *)(uintptr_t)tree;
	IG_AUTO(ig_walk_done) struct ig_walk walk = { 0 };

	image->root->from = ig_tree_root(unconst);
	copy_inode(image->root, image->root->from->inode);
	if (ig_walk_init(&walk, tree, &plain, err) < 0)
		return -1;
	return add_walk(image, &walk, err);
}

static struct iso_node *child_of(const struct iso_node *dir, const char *name,
				 size_t len)
{
	struct iso_node *at = dir->first;

	while (at && (strncmp(at->name, name, len) != 0 || at->name[len]))
		at = at->next;
	return at;
}

struct iso_node *iso_find(const struct iso_image *image, const char *path)
{
	struct iso_node *at = image->root;

	while (at && *path) {
		size_t len = strcspn(path, "/");

		at = child_of(at, path, len);
		path += len;
		path += *path == '/';
	}
	return at;
}

static int check_name(const char *name, size_t len, const char *path,
		      struct ig_err *err)
{
	bool dots = (len == 1 && name[0] == '.') ||
		    (len == 2 && name[0] == '.' && name[1] == '.');

	if (!len || dots)
		return ig_fail(
			err, IG_EFORMAT,
			"'%s' is no path for an ISO image: write it like boot/initrd.img",
			path);
	if (len > NAME_LIMIT)
		return ig_fail(
			err, IG_ELIMIT,
			"'%.60s…' has a name of %zu bytes: an ISO image holds %u",
			path, len, NAME_LIMIT);
	return 0;
}

/* The directory that @path is in, made when missing; *@name: the rest. */
static struct iso_node *make_dirs(struct iso_image *image, const char **name,
				  const char *path, struct ig_err *err)
{
	struct iso_node *dir = image->root;
	const char *at = path;

	for (size_t len; at[len = strcspn(at, "/")]; at += len + 1) {
		struct iso_node *next = child_of(dir, at, len);

		if (check_name(at, len, path, err) < 0)
			return NULL;
		if (!next) {
			const char *copy =
				ig_arena_strn(image->arena, at, len, err);

			next = copy ? new_node(image, dir, copy, IG_DIR, err)
				    : NULL;
			if (!next)
				return NULL;
		}
		if (next->type != IG_DIR) {
			ig_fail(err, IG_EFORMAT,
				"'%s': '%.*s' is in the image already, and no folder",
				path, (int)(at + len - path), path);
			return NULL;
		}
		dir = next;
	}
	*name = at;
	return dir;
}

static int add_file(struct iso_image *image, const struct ig_iso_file *from,
		    struct iso_file **made, struct ig_err *err)
{
	const char *name;
	struct iso_node *node, *dir = make_dirs(image, &name, from->path, err);

	if (!dir || check_name(name, strlen(name), from->path, err) < 0)
		return -1;
	if (child_of(dir, name, strlen(name)))
		return ig_fail(err, IG_EFORMAT, "'%s' is in the image already",
			       from->path);
	*made = new_file(image, ig_rope_size(from->data), err);
	if (!*made)
		return -1;
	node = new_node(image, dir, name, IG_FILE, err);
	if (!node)
		return -1;
	(*made)->rope = from->data;
	(*made)->nlink = 1;
	node->file = *made;
	if (from->mode)
		node->mode = from->mode & 07777;
	return 0;
}

int iso_add_files(struct iso_image *image, const struct ig_iso_file *files,
		  size_t n, struct ig_err *err)
{
	image->given = ig_arena_array(image->arena, n + 1,
				      sizeof(struct iso_file *), err);
	if (!image->given)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_file(image, &files[i], &image->given[i], err) < 0)
			return -1;
	return 0;
}
