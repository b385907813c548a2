/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

/*
 * mmdebstrap sets up a private apt for any suite and architecture, without
 * root and without namespaces (mode chrootless, which is dangerous only where
 * packages are configured: the variant extract runs nothing of them), checks
 * the archive's signature, and runs a hook that lets apt download the packages.
 * What comes out of it is a tar with the .deb files; they are unpacked here.
 */
#define LINES_MAX (256u << 10)
#define HOOK_MAX  (1u << 20)

/* ---- the child ---- */

struct job {
	struct ig_buf hook, lines, arch;
	char **names;
	size_t n;
	char *source; /* or NULL */
};

static void job_done(struct job *job)
{
	for (size_t i = 0; i < job->n; i++)
		free(job->names[i]);
	free(job->names);
	free(job->source);
	ig_buf_done(&job->hook);
	ig_buf_done(&job->lines);
	ig_buf_done(&job->arch);
}

static int job_names(struct job *job, const struct pkg *pkg,
		     const struct ig_recipe_step *step, struct ig_err *err)
{
	job->names = calloc(step->packages.n + 1, sizeof(*job->names));
	if (!job->names)
		return ig_fail_mem(err);
	for (size_t i = 0; i < step->packages.n; i++) {
		job->names[i] = pkg_debs_name(step->packages.v[i],
					      pkg->opts->arch, err);
		if (!job->names[i])
			return ig_wrap(err, "packages[%zu]", i);
		job->n++;
	}
	if (!step->from)
		return 0;
	job->source = pkg_debs_name(step->from, pkg->opts->arch, err);
	return job->source ? 0 : ig_wrap(err, "from");
}

static int job_lines(struct job *job, const struct pkg *pkg,
		     const struct ig_recipe_step *step, const char *suite,
		     struct ig_err *err)
{
	const char *mirror = step->mirror ? step->mirror : pkg->opts->mirror;
	ig_autofree char *components =
		pkg_debs_components(&step->components, err);
	const struct pkg_archive want = { suite, components };

	if (!components)
		return -1;
	if (mirror ? pkg_mirror_line(&job->lines, &want, mirror, err) < 0
		   : pkg_apt_lines(&job->lines, &want, "/etc/apt", err) < 0)
		return -1;
	return job->source ? pkg_debs_source_lines(&job->lines, err) : 0;
}

/* Without a line that is not of the file system, apt opens no socket. */
static int check_offline(const struct job *job, struct ig_err *err)
{
	static const char *const remote[] = { " http:",	 " https:", " ftp:",
					      " tor+",	 "ssh:",    "mirror+",
					      " mirror:" };

	for (size_t i = 0; i < IG_COUNT(remote); i++) {
		if (strstr(job->lines.data, remote[i]))
			return ig_fail(
				err, IG_ENET,
				"Debian packages must be downloaded, but the build is offline");
	}
	return 0;
}

/* A suite goes into an argument and a file of apt. */
static int check_suite(const char *suite, struct ig_err *err)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-._";

	if (suite[0] && suite[0] != '-' && !suite[strspn(suite, good)])
		return 0;
	return ig_fail(err, IG_ESPEC, "'%s' is not a Debian suite", suite);
}

static int job_init(struct job *job, const struct pkg *pkg,
		    const struct ig_recipe_step *step, bool alone,
		    struct ig_err *err)
{
	const char *suite = step->suite ? step->suite : PKG_SUITE;
	struct pkg_debs_ask ask = { .alone = alone };

	ig_buf_init(&job->hook, HOOK_MAX);
	ig_buf_init(&job->lines, LINES_MAX);
	ig_buf_init(&job->arch, 64);
	if (check_suite(suite, err) < 0 || job_names(job, pkg, step, err) < 0 ||
	    job_lines(job, pkg, step, suite, err) < 0)
		return -1;
	if (pkg->opts->offline && check_offline(job, err) < 0)
		return -1;
	memcpy(&ask.names, &job->names, sizeof(ask.names));
	ask.n = job->n;
	ask.source = job->source;
	if (ig_buf_puts(&job->hook, "--extract-hook=", err) < 0 ||
	    pkg_debs_hook(&job->hook, &ask, err) < 0)
		return -1;
	return ig_buf_printf(&job->arch, err, "--architectures=%s",
			     pkg_debian_arch(pkg->opts->arch));
}

