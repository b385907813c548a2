/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/str.h>
#include <ingot/tree.h>

/*
 * The same sources must give the same bytes wherever the folder lies: sources
 * are named relative to it, what the compiler makes absolute is mapped back,
 * and the linker makes no build id (it hashes debug information too).
 */
static const char *const always[] = {
	"-static", "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wl,--build-id=none",
	"-s",
};

struct command {
	const char **argv;
	size_t n;
};

static void add(struct command *cmd, const char *arg)
{
	cmd->argv[cmd->n++] = arg;
}

struct names {
	const char *compiler;
	const char *map;
	const char *out;
};

static int command_init(struct command *cmd, const struct ig_recipe_step *step,
			const struct pkg_sources *sources,
			const struct names *names, struct ig_err *err)
{
	cmd->argv = calloc(IG_COUNT(always) + step->flags.n + sources->n + 8,
			   sizeof(*cmd->argv));
	if (!cmd->argv)
		return ig_fail_mem(err);
	add(cmd, names->compiler);
	for (size_t i = 0; i < IG_COUNT(always); i++)
		add(cmd, always[i]);
	add(cmd, names->map);
	/* Libraries stand behind what uses them, other flags in front. */
	for (size_t i = 0; i < step->flags.n; i++) {
		if (!ig_starts(step->flags.v[i], "-l"))
			add(cmd, step->flags.v[i]);
	}
	add(cmd, "-o");
	add(cmd, names->out);
	for (size_t i = 0; i < sources->n; i++)
		add(cmd, sources->v[i]);
	for (size_t i = 0; i < step->flags.n; i++) {
		if (ig_starts(step->flags.v[i], "-l"))
			add(cmd, step->flags.v[i]);
	}
	return 0;
}

static int compile_in(struct pkg *pkg, const struct ig_recipe_step *step,
		      const char *folder, const char *out, struct ig_err *err)
{
	const char *compiler = pkg_compiler(pkg->opts->arch);
	ig_autofd int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	IG_AUTO(pkg_sources_done) struct pkg_sources sources = { 0 };
	ig_autofree char *map = NULL;
	ig_autofree char *epoch = NULL;
	ig_autofree const char **argv = NULL;
	struct command cmd = { NULL, 0 };
	const char *env[] = { "LC_ALL=C", NULL, NULL };
	struct ig_proc proc = {
		.env = env, .clean_env = true, .in = -1, .out = -1, .err = -1
	};

	if (fd < 0)
		return ig_fail_sys(err, errno, "folder '%s'", folder);
	if (!compiler)
		return ig_fail(err, IG_ESPEC, "no compiler known for '%s'",
			       pkg->opts->arch);
	map = ig_format(err, "-ffile-prefix-map=%s=.", folder);
	epoch = ig_format(err, "SOURCE_DATE_EPOCH=%lld",
			  (long long)pkg->max_time);
	const struct names names = { compiler, map, out };

	if (!map || !epoch || pkg_sources_init(&sources, fd, step, err) < 0 ||
	    command_init(&cmd, step, &sources, &names, err) < 0)
		return -1;
	argv = cmd.argv;
	env[1] = epoch;
	proc.argv = argv;
	proc.cwd = folder;
	return pkg_run(&proc, compiler, NULL, NULL, err);
}

static int compile(struct pkg *pkg, const struct ig_recipe_step *step,
		   const char *out, struct ig_err *err)
{
	ig_autofree char *folder = ig_format(err, "%s/%s", pkg->dir,
					     step->folder ? step->folder : ".");
	ig_autofree char *real = folder ? realpath(folder, NULL) : NULL;

	if (!folder)
		return -1;
	if (!real)
		return ig_fail_sys(err, errno, "folder '%s'", folder);
	return compile_in(pkg, step, real, out, err);
}

static int take_output(struct pkg *pkg, const struct ig_recipe_step *step,
		       const char *path, struct ig_err *err)
{
	ig_autofd int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct ig_inode *inode = ig_tree_inode(pkg->tree, IG_FILE, err);

	if (!inode)
		return -1;
	if (fd < 0)
		return ig_fail_sys(err, errno, "open what was compiled");
	inode->mode = 0755;
	inode->mtime = IG_FIXED_TIME;
	if (pkg_spool_fd(inode, &pkg->spool, fd, err) < 0)
		return -1;
	return pkg_put_file(pkg->tree, step->output, inode, err);
}

int pkg_step_compile(struct pkg *pkg, const struct ig_recipe_step *step,
		     struct ig_err *err)
{
	IG_AUTO(pkg_scratch_removep) char *scratch = pkg_scratch(err);
	ig_autofree char *path = NULL;

	if (!scratch)
		return -1;
	path = ig_format(err, "%s/out", scratch);
	if (!path || compile(pkg, step, path, err) < 0 ||
	    take_output(pkg, step, path, err) < 0)
		return ig_wrap(err, "compile");
	return 0;
}
