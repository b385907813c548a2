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
#include <ingot/str.h>
#include <ingot/tree.h>

/* Out of a tree into a scratch folder, for programs that read files. */

#define NAME_ROOM 4200

int pkg_export_file(int dirfd, const char *name, const struct ig_inode *inode,
		    struct ig_err *err)
{
	ig_autofd int fd = openat(
		dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return ig_fail_sys(err, errno, "make '%s'", name);
	if (inode->mem)
		return ig_write_all(fd, inode->mem, inode->size, err);
	return inode->size ? ig_copy_range(fd, inode->fd, inode->off,
					   inode->size, err)
			   : 0;
}

/* A link that is absolute would name a file of this machine. */
static int export_node(int dirfd, const char *name,
		       const struct ig_inode *inode, struct ig_err *err)
{
	switch (inode->type) {
	case IG_DIR:
		if (mkdirat(dirfd, name, 0700) < 0)
			return ig_fail_sys(err, errno, "make '%s'", name);
		return 0;
	case IG_FILE:
		return pkg_export_file(dirfd, name, inode, err);
	case IG_SYMLINK:
		if (inode->link[0] != '/' &&
		    symlinkat(inode->link, dirfd, name) < 0)
			return ig_fail_sys(err, errno, "make '%s'", name);
		return 0;
	case IG_CHAR:
	case IG_BLOCK:
	case IG_FIFO:
	default:
		return 0;
	}
}

int pkg_export_tree(const char *folder, struct ig_tree *tree,
		    struct ig_err *err)
{
	ig_autofree char *name = malloc(NAME_ROOM);
	ig_autofd int dirfd = -1;

	if (!name)
		return ig_fail_mem(err);
	if (ig_mkdirs(folder, 0700, err) < 0)
		return -1;
	dirfd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return ig_fail_sys(err, errno, "open folder '%s'", folder);
	for (const struct ig_node *node = ig_node_next(ig_tree_root(tree));
	     node; node = ig_node_next(node)) {
		if (ig_node_path(name, NAME_ROOM, "", node, err) < 0 ||
		    export_node(dirfd, name, node->inode, err) < 0)
			return -1;
	}
	return 0;
}