struct taking {
	struct ig_tree *tree;
	struct ig_spool *spool;
};

static int take_tar(void *ctx, struct ig_source *out, struct ig_err *err)
{
	struct taking *taking = ctx;

	return ig_tar_tree(taking->tree, taking->spool, out, "mmdebstrap",
			   false, err);
}

static int download(struct ig_tree *tree, struct pkg *pkg, struct job *job,
		    const char *suite, struct ig_err *err)
{
	struct taking taking = { tree, &pkg->spool };
	const char *argv[] = { "mmdebstrap",
			       "--mode=chrootless",
			       "--variant=extract",
			       "--format=tar",
			       job->arch.data,
			       job->hook.data,
			       suite,
			       "-",
			       job->lines.data,
			       NULL };
	const char *env[] = { "LC_ALL=C", NULL };
	const struct ig_proc proc = {
		.argv = argv,
		.env = env,
		.in = -1,
		.out = -1,
		.err = -1,
		.forward_signals = true,
		.own_group = true, /* it cleans up when told once */
	};

	return pkg_run(&proc, "mmdebstrap", take_tar, &taking, err);
}

/* ---- what it gave ---- */

int pkg_debs_note(struct pkg *pkg, const char *name, const char *version,
		  struct ig_err *err)
{
	char **grown =
		realloc(pkg->debs, (pkg->debs_n + 1) * sizeof(*pkg->debs));

	if (!grown)
		return ig_fail_mem(err);
	pkg->debs = grown;
	grown[pkg->debs_n] = ig_format(err, "%s=%s", name, version);
	if (!grown[pkg->debs_n])
		return -1;
	pkg->debs_n++;
	return 0;
}

static int add_deb(struct ig_tree *tree, struct pkg *pkg,
		   const struct ig_node *node, struct ig_err *err)
{
	IG_AUTO(pkg_deb_done) struct pkg_deb deb = { 0 };
	IG_AUTO(ig_tree_freep) struct ig_tree *files = ig_tree_new(err);

	if (!files)
		return -1;
	if (node->inode->type != IG_FILE || node->inode->fd < 0)
		return ig_fail(err, IG_EFORMAT, "'%s' is not a file",
			       node->name);
	if (pkg_deb_open(&deb, node->inode->fd, node->inode->off,
			 node->inode->size, err) < 0)
		return ig_wrap(err, "'%s'", node->name);
	if (pkg_deb_tree(files, &pkg->spool, &deb, err) < 0 ||
	    ig_tree_graft(tree, ig_tree_root(tree), files, err) < 0)
		return ig_wrap(err, "package '%s'", deb.name);
	return pkg_debs_note(pkg, deb.name, deb.version, err);
}

/* base-files first: it has the links that the others' files go through. */
int pkg_debs_add(struct ig_tree *tree, struct pkg *pkg,
		 const struct ig_node *dir, struct ig_err *err)
{
	for (int first = 1; first >= 0; first--) {
		for (const struct ig_node *node = dir->child; node;
		     node = node->next) {
			bool base = ig_starts(node->name, "base-files_");

			if (base == (first == 1) &&
			    ig_ends(node->name, ".deb") &&
			    add_deb(tree, pkg, node, err) < 0)
				return -1;
		}
	}
	return 0;
}

const struct ig_node *pkg_debs_download(struct ig_tree *got, struct pkg *pkg,
					const struct ig_recipe_step *step,
					bool alone, struct ig_err *err)
{
	IG_AUTO(job_done) struct job job = { 0 };
	const struct ig_node *dir;

	if (job_init(&job, pkg, step, alone, err) < 0 ||
	    download(got, pkg, &job, step->suite ? step->suite : PKG_SUITE,
		     err) < 0 ||
	    ig_tree_sort(got, err) < 0)
		return NULL;
	dir = ig_tree_find(got, PKG_DEBS_DIR);
	if (!dir || !dir->child) {
		ig_fail(err, IG_EFORMAT, "mmdebstrap gave no packages");
		return NULL;
	}
	return dir;
}

int pkg_debs_fetch(struct ig_tree *tree, struct pkg *pkg,
		   const struct ig_recipe_step *step, bool alone,
		   struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *got = ig_tree_new(err);
	const struct ig_node *dir =
		got ? pkg_debs_download(got, pkg, step, alone, err) : NULL;

	return dir ? pkg_debs_add(tree, pkg, dir, err) : -1;
}
