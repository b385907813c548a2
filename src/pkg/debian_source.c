/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/str.h>
#include <ingot/tree.h>

/*
 * What a program of Debian's is compiled from: a source package, downloaded
 * and checked by apt, and the packages with the headers and libraries that it
 * needs, both for a scratch folder. dpkg-source unpacks the source and applies
 * Debian's patches (the security fixes are among them); like everything here
 * it runs nothing of the package.
 */
#define PACKED	"packed"
#define SOURCE	"source"
#define SYSROOT "sysroot"
#define DOC	"usr/share/doc"
#define LICENCE "copyright" /* Debian policy 12.5: what a package must have */
#define DSC_MAX (1u << 20)

/* ---- licences: they go where the program goes ---- */

static int put_licence(struct pkg *pkg, const char *name,
		       struct ig_inode *inode, struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, DOC "/%s/" LICENCE, name);

	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	return path ? pkg_put_file(pkg->tree, path, inode, err) : -1;
}

static int licence_of_source(struct pkg *pkg, const char *name,
			     const char *folder, struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s/debian/" LICENCE, folder);
	struct ig_inode *inode = ig_tree_inode(pkg->tree, IG_FILE, err);
	ig_autofd int fd = -1;

	if (!path || !inode)
		return -1;
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0; /* not of Debian's own archive */
	if (fd < 0)
		return ig_fail_sys(err, errno, "open 'debian/" LICENCE "'");
	if (pkg_spool_fd(inode, &pkg->spool, fd, err) < 0)
		return -1;
	return put_licence(pkg, name, inode, err);
}

static int licences_of_packages(struct pkg *pkg, const struct ig_tree *tree,
				struct ig_err *err)
{
	const struct ig_node *doc = ig_tree_find(tree, DOC);

	for (const struct ig_node *dir = doc ? doc->child : NULL; dir;
	     dir = dir->next) {
		const struct ig_node *file =
			ig_node_child(tree, dir, LICENCE, strlen(LICENCE));
		struct ig_inode *inode;

		if (!file || file->inode->type != IG_FILE)
			continue;
		inode = ig_tree_inode(pkg->tree, IG_FILE, err);
		if (!inode)
			return -1;
		/* it lies in the same spool */
		inode->fd = file->inode->fd;
		inode->off = file->inode->off;
		inode->size = file->inode->size;
		if (put_licence(pkg, dir->name, inode, err) < 0)
			return -1;
	}
	return 0;
}

/* ---- what was downloaded ---- */

void pkg_source_done(struct pkg_source *source)
{
	ig_freep(&source->folder);
	ig_freep(&source->sysroot);
	ig_freep(&source->name);
	ig_freep(&source->version);
}

/* It becomes the value of a macro (deb-version(7) has no other characters). */
static int check_version(const char *version, struct ig_err *err)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.+-~:";

	if (!version[strspn(version, good)])
		return 0;
	return ig_fail(err, IG_EFORMAT, "'%s' is not a version of Debian's",
		       version);
}

/* The .dsc among what was downloaded: what the source package consists of. */
static int read_dsc(struct pkg_source *out, int dirfd, const char *name,
		    struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(DSC_MAX);

	if (ig_read_file(&text, dirfd, name, err) < 0)
		return -1;
	out->name = pkg_deb_field(text.data ? text.data : "", "Source", err);
	if (!out->name)
		return -1;
	out->version = pkg_deb_field(text.data, "Version", err);
	return out->version ? check_version(out->version, err) : -1;
}

static int note(struct pkg *pkg, const struct pkg_source *source,
		struct ig_err *err)
{
	ig_autofree char *label = ig_format(err, "src:%s", source->name);

	if (!label || pkg_debs_note(pkg, label, source->version, err) < 0)
		return -1;
	return licence_of_source(pkg, source->name, source->folder, err);
}

static int run_unpack(const char *packed, const char *dsc, const char *folder,
		      struct ig_err *err)
{
	const char *argv[] = { "dpkg-source", "--extract", dsc, folder, NULL };
	const char *env[] = { "LC_ALL=C", "TZ=UTC", NULL };
	struct ig_proc proc = pkg_proc(argv, env);

	proc.cwd = packed;

	return pkg_run(&proc, "dpkg-dev", NULL, NULL, err);
}

/* @dir: what apt gave. */
static int unpack_source(struct pkg_source *out, struct pkg *pkg,
			 const struct ig_node *dir, const char *scratch,
			 struct ig_err *err)
{
	ig_autofree char *packed = ig_format(err, "%s/" PACKED, scratch);
	const char *dsc = NULL;
	ig_autofd int dirfd = -1;

	out->folder = ig_format(err, "%s/" SOURCE, scratch);
	if (!packed || !out->folder || ig_mkdirs(packed, 0700, err) < 0)
		return -1;
	dirfd = open(packed, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (const struct ig_node *node = dir->child; node; node = node->next) {
		if (node->inode->type != IG_FILE || ig_ends(node->name, ".deb"))
			continue;
		if (pkg_export_file(dirfd, node->name, node->inode, err) < 0)
			return -1;
		if (ig_ends(node->name, ".dsc"))
			dsc = node->name;
	}
	if (!dsc)
		return ig_fail(err, IG_EFORMAT, "apt gave no source package");
	if (read_dsc(out, dirfd, dsc, err) < 0 ||
	    run_unpack(packed, dsc, out->folder, err) < 0 ||
	    note(pkg, out, err) < 0)
		return ig_wrap(err, "'%s'", dsc);
	return 0;
}

static int unpack_packages(struct pkg_source *out, struct pkg *pkg,
			   const struct ig_node *dir, const char *scratch,
			   struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);

	out->sysroot = ig_format(err, "%s/" SYSROOT, scratch);
	if (!tree || !out->sysroot || pkg_debs_add(tree, pkg, dir, err) < 0 ||
	    licences_of_packages(pkg, tree, err) < 0)
		return -1;
	return pkg_export_tree(out->sysroot, tree, err);
}

int pkg_source_init(struct pkg_source *out, struct pkg *pkg,
		    const struct ig_recipe_step *step, const char *scratch,
		    struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *got = ig_tree_new(err);
	const struct ig_node *dir =
		got ? pkg_debs_download(got, pkg, step, true, err) : NULL;

	if (!dir)
		return -1;
	if (step->packages.n &&
	    unpack_packages(out, pkg, dir, scratch, err) < 0)
		return -1;
	return step->from ? unpack_source(out, pkg, dir, scratch, err) : 0;
}
