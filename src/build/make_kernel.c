/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/kmod.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "build_internal.h"
#include "guest_keys.h"

/*
 * A kernel image (LinuxKit's convention) has the kernel, a tar of modules and
 * device trees, and sometimes microcode as files of its root. Each becomes a
 * part file.
 */
#define DTB_DIR	 "boot/dtb"
#define DTB_MARK 1u

struct kernel {
	const struct ig_plan *plan;
	struct ig_store *store;
	const char *key;
	struct ig_tree *tree; /* of the image */
	struct ig_spool spool;
	const char *binary, *tar, *ucode; /* NULL: not wanted */
};

/* The configuration, where a kernel image brings it (kernel/README.md). */
#define CONFIG_FILE "kernel-config"
#define NAMES_MAX   (4u << 20)

static void names(struct kernel *k, const struct ig_kernel *spec)
{
	k->binary = spec->binary && *spec->binary ? spec->binary : "kernel";
	k->tar = spec->tar_set.set ? spec->tar : "kernel.tar";
	if (k->tar && (!*k->tar || ig_streq(k->tar, "none")))
		k->tar = NULL;
	k->ucode = spec->ucode && *spec->ucode ? spec->ucode : NULL;
}

static const struct ig_inode *find_file(const struct kernel *k,
					const char *path)
{
	const struct ig_node *node = ig_tree_find(k->tree, path);

	return node && node->inode->type == IG_FILE ? node->inode : NULL;
}

static int blame_missing(const struct kernel *k, const char *key,
			 const char *path, struct ig_err *err)
{
	const struct ig_kernel *spec = &k->plan->spec->kernel;

	return ig_fail(err, IG_ENOENT,
		       "%s:%d:%d: kernel.%s: the image has no file '%s'",
		       spec->pos.file, spec->pos.line, spec->pos.col, key,
		       path);
}

static int put_file(const struct kernel *k, const char *suffix,
		    const struct ig_inode *inode, struct ig_err *err)
{
	return ig_part_put_file(k->store, k->key, suffix, inode, err);
}

/* The walk, as long as it is below @top. */
static struct ig_node *next_below(struct ig_node *at, const struct ig_node *top)
{
	if (at->child)
		return at->child;
	while (at != top && !at->next)
		at = at->parent;
	return at == top ? NULL : at->next;
}

static int fill_tar(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	struct ig_encode_opts opts = { .prefix = "", .max_time = INT64_MAX };

	return ig_tar_write(out, ctx, &opts, err) < 0 ? -1
						      : ig_tar_end(out, err);
}

static int fill_text(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	const struct ig_buf *text = ctx;

	return ig_sink_write(out, text->len ? text->data : "", text->len, err);
}

/* Which modules there are and what is built in, before any is left out. */
static int put_module_names(const struct kernel *k, const struct ig_buf *names,
			    struct ig_err *err)
{
	return ig_part_fill(k->store, k->key, IG_SUFFIX_MODNAMES, fill_text,
			    (void *)(uintptr_t)names, err);
}

/* Is there a line "m NAME"? What is built in is not to be chosen. */
static bool has_module(const struct ig_buf *names, const char *name)
{
	const char *at = names->len ? names->data : NULL;
	size_t len = strlen(name);

	while (at && (!ig_starts(at, "m ") || strncmp(at + 2, name, len) != 0 ||
		      at[2 + len] != '\n')) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	return at != NULL;
}

/* What the spec wants, and what the guest needs beside. A kernel that has that
 * not even as a module is refused later, by the name of what it lacks. */
static int select_modules(const struct kernel *k, struct ig_tree *tree,
			  const struct ig_buf *names, struct ig_err *err)
{
	const struct ig_strs *spec = &k->plan->spec->kernel.modules;
	struct ig_guest_modules more;
	size_t n = spec->n;
	ig_autofree const char **want =
		calloc(n + IG_GUEST_MODULES, sizeof(*want));

	if (!want)
		return ig_fail_mem(err);
	for (size_t i = 0; i < n; i++)
		want[i] = spec->v[i];
	ig_guest_modules(&more, k->plan);
	for (size_t i = 0; i < more.n; i++)
		if (has_module(names, more.v[i]))
			want[n++] = more.v[i];
	return ig_modules_select(tree, &k->spool, want, n, err);
}

