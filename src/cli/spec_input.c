/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/pkg.h>
#include <ingot/spec.h>
#include <ingot/spec_seccomp.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "cli.h"

#define SPEC_MAX     (16u << 20)
#define PROBLEMS_MAX (64u << 10)

/* "@pkg:DIR": built when missing, unless nothing is to be made. */
struct packages {
	struct cli *cli;
	const struct cli_spec_opts *opts;
};

static char *resolve_pkg(void *ctx, const char *base, const char *dir,
			 struct ig_err *err)
{
	const struct packages *p = ctx;
	struct ig_pkg_opts opts = { .arch = p->opts->arch,
				    .offline = p->opts->offline };
	ig_autofree char *path = *dir == '/'
					 ? ig_strdup(dir, err)
					 : ig_format(err, "%s/%s", base, dir);
	char *ref = NULL;

	if (!path || cli_store(p->cli, err) < 0)
		return NULL;
	if (!p->opts->build_packages)
		return ig_pkg_ref(p->cli->store, path, &opts, err);
	if (ig_pkg_build(&ref, NULL, p->cli->store, path, &opts, err) < 0)
		return NULL;
	return ref;
}

static int read_spec(struct ig_buf *text, const char *file, struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *in = NULL;
	int fd;

	if (!ig_streq(file, "-")) {
		if (ig_read_file(text, AT_FDCWD, file, err) == 0)
			return 0;
		if (err->code == IG_ENOENT)
			return ig_fail(err, IG_ENOENT, "no such file: '%s'",
				       file);
		return -1;
	}
	fd = dup(STDIN_FILENO);
	if (fd < 0)
		return ig_fail_sys(err, errno, "standard input");
	in = ig_source_fd(fd, err); /* takes fd */
	if (!in || ig_slurp(text, in, err) < 0)
		return ig_wrap(err, "standard input");
	return 0;
}

