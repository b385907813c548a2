/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <fcntl.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/format.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "kconfig.h"

/*
 * A compile takes half an hour of a processor: what it gives is kept in the
 * cache by what went into it, whatever else of the recipe changes. Change
 * VERSION when the same source and configuration give other bytes.
 */
#define VERSION	   "ingot-linux-1"
#define SUFFIX	   "linux"
#define SOURCES	   "usr/src"
#define CONFIG_MAX (4u << 20)

struct job {
	struct pkg *pkg;
	const struct ig_recipe_step *step;
	const struct pkg_linux_target *target;
	struct ig_buf text; /* of all fragments */
	struct ig_buf kept; /* the recorded configuration */
	struct pkg_kconfig asked;
	struct ig_inode source; /* the packed one, in the spool */
	char key[IG_KEY_LEN];
};

static void job_done(struct job *job)
{
	ig_buf_done(&job->text);
	ig_buf_done(&job->kept);
	pkg_kconfig_done(&job->asked);
}

/* ---- what is asked for ---- */

static int read_beside(struct ig_buf *out, const struct job *job,
		       const char *name, struct ig_err *err)
{
	ig_autofree char *path = ig_format(err, "%s/%s", job->pkg->dir, name);

	if (!path)
		return -1;
	return ig_read_file(out, AT_FDCWD, path, err);
}

static int read_fragment(struct job *job, const char *name, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(CONFIG_MAX);

	if (read_beside(&text, job, name, err) < 0)
		return -1;
	if (!text.len)
		return 0;
	if (pkg_kconfig_add(&job->asked, name, text.data, text.len, err) < 0 ||
	    ig_buf_add(&job->text, text.data, text.len, err) < 0)
		return -1;
	return ig_buf_putc(&job->text, '\n', err);
}

static int read_kept(struct job *job, struct ig_err *err)
{
	ig_buf_init(&job->kept, CONFIG_MAX);
	if (!job->step->resolved)
		return 0;
	if (read_beside(&job->kept, job, job->step->resolved, err) < 0)
		return ig_wrap(err, "resolved: make it by 'ingot pkg config'");
	return 0;
}

static int read_asked(struct job *job, struct ig_err *err)
{
	ig_buf_init(&job->text, CONFIG_MAX);
	for (size_t i = 0; i < job->step->fragments.n; i++)
		if (read_fragment(job, job->step->fragments.v[i], err) < 0)
			return ig_wrap(err, "fragments[%zu]", i);
	if (pkg_kconfig_end(&job->asked, err) < 0)
		return ig_wrap(err, "fragments");
	return 0;
}

/* ---- the source ---- */

static const struct ig_node *find_source(const struct ig_tree *tree,
					 struct ig_err *err)
{
	const struct ig_node *dir = ig_tree_find(tree, SOURCES);

	for (const struct ig_node *node = dir ? dir->child : NULL; node;
	     node = node->next)
		if (ig_starts(node->name, "linux-source-") &&
		    ig_ends(node->name, ".tar.xz") &&
		    node->inode->type == IG_FILE && node->inode->fd >= 0)
			return node;
	ig_fail(err, IG_ESPEC,
		"none of the packages has a /" SOURCES
		"/linux-source-*.tar.xz");
	return NULL;
}

static int find_key(struct job *job, struct ig_err *err)
{
	ig_autofree char *compiler =
		pkg_compiler_version(job->target->arch, err);
	IG_AUTO(ig_hash_freep) struct ig_hash *source = ig_hash_new(err);
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	IG_AUTO(ig_source_closep) struct ig_source *in = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *out = NULL;
	char hex[IG_SHA256_HEX];

	if (!compiler || !source || !hash)
		return -1;
	in = ig_source_range(job->source.fd, job->source.off, job->source.size,
			     err);
	out = in ? ig_sink_hash(NULL, source, NULL, err) : NULL;
	if (!out || ig_pump(out, in, NULL, err) < 0)
		return -1;
	ig_hash_end_hex(source, hex);
	ig_hash_field(hash, VERSION);
	ig_hash_field(hash, hex);
	ig_hash_field(hash, job->target->karch);
	ig_hash_field(hash, compiler);
	ig_hash_field(hash, job->text.data);
	ig_hash_end_hex(hash, job->key);
	return 0;
}