static int read_tar(struct ig_tree *tree, struct ig_spool *spool,
		    const struct kernel *k, const struct ig_inode *tar,
		    struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;

	if (!tar)
		return 0;
	src = ig_source_range(tar->fd, tar->off, tar->size, err);
	if (!src || ig_tar_tree(tree, spool, src, k->tar, false, err) < 0)
		return ig_wrap(err, "%s", k->tar);
	return 0;
}

static void drop_dtbs(struct ig_tree *tree)
{
	struct ig_node *dtbs = ig_tree_find(tree, DTB_DIR);
	struct ig_node *boot = dtbs ? dtbs->parent : NULL;

	if (!dtbs)
		return;
	ig_tree_remove(tree, dtbs);
	if (!boot->child)
		ig_tree_remove(tree, boot);
}

static int fill_dtbs(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	struct ig_encode_opts opts = { .prefix = "",
				       .max_time = INT64_MAX,
				       .mark = DTB_MARK };

	return ig_tar_write(out, ctx, &opts, err) < 0 ? -1
						      : ig_tar_end(out, err);
}

/* boot/dtb is for firmware: a part of its own, not among the modules, which
 * all go into the initrd. */
static int put_dtbs(struct kernel *k, struct ig_tree *tree, struct ig_err *err)
{
	struct ig_node *dtbs = ig_tree_find(tree, DTB_DIR);

	for (struct ig_node *at = dtbs; at; at = next_below(at, dtbs))
		at->inode->mark = DTB_MARK;
	if (ig_part_fill(k->store, k->key, IG_SUFFIX_DTBS, fill_dtbs, tree,
			 err) < 0)
		return -1;
	drop_dtbs(tree);
	for (struct ig_node *at = ig_tree_root(tree); at; at = ig_node_next(at))
		at->inode->mark = 0;
	return 0;
}

static int put_modules(struct kernel *k, const struct ig_inode *tar,
		       struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	IG_AUTO(ig_buf_done) struct ig_buf names = IG_BUF_INIT(NAMES_MAX);
	bool chosen = tar && k->plan->spec->kernel.modules.set;

	if (!tree || read_tar(tree, &k->spool, k, tar, err) < 0)
		return -1;
	if (ig_modules_names(&names, tree, err) < 0 ||
	    put_module_names(k, &names, err) < 0)
		return -1;
	if (ig_tree_sort(tree, err) < 0 || put_dtbs(k, tree, err) < 0)
		return -1;
	if (chosen && select_modules(k, tree, &names, err) < 0)
		return ig_wrap(err, "%s:%d:%d",
			       k->plan->spec->kernel.modules_pos.file,
			       k->plan->spec->kernel.modules_pos.line,
			       k->plan->spec->kernel.modules_pos.col);
	if (ig_tree_sort(tree, err) < 0)
		return -1;
	return ig_part_fill(k->store, k->key, IG_SUFFIX_MODULES, fill_tar, tree,
			    err);
}

static int fill_mode(void *ctx, struct ig_sink *out, struct ig_err *err)
{
	struct kernel *k = ctx;
	struct ig_encode_opts opts = { .prefix = "", .max_time = INT64_MAX };

	return ig_mtree_write(out, k->tree, &opts, err);
}

static int make(struct kernel *k, struct ig_err *err)
{
	const struct ig_inode *binary = find_file(k, k->binary);
	const struct ig_inode *tar = k->tar ? find_file(k, k->tar) : NULL;
	const struct ig_inode *ucode = k->ucode ? find_file(k, k->ucode) : NULL;
	const struct ig_inode *config = find_file(k, CONFIG_FILE);
	const struct ig_inode none = { .type = IG_FILE, .fd = -1 };

	if (!binary)
		return blame_missing(k, "binary", k->binary, err);
	if (k->tar && !tar)
		return blame_missing(k, "tar", k->tar, err);
	/* LinuxKit goes on without microcode: so do we, with an empty part,
	 * so that a part that was lost is made again. */
	if (k->ucode &&
	    put_file(k, IG_SUFFIX_UCODE, ucode ? ucode : &none, err) < 0)
		return -1;
	if (put_modules(k, tar, err) < 0 ||
	    put_file(k, IG_SUFFIX_CONFIG, config ? config : &none, err) < 0 ||
	    put_file(k, IG_SUFFIX_KERNEL, binary, err) < 0)
		return -1;
	if (ig_tree_sort(k->tree, err) < 0)
		return -1;
	return ig_part_fill(k->store, k->key, IG_SUFFIX_MTREE, fill_mode, k,
			    err);
}

