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
#define DEBS_DIR  "debs"
#define ARCH_MARK "{arch}"

/* deb-control(5): name, then ":arch", "=version", "/suite", or "-" */
static bool name_ok(const char *name)
{
	static const char more[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789+-.:=/~";

	return name[0] && !strchr("+-.:=/~", name[0]) &&
	       name[strspn(name, more)] == '\0';
}

char *pkg_debs_name(const char *text, const char *arch, struct ig_err *err)
{
	const char *debian = pkg_debian_arch(arch);
	const char *mark = strstr(text, ARCH_MARK);
	ig_autofree char *name = NULL;

	if (!debian) {
		ig_fail(err, IG_ESPEC, "Debian has no architecture '%s'", arch);
		return NULL;
	}
	if (mark)
		name = ig_format(err, "%.*s%s%s", (int)(mark - text), text,
				 debian, mark + strlen(ARCH_MARK));
	else
		name = ig_strdup(text, err);
	if (!name)
		return NULL;
	if (!name_ok(name)) {
		ig_fail(err, IG_ESPEC,
			"'%s' is not the name of a Debian package", text);
		return NULL;
	}
	return ig_take(&name);
}

/* Names are checked: they need no quotes. mmdebstrap gives the root as $1. */
int pkg_debs_hook(struct ig_buf *out, const char *const *names, size_t n,
		  bool alone, struct ig_err *err)
{
	if (ig_buf_puts(
		    out,
		    "set -e\nexport APT_CONFIG=\"$MMDEBSTRAP_APT_CONFIG\"\nmkdir \"$1/" DEBS_DIR
		    "\"\n",
		    err) < 0)
		return -1;
	if (alone) {
		/* linux-image-ARCH is empty and depends on the real one */
		if (ig_buf_puts(out, "cd \"$1/" DEBS_DIR "\"\nfor p in", err) <
		    0)
			return -1;
	} else if (
		ig_buf_puts(
			out,
			"apt-get -qq -y -o APT::Get::Download-Only=true -o APT::Install-Recommends=false install",
			err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (ig_buf_printf(out, err, " %s", names[i]) < 0)
			return -1;
	}
	if (!alone)
		return ig_buf_puts(
			out,
			" >&2\nmv \"$1\"/var/cache/apt/archives/*.deb \"$1/" DEBS_DIR
			"\"\n",
			err);
	return ig_buf_puts(
		out,
		"\ndo\nq=$(apt-cache depends --important \"$p\" 2>/dev/null | sed -n 's/^ *Depends: \\(linux-image-.*\\)$/\\1/p')\napt-get -qq download ${q:-$p} >&2\ndone\n",
		err);
}

/* ---- the child ---- */

struct job {
	struct ig_buf hook, lines, arch;
	char **names;
	size_t n;
};

static void job_done(struct job *job)
{
	for (size_t i = 0; i < job->n; i++)
		free(job->names[i]);
	free(job->names);
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
	return 0;
}

char *pkg_debs_components(const struct ig_strs *list, struct ig_err *err)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	IG_AUTO(ig_buf_done) struct ig_buf words = IG_BUF_INIT(LINES_MAX);

	if (!list->n && ig_buf_puts(&words, "main", err) < 0)
		return NULL;
	for (size_t i = 0; i < list->n; i++) {
		const char *name = list->v[i];

		if (!name[0] || name[strspn(name, good)]) {
			ig_fail(err, IG_ESPEC,
				"components[%zu]: '%s' is not a component of Debian's archive",
				i, name);
			return NULL;
		}
		if (ig_buf_printf(&words, err, "%s%s", i ? " " : "", name) < 0)
			return NULL;
	}
	return ig_buf_give(&words, err);
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
	if (!mirror)
		return pkg_apt_lines(&job->lines, &want, "/etc/apt", err);
	return pkg_mirror_line(&job->lines, &want, mirror, err);
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
	const char *const *names;

	ig_buf_init(&job->hook, HOOK_MAX);
	ig_buf_init(&job->lines, LINES_MAX);
	ig_buf_init(&job->arch, 64);
	if (check_suite(suite, err) < 0 || job_names(job, pkg, step, err) < 0 ||
	    job_lines(job, pkg, step, suite, err) < 0)
		return -1;
	if (pkg->opts->offline && check_offline(job, err) < 0)
		return -1;
	memcpy(&names, &job->names, sizeof(names));
	if (ig_buf_puts(&job->hook, "--extract-hook=", err) < 0 ||
	    pkg_debs_hook(&job->hook, names, job->n, alone, err) < 0)
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

static int note(struct pkg *pkg, const struct pkg_deb *deb, struct ig_err *err)
{
	char **grown =
		realloc(pkg->debs, (pkg->debs_n + 1) * sizeof(*pkg->debs));

	if (!grown)
		return ig_fail_mem(err);
	pkg->debs = grown;
	grown[pkg->debs_n] = ig_format(err, "%s=%s", deb->name, deb->version);
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
	return note(pkg, &deb, err);
}

/* base-files first: it has the links that the others' files go through. */
static int add_debs(struct ig_tree *tree, struct pkg *pkg,
		    const struct ig_node *dir, struct ig_err *err)
{
	for (int first = 1; first >= 0; first--) {
		for (const struct ig_node *node = dir->child; node;
		     node = node->next) {
			bool base = ig_starts(node->name, "base-files_");

			if (base == (first == 1) &&
			    add_deb(tree, pkg, node, err) < 0)
				return -1;
		}
	}
	return 0;
}

int pkg_debs_fetch(struct ig_tree *tree, struct pkg *pkg,
		   const struct ig_recipe_step *step, bool alone,
		   struct ig_err *err)
{
	IG_AUTO(job_done) struct job job = { 0 };
	IG_AUTO(ig_tree_freep) struct ig_tree *got = ig_tree_new(err);
	const struct ig_node *dir;

	if (!got || job_init(&job, pkg, step, alone, err) < 0 ||
	    download(got, pkg, &job, step->suite ? step->suite : PKG_SUITE,
		     err) < 0 ||
	    ig_tree_sort(got, err) < 0)
		return -1;
	dir = ig_tree_find(got, DEBS_DIR);
	if (!dir || !dir->child)
		return ig_fail(err, IG_EFORMAT, "mmdebstrap gave no packages");
	return add_debs(tree, pkg, dir, err);
}