/* Everything but the compile itself; quick but for a download. */
static int job_init(struct job *job, struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	const struct ig_node *source;

	job->target = pkg_linux_target(job->pkg->opts->arch, err);
	if (!tree || !job->target || read_asked(job, err) < 0 ||
	    pkg_linux_tools(err) < 0 ||
	    pkg_debs_fetch(tree, job->pkg, job->step, true, err) < 0)
		return -1;
	source = find_source(tree, err);
	if (!source)
		return -1;
	job->source = *source->inode;
	return find_key(job, err);
}

/* ---- what came out ---- */

static int parse(struct pkg_kconfig *out, const char *name,
		 const struct ig_buf *text, struct ig_err *err)
{
	if (text->len &&
	    pkg_kconfig_add(out, name, text->data, text->len, err) < 0)
		return -1;
	return pkg_kconfig_end(out, err);
}

/* The same source must give what is recorded; another one may know more
 * options, and then somebody should look at them. */
static int check_recorded(const struct job *job, const char *name,
			  const struct ig_buf *text,
			  const struct pkg_kconfig *got, struct ig_err *err)
{
	IG_AUTO(pkg_kconfig_done) struct pkg_kconfig recorded = { 0 };
	const char *first, *a, *b;
	size_t n, a_len, b_len;

	if (parse(&recorded, name, &job->kept, err) < 0)
		return ig_wrap(err, "resolved");
	n = pkg_kconfig_differ(&first, &recorded, got);
	if (!n)
		return 0;
	a = pkg_kconfig_title(job->kept.data ? job->kept.data : "", &a_len);
	b = pkg_kconfig_title(text->data, &b_len);
	if (a_len == b_len && memcmp(a, b, a_len) == 0)
		return ig_fail(
			err, IG_ESPEC,
			"resolved: %s is not what this configuration gives: %zu options differ, the first is CONFIG_%s: record it anew by 'ingot pkg config'",
			name, n, first);
	ig_warn("%s is of another version of the kernel: %zu options differ, the first is CONFIG_%s: look at them and record it anew by 'ingot pkg config'",
		name, n, first);
	return 0;
}

/* @recorded: the file that says what it should be, or NULL. */
static int check_config(const struct job *job, const struct ig_buf *text,
			const char *recorded, struct ig_err *err)
{
	IG_AUTO(pkg_kconfig_done) struct pkg_kconfig got = { 0 };

	if (parse(&got, "the kernel's configuration", text, err) < 0 ||
	    pkg_kconfig_asked(&job->asked, &got, err) < 0)
		return -1;
	for (size_t i = 0; i < got.n; i++)
		if (ig_streq(got.v[i].value, "m"))
			return ig_fail(
				err, IG_ESPEC,
				"CONFIG_%s=m: modules are not made, all must be built in",
				got.v[i].name);
	return recorded ? check_recorded(job, recorded, text, &got, err) : 0;
}

/* ---- the compile ---- */

static int put_part(const struct job *job, struct ig_tree *tree,
		    struct ig_err *err)
{
	IG_AUTO(ig_part_freep) struct ig_part_put *put = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *out = NULL;
	const struct ig_encode_opts opts = { .prefix = "",
					     .max_time = IG_FIXED_TIME };

	if (ig_tree_sort(tree, err) < 0 ||
	    ig_part_begin(&put, job->pkg->store, job->key, SUFFIX, err) < 0)
		return -1;
	out = ig_sink_fd(ig_part_fd(put), err);
	if (!out || ig_tar_write(out, tree, &opts, err) < 0 ||
	    ig_tar_end(out, err) < 0 || ig_sink_finish(out, err) < 0)
		return -1;
	return ig_part_commit(put, err);
}

