/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/str.h>
#include <ingot/tree.h>

/*
 * depmod(8) reads ELF files of any architecture, as an ordinary user, but
 * only from a folder: the modules go into a temporary one and what it writes
 * comes back. A kernel package has modules.builtin and modules.order already;
 * modules.dep is made when it is installed, so it is not in there.
 */
#define PATH_ROOM   4200
#define OUTPUT_NAME "modules."

static const char *depmod_program(void)
{
	/* not in the PATH of ordinary users on Debian */
	static const char *const names[] = { "depmod", "/usr/sbin/depmod",
					     "/sbin/depmod" };

	for (size_t i = 0; i < IG_COUNT(names); i++) {
		if (ig_proc_find(names[i]))
			return names[i];
	}
	return names[0];
}

static int write_out(int at, const char *name, const struct ig_inode *inode,
		     struct ig_err *err)
{
	ig_autofd int fd =
		openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return ig_fail_sys(err, errno, "write '%s'", name);
	if (inode->mem)
		return ig_write_all(fd, inode->mem, inode->size, err);
	if (inode->size == 0)
		return 0;
	return ig_copy_range(fd, inode->fd, inode->off, inode->size, err);
}

/* Folders and files of @top below the folder @root. Names are single
 * components, so nothing can leave it. */
static int unpack(const char *root, struct ig_tree *tree, struct ig_err *err)
{
	ig_autofree char *path = malloc(PATH_ROOM);
	ig_autofd int at = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (!path)
		return ig_fail_mem(err);
	if (at < 0)
		return ig_fail_sys(err, errno, "open folder '%s'", root);
	for (struct ig_node *node = ig_node_next(ig_tree_root(tree)); node;
	     node = ig_node_next(node)) {
		if (ig_node_path(path, PATH_ROOM, "", node, err) < 0)
			return -1;
		if (node->inode->type == IG_DIR && mkdirat(at, path, 0700) < 0)
			return ig_fail_sys(err, errno, "make folder '%s'",
					   path);
		if (node->inode->type == IG_FILE &&
		    write_out(at, path, node->inode, err) < 0)
			return -1;
	}
	return 0;
}

static int run_depmod(const char *root, const char *config, const char *version,
		      struct ig_err *err)
{
	/* the host's configuration is not the image's */
	const char *argv[] = { depmod_program(), "-b",	  root, "-C",
			       config,		 version, NULL };
	const char *env[] = { "LC_ALL=C", NULL };
	const struct ig_proc proc = pkg_proc(argv, env);

	return pkg_run(&proc, "kmod", NULL, NULL, err);
}

static int read_back(struct ig_tree *tree, struct ig_spool *spool,
		     struct ig_node *dir, int at, struct ig_err *err)
{
	static const char *const names[] = {
		"dep",	       "dep.bin",	    "alias",   "alias.bin",
		"softdep",     "weakdep",	    "symbols", "symbols.bin",
		"builtin.bin", "builtin.alias.bin", "devname",
	};

	for (size_t i = 0; i < IG_COUNT(names); i++) {
		ig_autofree char *name =
			ig_format(err, OUTPUT_NAME "%s", names[i]);
		ig_autofd int fd =
			name ? openat(at, name, O_RDONLY | O_CLOEXEC) : -1;
		struct ig_inode *inode;

		if (!name)
			return -1;
		if (fd < 0)
			continue; /* an older or newer depmod */
		inode = ig_tree_inode(tree, IG_FILE, err);
		if (!inode || pkg_spool_fd(inode, spool, fd, err) < 0)
			return -1;
		inode->mode = 0644;
		inode->mtime = IG_FIXED_TIME;
		if (!ig_tree_put(tree, dir, name, strlen(name), inode, err))
			return -1;
	}
	return 0;
}

static char *output_dir(const char *root, struct ig_node *dir,
			struct ig_err *err)
{
	ig_autofree char *path = malloc(PATH_ROOM + strlen(root));

	if (!path) {
		ig_fail_mem(err);
		return NULL;
	}
	if (ig_node_path(path, PATH_ROOM + strlen(root), root, dir, err) < 0)
		return NULL;
	return ig_take(&path);
}

int pkg_depmod(struct ig_tree *tree, struct ig_spool *spool,
	       struct ig_node *dir, const char *version, struct ig_err *err)
{
	IG_AUTO(pkg_scratch_removep) char *scratch = pkg_scratch(err);
	ig_autofree char *root = NULL;
	ig_autofree char *config = NULL;
	ig_autofree char *out = NULL;
	ig_autofd int at = -1;

	if (!scratch)
		return -1;
	root = ig_format(err, "%s/root", scratch);
	config = ig_format(err, "%s/config", scratch);
	if (!root || !config || ig_mkdirs(root, 0700, err) < 0 ||
	    ig_mkdirs(config, 0700, err) < 0 || unpack(root, tree, err) < 0 ||
	    run_depmod(root, config, version, err) < 0)
		return -1;
	out = output_dir(root, dir, err);
	if (!out)
		return -1;
	at = open(out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		return ig_fail_sys(err, errno, "open folder '%s'", out);
	return read_back(tree, spool, dir, at, err);
}
