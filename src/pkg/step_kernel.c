/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/format.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

/* The shape of LinuxKit's kernel images: /kernel, /kernel.tar. */
#define PATH_ROOM 4200

static const struct ig_node *find_kernel(const struct ig_tree *tree,
					 struct ig_err *err)
{
	const struct ig_node *boot = ig_tree_find(tree, "boot");
	const struct ig_node *found = NULL;

	for (const struct ig_node *node = boot ? boot->child : NULL; node;
	     node = node->next) {
		if (!ig_starts(node->name, "vmlinu") ||
		    node->inode->type != IG_FILE)
			continue;
		if (found) {
			ig_fail(err, IG_ESPEC,
				"two kernels, '%s' and '%s': name one package",
				found->name, node->name);
			return NULL;
		}
		found = node;
	}
	if (!found)
		ig_fail(err, IG_ESPEC,
			"none of the packages has a kernel in /boot");
	return found;
}

static struct ig_node *find_modules(const struct ig_tree *tree,
				    const char *version, struct ig_err *err)
{
	static const char *const tops[] = { "lib/modules", "usr/lib/modules" };

	for (size_t i = 0; i < IG_COUNT(tops); i++) {
		struct ig_node *top = ig_tree_find(tree, tops[i]);
		struct ig_node *dir =
			top ? ig_node_child(tree, top, version, strlen(version))
			    : NULL;

		if (dir && dir->inode->type == IG_DIR)
			return dir;
	}
	ig_fail(err, IG_EFORMAT, "there are no modules for the kernel '%s'",
		version);
	return NULL;
}

static int put_copy(struct ig_tree *tree, const char *path,
		    const struct ig_inode *from, uint32_t mode,
		    struct ig_err *err)
{
	struct ig_inode *inode = ig_tree_inode(tree, IG_FILE, err);

	if (!inode)
		return -1;
	inode->mode = mode;
	inode->mtime = from->mtime;
	inode->size = from->size;
	inode->fd = from->fd;
	inode->off = from->off;
	return pkg_put_file(tree, path, inode, err);
}

/* Debian has device trees as usr/lib/linux-image-VERSION/VENDOR/BOARD.dtb,
 * LinuxKit's kernel.tar as boot/dtb/VENDOR/BOARD.dtb. */
static int take_dtbs(struct ig_tree *out, struct ig_tree *tree,
		     const char *version, struct ig_err *err)
{
	ig_autofree char *top =
		ig_format(err, "usr/lib/linux-image-%s/", version);
	ig_autofree char *path = malloc(PATH_ROOM);

	if (!top || !path)
		return top ? ig_fail_mem(err) : -1;
	for (const struct ig_node *node = ig_tree_root(tree); node;
	     node = ig_node_next(node)) {
		ig_autofree char *to = NULL;

		if (node->inode->type != IG_FILE ||
		    !ig_ends(node->name, ".dtb"))
			continue;
		if (ig_node_path(path, PATH_ROOM, "", node, err) < 0)
			return -1;
		if (!ig_starts(path, top))
			continue;
		to = ig_format(err, "boot/dtb/%s", path + strlen(top));
		if (!to || put_copy(out, to, node->inode, 0644, err) < 0)
			return -1;
	}
	return 0;
}

static int write_tar(struct pkg *pkg, struct ig_tree *tree, struct ig_err *err)
{
	struct ig_inode *inode = ig_tree_inode(pkg->tree, IG_FILE, err);
	IG_AUTO(ig_sink_closep)
	struct ig_sink *sink = pkg_spool_sink(&pkg->spool, err);
	const struct ig_encode_opts opts = {
		.prefix = "",
		.max_time = pkg->max_time,
	};

	if (!inode || !sink || ig_tree_sort(tree, err) < 0)
		return -1;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	inode->fd = pkg->spool.fd;
	inode->off = pkg->spool.end;
	if (ig_tar_write(sink, tree, &opts, err) < 0 ||
	    ig_tar_end(sink, err) < 0 || ig_sink_finish(sink, err) < 0)
		return -1;
	inode->size = pkg->spool.end - inode->off;
	return pkg_put_file(pkg->tree, "kernel.tar", inode, err);
}

static void keep_only(struct ig_tree *tree, struct ig_node *keep)
{
	/* from the leaf to the root: all that is beside the way */
	for (struct ig_node *at = keep; at->parent; at = at->parent) {
		struct ig_node *node = at->parent->child;

		while (node) {
			struct ig_node *next = node->next;

			if (node != at)
				ig_tree_remove(tree, node);
			node = next;
		}
	}
}

int pkg_kernel_image(struct pkg *pkg, struct ig_tree *tree, struct ig_err *err)
{
	const struct ig_node *kernel = find_kernel(tree, err);
	ig_autofree char *version = NULL;
	ig_autofree char *config_path = NULL;
	IG_AUTO(ig_tree_freep) struct ig_tree *dtbs = ig_tree_new(err);
	const struct ig_node *config;
	struct ig_node *dir;

	if (!kernel || !dtbs)
		return -1;
	version = ig_strdup(
		strchr(kernel->name, '-') ? strchr(kernel->name, '-') + 1 : "",
		err);
	if (!version)
		return -1;
	config_path = ig_format(err, "boot/config-%s", version);
	dir = find_modules(tree, version, err);
	if (!config_path || !dir ||
	    put_copy(pkg->tree, "kernel", kernel->inode, 0644, err) < 0)
		return -1;
	config = ig_tree_find(tree, config_path);
	if (config && config->inode->type == IG_FILE &&
	    put_copy(pkg->tree, "kernel-config", config->inode, 0644, err) < 0)
		return -1;
	if (take_dtbs(dtbs, tree, version, err) < 0)
		return -1;
	/* lib/modules/VERSION, whatever else the packages have */
	keep_only(tree, dir);
	if (pkg_depmod(tree, &pkg->spool, dir, version, err) < 0)
		return ig_wrap(err, "modules of '%s'", version);
	if (ig_tree_graft(tree, ig_tree_root(tree), dtbs, err) < 0)
		return -1;
	return write_tar(pkg, tree, err);
}

int pkg_step_kernel(struct pkg *pkg, const struct ig_recipe_step *step,
		    struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);

	if (!tree || pkg_debs_fetch(tree, pkg, step, true, err) < 0 ||
	    pkg_exclude(tree, &step->exclude, err) < 0 ||
	    pkg_kernel_image(pkg, tree, err) < 0)
		return ig_wrap(err, "kernel");
	return 0;
}