/* In a folder that is gone after; all that is wanted is in the spool. */
static int compile(const struct job *job, struct ig_err *err)
{
	IG_AUTO(pkg_scratch_removep) char *scratch = pkg_scratch(err);
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	IG_AUTO(ig_buf_done) struct ig_buf config = IG_BUF_INIT(0);

	if (!scratch || !tree ||
	    pkg_linux_unpack(scratch, &job->source, err) < 0 ||
	    pkg_linux_configure(&config, scratch, job->target, &job->text,
				err) < 0 ||
	    check_config(job, &config, job->step->resolved, err) < 0)
		return -1;
	ig_info("compiling a kernel: this takes half an hour of a processor");
	if (pkg_linux_compile(tree, &job->pkg->spool, scratch, job->target,
			      err) < 0)
		return -1;
	return put_part(job, tree, err);
}

static const struct ig_node *find_config(const struct ig_tree *tree)
{
	const struct ig_node *boot = ig_tree_find(tree, "boot");
	const struct ig_node *node = boot ? boot->child : NULL;

	while (node && !ig_starts(node->name, "config-"))
		node = node->next;
	return node;
}

static int take_part(struct ig_tree *tree, const struct job *job, int fd,
		     struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *in = NULL;
	IG_AUTO(ig_source_closep) struct ig_source *part = NULL;
	IG_AUTO(ig_buf_done) struct ig_buf config = IG_BUF_INIT(CONFIG_MAX);
	const struct ig_node *node;
	uint64_t size;

	if (ig_size_of(&size, fd, err) < 0)
		return -1;
	part = ig_source_range(fd, 0, size, err);
	if (!part ||
	    ig_tar_tree(tree, &job->pkg->spool, part, "kernel", false, err) < 0)
		return -1;
	node = find_config(tree);
	if (!node)
		return ig_fail(err, IG_EFORMAT, "a kernel without its config");
	in = ig_source_range(node->inode->fd, node->inode->off,
			     node->inode->size, err);
	if (!in || ig_slurp(&config, in, err) < 0)
		return -1;
	return check_config(job, &config, job->step->resolved, err);
}

int pkg_step_linux(struct pkg *pkg, const struct ig_recipe_step *step,
		   struct ig_err *err)
{
	IG_AUTO(job_done) struct job job = { .pkg = pkg, .step = step };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	ig_autofd int fd = -1;

	if (!tree || read_kept(&job, err) < 0 || job_init(&job, err) < 0)
		return ig_wrap(err, "linux");
	if (ig_part_open(&fd, pkg->store, job.key, SUFFIX, err) < 0 &&
	    (err->code != IG_ENOENT || compile(&job, err) < 0 ||
	     ig_part_open(&fd, pkg->store, job.key, SUFFIX, err) < 0))
		return ig_wrap(err, "linux");
	if (take_part(tree, &job, fd, err) < 0 ||
	    pkg_exclude(tree, &step->exclude, err) < 0 ||
	    pkg_kernel_image(pkg, tree, err) < 0)
		return ig_wrap(err, "linux");
	return 0;
}

/* ---- pkg config ---- */

static int resolve(struct ig_buf *out, const struct job *job,
		   struct ig_err *err)
{
	IG_AUTO(pkg_scratch_removep) char *scratch = pkg_scratch(err);
	IG_AUTO(ig_buf_done) struct ig_buf config = IG_BUF_INIT(0);

	if (!scratch || pkg_linux_unpack(scratch, &job->source, err) < 0 ||
	    pkg_linux_configure(&config, scratch, job->target, &job->text,
				err) < 0 ||
	    check_config(job, &config, NULL, err) < 0)
		return -1;
	return pkg_kconfig_record(out, config.data ? config.data : "", err);
}

int pkg_linux_config(struct ig_buf *out, struct pkg *pkg,
		     const struct ig_recipe_step *step, struct ig_err *err)
{
	IG_AUTO(job_done) struct job job = { .pkg = pkg, .step = step };

	if (job_init(&job, err) < 0 || resolve(out, &job, err) < 0)
		return ig_wrap(err, "linux");
	return 0;
}