static void print_problems(const struct ig_buf *problems)
{
	char *at = problems->data;

	/* The first is the error itself; say the others before it. */
	at = at ? strchr(at, '\n') : NULL;
	for (at = at ? at + 1 : NULL; at && *at;) {
		size_t len = strcspn(at, "\n");

		fprintf(stderr, "ingot: %.*s\n", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

static int add_file(struct ig_spec *spec, const char *file,
		    const struct packages *packages, struct ig_err *err)
{
	struct ig_spec_resolver resolver = { (void *)(uintptr_t)packages,
					     resolve_pkg };
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(SPEC_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf problems = IG_BUF_INIT(PROBLEMS_MAX);
	bool local = !ig_streq(file, "-");
	ig_autofree char *copy = ig_strdup(file, err);
	const char *base;

	if (!copy || read_spec(&text, file, err) < 0)
		return -1;
	base = local ? dirname(copy) : ".";
	if (ig_spec_add(spec, local ? file : "standard input", base,
			text.data ? text.data : "", text.len, &resolver,
			&problems, err) == 0)
		return 0;
	print_problems(&problems);
	return -1;
}

/* ---- seccomp profiles ---- */

/* Relative to the spec that names it. */
static char *profile_path(const struct ig_entry *e, struct ig_err *err)
{
	ig_autofree char *copy = ig_strdup(e->seccomp_pos.file, err);

	if (*e->seccomp == '/')
		return ig_strdup(e->seccomp, err);
	return copy ? ig_format(err, "%s/%s", dirname(copy), e->seccomp) : NULL;
}

static int read_profile(struct ig_entry *e, const struct ig_spec *spec,
			struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(SPEC_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf problems = IG_BUF_INIT(PROBLEMS_MAX);
	ig_autofree char *path = profile_path(e, err);
	struct ig_seccomp *profile;

	if (!path)
		return -1;
	if (ig_read_file(&text, AT_FDCWD, path, err) < 0)
		return ig_wrap(err, "%s:%d:%d: '%s': seccomp",
			       e->seccomp_pos.file, e->seccomp_pos.line,
			       e->seccomp_pos.col, e->name);
	profile = ig_arena_array(spec->arena, 1, sizeof(*profile), err);
	if (!profile)
		return -1;
	e->profile = profile;
	if (ig_seccomp_parse(profile, spec, path, text.data ? text.data : "",
			     text.len, &problems, err) == 0)
		return 0;
	print_problems(&problems);
	return -1;
}

static int read_profiles(const struct ig_spec *spec, struct ig_err *err)
{
	const struct ig_entries *const lists[] = { &spec->onboot,
						   &spec->onshutdown,
						   &spec->services };

	for (size_t i = 0; i < IG_COUNT(lists); i++) {
		for (size_t k = 0; k < lists[i]->n; k++) {
			struct ig_entry *e = &lists[i]->v[k];

			if (ig_seccomp_is_file(e->seccomp) &&
			    read_profile(e, spec, err) < 0)
				return -1;
		}
	}
	return 0;
}

int cli_spec(struct ig_spec **out, struct cli *cli, int n, char **files,
	     const struct cli_spec_opts *opts, struct ig_err *err)
{
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = ig_spec_new(err);
	struct packages packages = { cli, opts };

	if (!spec)
		return -1;
	for (int i = 0; i < n; i++)
		if (add_file(spec, files[i], &packages, err) < 0)
			return -1;
	if (ig_spec_finish(spec, err) < 0 || read_profiles(spec, err) < 0)
		return -1;
	*out = ig_take(&spec);
	return 0;
}

/* The folder of a package that comes with the program: INGOT_PKG_PATH, where
 * it was installed to, where it was built. */
static char *own_package(const char *name, struct ig_err *err)
{
	const char *const dirs[] = { getenv("INGOT_PKG_PATH"), IG_PKG_INSTALLED,
				     IG_PKG_SOURCE };

	for (size_t i = 0; i < IG_COUNT(dirs); i++) {
		ig_autofree char *dir = NULL;
		ig_autofree char *recipe = NULL;

		if (!dirs[i] || !*dirs[i])
			continue;
		dir = ig_format(err, "%s/%s", dirs[i], name);
		recipe = ig_format(err, "%s/%s/build.yml", dirs[i], name);
		if (!dir || !recipe)
			return NULL;
		/* what the user names must be there */
		if (i == 0 || access(recipe, R_OK) == 0)
			return ig_take(&dir);
	}
	ig_fail(err, IG_ENOENT,
		"the package '%s' is not installed in '%s': set INGOT_PKG_PATH to the folder of the packages",
		name, IG_PKG_INSTALLED);
	return NULL;
}

static int set_loader(struct ig_spec *spec, struct ig_bootloader *loader,
		      const char *from, const char *image, struct ig_err *err)
{
	const char *copy = ig_arena_str(spec->arena, image, err);

	if (!copy)
		return -1;
	*loader = (struct ig_bootloader){
		.set = true,
		.pos = { .file = from },
		.image_pos = { .file = from },
		.image = copy,
	};
	return 0;
}

int cli_loader(struct ig_spec *spec, struct cli *cli,
	       const struct cli_loader *loader,
	       const struct cli_spec_opts *opts, struct ig_err *err)
{
	const char *given = loader->given;
	const char *from = given ? loader->option : loader->package;
	struct packages packages = { cli, opts };
	ig_autofree char *dir = NULL;
	ig_autofree char *ref = NULL;

	if (!given && (!loader->need || loader->image->image))
		return 0;
	if (given && !ig_starts(given, "@pkg:"))
		return set_loader(spec, loader->image, from, given, err);
	dir = given ? ig_strdup(given + strlen("@pkg:"), err)
		    : own_package(loader->package, err);
	if (!dir)
		return -1;
	ref = resolve_pkg(&packages, ".", dir, err);
	if (!ref)
		return ig_wrap(err, "%s", from);
	return set_loader(spec, loader->image, from, ref, err);
}

char *cli_base_name(const char *file, struct ig_err *err)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	const char *dot = strrchr(base, '.');
	char *name;

	if (ig_streq(file, "-"))
		return ig_strdup("ingot", err);
	name = ig_strcopy(base, dot && dot != base ? (size_t)(dot - base)
						   : strlen(base));
	if (!name)
		ig_fail_mem(err);
	return name;
}
