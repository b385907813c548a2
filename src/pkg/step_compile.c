/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/proc.h>
#include <ingot/str.h>
#include <ingot/tree.h>

/*
 * The same sources must give the same bytes wherever the folders lie: sources
 * are named relative to theirs, what the compiler makes absolute is mapped
 * back, and the linker makes no build id (it hashes debug information too).
 */
static const char *const always[] = {
	"-static", "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wl,--build-id=none",
	"-s",
};

#define EXTRA_MAX 10 /* flags that name folders */

struct job {
	const char *compiler;
	char *scratch;
	char *recipe; /* the folder beside the recipe, absolute */
	struct pkg_source debian;
	const char *folder; /* where the sources are */
	struct pkg_sources sources;
	const struct ig_strs *flags;
	char *extra[EXTRA_MAX];
	size_t extra_n;
	char *epoch;
};

static void job_done(struct job *job)
{
	for (size_t i = 0; i < job->extra_n; i++)
		free(job->extra[i]);
	free(job->epoch);
	pkg_sources_done(&job->sources);
	pkg_source_done(&job->debian);
	free(job->recipe);
	pkg_scratch_removep(&job->scratch);
}

/* ---- flags ---- */

/* Takes @flag, NULL when memory was gone. */
static int extra(struct job *job, char *flag)
{
	if (!flag)
		return -1;
	assert(job->extra_n < EXTRA_MAX);
	job->extra[job->extra_n++] = flag;
	return 0;
}

static int extra_map(struct job *job, const char *folder, struct ig_err *err)
{
	return extra(job, ig_format(err, "-ffile-prefix-map=%s=.", folder));
}

/* Headers and libraries of the packages. */
static int extra_sysroot(struct job *job, const char *arch, struct ig_err *err)
{
	static const struct {
		const char *flag, *below;
		bool of_arch;
	} folders[] = {
		{ "-isystem", "/usr/include", false },
		{ "-isystem", "/usr/include/", true },
		{ "-L", "/usr/lib/", true },
		{ "-L", "/usr/lib", false },
		{ "-L", "/lib/", true },
	};
	const char *multiarch = pkg_multiarch(arch);

	for (size_t i = 0; i < IG_COUNT(folders); i++) {
		if (extra(job, ig_format(err, "%s%s%s%s", folders[i].flag,
					 job->debian.sysroot, folders[i].below,
					 folders[i].of_arch ? multiarch : "")) <
		    0)
			return -1;
	}
	return 0;
}

static int make_extra(struct job *job, const char *arch, struct ig_err *err)
{
	/* the last one that fits counts */
	if (extra_map(job, job->scratch, err) < 0 ||
	    extra_map(job, job->recipe, err) < 0 ||
	    (job->folder != job->recipe &&
	     extra_map(job, job->folder, err) < 0))
		return -1;
	if (job->debian.version &&
	    (extra(job, ig_format(err, "-I%s", job->recipe)) < 0 ||
	     extra(job, ig_format(err, "-DDEBIAN_VERSION=\"%s\"",
				  job->debian.version)) < 0))
		return -1;
	return job->debian.sysroot ? extra_sysroot(job, arch, err) : 0;
}

/* ---- the commands ---- */

struct command {
	const char **argv;
	size_t n;
};

static void command_done(struct command *cmd)
{
	ig_freep(&cmd->argv);
}

static void add(struct command *cmd, const char *arg)
{
	cmd->argv[cmd->n++] = arg;
}

static void add_flags(struct command *cmd, const struct job *job, bool libs)
{
	for (size_t i = 0; i < job->flags->n; i++) {
		if (ig_starts(job->flags->v[i], "-l") == libs)
			add(cmd, job->flags->v[i]);
	}
}

/* Libraries stand behind what uses them, other flags in front. */
static int command_init(struct command *cmd, const struct job *job,
			struct ig_err *err)
{
	cmd->n = 0;
	cmd->argv = calloc(IG_COUNT(always) + EXTRA_MAX + job->flags->n +
				   job->sources.n + 8,
			   sizeof(*cmd->argv));
	if (!cmd->argv)
		return ig_fail_mem(err);
	add(cmd, job->compiler);
	for (size_t i = 0; i < IG_COUNT(always); i++)
		add(cmd, always[i]);
	for (size_t i = 0; i < job->extra_n; i++)
		add(cmd, job->extra[i]);
	add_flags(cmd, job, false);
	return 0;
}

