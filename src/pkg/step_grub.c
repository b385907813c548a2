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
 * A GRUB image: the host's grub-mkimage puts modules together that come from
 * the packages of the recipe, so another architecture's can be made too.
 */

#define GRUB_LIB "usr/lib/grub"

static const struct {
	const char *format;
	const char *dir; /* below usr/lib/grub */
} platforms[] = {
	{ "i386-pc", "i386-pc" },
	{ "i386-pc-eltorito", "i386-pc" },
	{ "x86_64-efi", "x86_64-efi" },
	{ "arm64-efi", "arm64-efi" },
};

static const char *platform_of(const char *format)
{
	for (size_t i = 0; i < IG_COUNT(platforms); i++)
		if (ig_streq(platforms[i].format, format))
			return platforms[i].dir;
	return format; /* the schema lets no other through */
}

/* Modules become arguments; those that begin with '-' would be options. */
static int check_modules(const struct ig_recipe_step *step, struct ig_err *err)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	for (size_t i = 0; i < step->modules.n; i++) {
		const char *name = step->modules.v[i];

		if (!*name || name[strspn(name, good)])
			return ig_fail(
				err, IG_ESPEC,
				"modules[%zu]: '%s' is not a module's name", i,
				name);
	}
	return 0;
}

/* The files of usr/lib/grub/PLATFORM, and the configuration. */
static int export_modules(const struct pkg *pkg,
			  const struct ig_recipe_step *step,
			  const char *scratch, struct ig_err *err)
{
	const char *platform = platform_of(step->format);
	ig_autofree char *path = ig_format(err, GRUB_LIB "/%s", platform);
	const struct ig_node *dir;
	ig_autofd int fd = -1;

	if (!path)
		return -1;
	dir = ig_tree_find(pkg->tree, path);
	if (!dir || dir->inode->type != IG_DIR)
		return ig_fail(
			err, IG_ESPEC,
			"there is no '/%s' yet: a step before must bring GRUB's modules for %s",
			path, step->format);
	fd = open(scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ig_fail_sys(err, errno, "open folder '%s'", scratch);
	for (const struct ig_node *node = dir->child; node; node = node->next)
		if (node->inode->type == IG_FILE &&
		    pkg_export_file(fd, node->name, node->inode, err) < 0)
			return -1;
	if (!step->config)
		return 0;
	/* no module is called so: their names end in .mod, .img, .lst */
	return ig_write_file(fd, "config", step->config, strlen(step->config),
			     0600, err);
}

static int run_mkimage(const struct ig_recipe_step *step, const char *scratch,
		       struct ig_err *err)
{
	ig_autofree const char **argv =
		calloc(step->modules.n + 16, sizeof(*argv));
	const char *env[] = { "LC_ALL=C", NULL };
	struct ig_proc proc = pkg_proc(argv, env);
	size_t n = 0;

	if (!argv)
		return ig_fail_mem(err);
	argv[n++] = "grub-mkimage";
	argv[n++] = "--directory=.";
	argv[n++] = "--output=out";
	argv[n++] = "--format";
	argv[n++] = step->format;
	argv[n++] = "--prefix";
	argv[n++] = step->prefix;
	if (step->config)
		argv[n++] = "--config=config";
	for (size_t i = 0; i < step->modules.n; i++)
		argv[n++] = step->modules.v[i];
	proc.cwd = scratch;
	return pkg_run(&proc, "grub-common", NULL, NULL, err);
}

static int take_image(struct pkg *pkg, const struct ig_recipe_step *step,
		      const char *scratch, struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s/out", scratch);
	struct ig_inode *inode = ig_tree_inode(pkg->tree, IG_FILE, err);
	ig_autofd int fd = -1;

	if (!path || !inode)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ig_fail_sys(err, errno, "open what grub-mkimage made");
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	if (pkg_spool_fd(inode, &pkg->spool, fd, err) < 0)
		return -1;
	return pkg_put_file(pkg->tree, step->output, inode, err);
}

int pkg_step_grub(struct pkg *pkg, const struct ig_recipe_step *step,
		  struct ig_err *err)
{
	IG_AUTO(pkg_scratch_removep) char *scratch = NULL;

	if (check_modules(step, err) < 0)
		return ig_wrap(err, "grub");
	scratch = pkg_scratch(err);
	if (!scratch || export_modules(pkg, step, scratch, err) < 0 ||
	    run_mkimage(step, scratch, err) < 0 ||
	    take_image(pkg, step, scratch, err) < 0)
		return ig_wrap(err, "grub");
	return 0;
}
