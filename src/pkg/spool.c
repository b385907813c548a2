/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

struct spool_sink {
	struct ig_sink base;
	struct ig_spool *spool;
};

static int spool_write(struct ig_sink *sink, const void *data, size_t len,
		       struct ig_err *err)
{
	struct ig_spool *spool = ((struct spool_sink *)sink)->spool;
	const char *p = data;

	while (len > 0) {
		ssize_t n = pwrite(spool->fd, p, len, (off_t)spool->end);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ig_fail_sys(err, errno,
					   "write to the temporary file");
		p += n;
		len -= (size_t)n;
		spool->end += (uint64_t)n;
	}
	return 0;
}

static void spool_close(struct ig_sink *sink)
{
	ig_freep(&sink);
}

struct ig_sink *pkg_spool_sink(struct ig_spool *spool, struct ig_err *err)
{
	static const struct ig_sink_ops ops = { spool_write, NULL,
						spool_close };
	struct spool_sink *sink = calloc(1, sizeof(*sink));

	if (!sink) {
		ig_fail_mem(err);
		return NULL;
	}
	sink->base.ops = &ops;
	sink->spool = spool;
	return &sink->base;
}

int pkg_spool_fd(struct ig_inode *inode, struct ig_spool *spool, int fd,
		 struct ig_err *err)
{
	uint64_t size;

	if (ig_size_of(&size, fd, err) < 0)
		return -1;
	if (lseek(spool->fd, (off_t)spool->end, SEEK_SET) < 0)
		return ig_fail_sys(err, errno, "seek in the temporary file");
	if (ig_copy_range(spool->fd, fd, 0, size, err) < 0)
		return -1;
	inode->fd = spool->fd;
	inode->off = spool->end;
	inode->size = size;
	spool->end += size;
	return 0;
}

int pkg_put_file(struct ig_tree *tree, const char *path, struct ig_inode *inode,
		 struct ig_err *err)
{
	const char *slash;
	const char *name;
	ig_autofree char *parent = NULL;
	struct ig_node *dir = ig_tree_root(tree);

	path += strspn(path, "/");
	slash = strrchr(path, '/');
	name = slash ? slash + 1 : path;
	if (slash) {
		parent = strndup(path, (size_t)(slash - path));
		if (!parent)
			return ig_fail_mem(err);
		dir = ig_tree_resolve(tree, parent, NULL, err);
	}
	if (!dir || !ig_tree_put(tree, dir, name, strlen(name), inode, err))
		return ig_wrap(err, "'/%s'", path);
	return 0;
}