static int run(const struct command *cmd, const struct job *job,
	       struct ig_err *err)
{
	const char *env[] = { "LC_ALL=C", job->epoch, NULL };
	struct ig_proc proc = pkg_proc(cmd->argv, env);

	proc.cwd = job->folder;

	return pkg_run(&proc, job->compiler, NULL, NULL, err);
}

static char *object_name(const struct job *job, size_t i, struct ig_err *err)
{
	return ig_format(err, "%s/%zu.o", job->scratch, i);
}

/* What is not C is the linking command's, as it is. */
static bool is_c(const struct job *job, size_t i)
{
	return ig_ends(job->sources.v[i], ".c");
}

static int compile_one(void *ctx, size_t i, struct ig_err *err)
{
	const struct job *job = ctx;
	ig_autofree char *object = object_name(job, i, err);
	IG_AUTO(command_done) struct command cmd = { NULL, 0 };

	if (!is_c(job, i))
		return 0;
	if (!object || command_init(&cmd, job, err) < 0)
		return -1;
	add(&cmd, "-c");
	add(&cmd, "-o");
	add(&cmd, object);
	add(&cmd, job->sources.v[i]);
	return run(&cmd, job, err);
}

static int link_all(struct job *job, const char *out, struct ig_err *err)
{
	IG_AUTO(command_done) struct command cmd = { NULL, 0 };

	if (command_init(&cmd, job, err) < 0)
		return -1;
	add(&cmd, "-o");
	add(&cmd, out);
	for (size_t i = 0; i < job->sources.n; i++) {
		ig_autofree char *object = object_name(job, i, err);
		const char *kept =
			object ? ig_arena_str(job->sources.arena, object, err)
			       : NULL;

		if (!kept)
			return -1;
		add(&cmd, is_c(job, i) ? kept : job->sources.v[i]);
	}
	add_flags(&cmd, job, true);
	return run(&cmd, job, err);
}

/* ---- the step ---- */

static int find_recipe(struct job *job, const struct pkg *pkg,
		       const struct ig_recipe_step *step, struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s/%s", pkg->dir,
					   step->folder ? step->folder : ".");

	if (!path)
		return -1;
	job->recipe = realpath(path, NULL);
	if (!job->recipe)
		return ig_fail_sys(err, errno, "folder '%s'", path);
	return 0;
}

static int find_sources(struct job *job, struct pkg *pkg,
			const struct ig_recipe_step *step, struct ig_err *err)
{
	ig_autofd int fd = -1;

	if ((step->from || step->packages.n) &&
	    pkg_source_init(&job->debian, pkg, step, job->scratch, err) < 0)
		return -1;
	job->folder = step->from ? job->debian.folder : job->recipe;
	fd = open(job->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ig_fail_sys(err, errno, "folder '%s'", job->folder);
	return pkg_sources_init(&job->sources, fd, step, err);
}

static int job_init(struct job *job, struct pkg *pkg,
		    const struct ig_recipe_step *step, struct ig_err *err)
{
	job->compiler = pkg_compiler(pkg->opts->arch);
	job->flags = &step->flags;
	if (!job->compiler)
		return ig_fail(err, IG_ESPEC, "no compiler known for '%s'",
			       pkg->opts->arch);
	job->scratch = pkg_scratch(err);
	job->epoch = ig_format(err, "SOURCE_DATE_EPOCH=%lld",
			       (long long)pkg->max_time);
	if (!job->scratch || !job->epoch ||
	    find_recipe(job, pkg, step, err) < 0 ||
	    find_sources(job, pkg, step, err) < 0)
		return -1;
	return make_extra(job, pkg->opts->arch, err);
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
	IG_AUTO(job_done) struct job job = { 0 };
	ig_autofree char *out = NULL;

	if (job_init(&job, pkg, step, err) < 0)
		return ig_wrap(err, "compile");
	out = ig_format(err, "%s/out", job.scratch);
	if (!out || ig_parallel(job.sources.n, 0, compile_one, &job, err) < 0 ||
	    link_all(&job, out, err) < 0 ||
	    take_output(pkg, step, out, err) < 0)
		return ig_wrap(err, "compile");
	return 0;
}