int ig_make_kernel(const struct ig_plan *plan, struct ig_store *store,
		   struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	struct kernel k = { .plan = plan,
			    .store = store,
			    .tree = tree,
			    .key = plan->kernel->key,
			    .spool = { -1, 0 } };
	const char *only[5] = { NULL };
	struct ig_layers_opts opts = { .rules = plan->opts.rules,
				       .hash = true,
				       .only = only };
	size_t n = 0;
	int result;

	if (!tree || ig_spool_init(&k.spool, store, err) < 0)
		return -1;
	names(&k, &plan->spec->kernel);
	only[n++] = k.binary;
	only[n++] = CONFIG_FILE;
	if (k.tar)
		only[n++] = k.tar;
	if (k.ucode)
		only[n++] = k.ucode;
	result = ig_image_tree(tree, &k.spool, store, plan->kernel->pin->image,
			       &opts, err);
	if (result < 0)
		ig_wrap(err, "%s", plan->kernel->pin->name);
	if (result == 0)
		result = make(&k, err);
	ig_spool_done(&k.spool);
	return result;
}

bool ig_kernel_made(const struct ig_plan *plan, struct ig_store *store)
{
	const char *ucode = plan->spec->kernel.ucode;
	const char *const suffixes[] = {
		IG_SUFFIX_MTREE,
		IG_SUFFIX_KERNEL,
		IG_SUFFIX_MODULES,
		IG_SUFFIX_MODNAMES,
		IG_SUFFIX_CONFIG,
		IG_SUFFIX_DTBS,
		ucode && *ucode ? IG_SUFFIX_UCODE : NULL,
	};

	/* Each may be damaged or collected alone. */
	for (size_t i = 0; i < IG_COUNT(suffixes); i++) {
		struct ig_err err = { 0 };
		ig_autofd int fd = -1;

		if (suffixes[i] && ig_part_open(&fd, store, plan->kernel->key,
						suffixes[i], &err) < 0)
			return false;
	}
	return true;
}

int ig_kernel_ucode(int *fd, const struct ig_plan *plan, struct ig_store *store,
		    struct ig_err *err)
{
	const char *ucode = plan->kernel ? plan->spec->kernel.ucode : NULL;
	ig_autofd int part = -1;
	uint64_t size = 0;

	*fd = -1;
	if (!ucode || !*ucode)
		return 0;
	if (ig_part_open(&part, store, plan->kernel->key, IG_SUFFIX_UCODE,
			 err) < 0 ||
	    ig_size_of(&size, part, err) < 0)
		return -1;
	if (size)
		*fd = ig_take_fd(&part);
	return 0;
}

int ig_kernel_modules(struct ig_tree *tree, struct ig_spool *spool,
		      const struct ig_plan *plan, struct ig_store *store,
		      struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *image = ig_tree_new(err);
	struct kernel k = { .plan = plan, .tree = image };
	const char *only[2] = { NULL };
	struct ig_layers_opts opts = { .rules = plan->opts.rules,
				       .only = only };

	names(&k, &plan->spec->kernel);
	if (!image || !k.tar)
		return image ? 0 : -1;
	only[0] = k.tar;
	if (ig_image_tree(image, spool, store, plan->kernel->pin->image, &opts,
			  err) < 0)
		return ig_wrap(err, "%s", plan->kernel->pin->name);
	if (read_tar(tree, spool, &k, find_file(&k, k.tar), err) < 0)
		return -1;
	drop_dtbs(tree);
	return 0;
}

int ig_kernel_dtbs(struct ig_tree *tree, struct ig_spool *spool,
		   const struct ig_plan *plan, struct ig_store *store,
		   struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	int fd = -1;

	if (ig_part_open(&fd, store, plan->kernel->key, IG_SUFFIX_DTBS, err) <
	    0)
		return -1;
	src = ig_source_fd(fd, err); /* takes fd */
	if (!src)
		return -1;
	return ig_tar_tree(tree, spool, src, "device trees", false, err);
}
