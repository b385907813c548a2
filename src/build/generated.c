/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/kmod.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "build_internal.h"
#include "guest_keys.h"

#define MODULES_LOAD "etc/modules-load.d"

/* The root part's names, without data: enough to see where links lead. */
struct outline {
	struct ig_tree *tree;
	struct ig_err *err;
};

static enum ig_type type_of(char letter)
{
	switch (letter) {
	case 'd':
		return IG_DIR;
	case 'l':
		return IG_SYMLINK;
	default:
		return IG_FILE;
	}
}

static int outline_line(void *ctx, const struct ig_mtree_line *line)
{
	struct outline *o = ctx;
	const char *slash = strrchr(line->path, '/');
	const char *base = slash ? slash + 1 : line->path;
	ig_autofree char *dir = ig_strcopy(
		line->path, slash ? (size_t)(slash - line->path) : 0);
	struct ig_node *parent = dir ? ig_tree_find(o->tree, dir) : NULL;
	struct ig_inode *inode;

	if (!parent)
		return ig_fail(o->err, IG_EFORMAT, "'%s' has no parent",
			       line->path);
	inode = ig_tree_inode(o->tree, type_of(line->type), o->err);
	if (!inode)
		return -1;
	inode->mode = line->mode;
	inode->uid = line->uid;
	inode->gid = line->gid;
	inode->mtime = line->time;
	if (line->link) {
		inode->link = ig_arena_str(ig_tree_arena(o->tree), line->link,
					   o->err);
		if (!inode->link)
			return -1;
	}
	return ig_tree_put(o->tree, parent, base, strlen(base), inode, o->err)
		       ? 0
		       : -1;
}

static int read_outline(struct ig_tree *tree, const struct ig_plan *plan,
			struct ig_store *store, struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	struct outline o = { tree, err };
	int fd = -1;

	if (!plan->root)
		return 0;
	if (ig_part_open(&fd, store, plan->root->key, IG_SUFFIX_MTREE, err) < 0)
		return -1;
	src = ig_source_fd(fd, err); /* takes fd */
	return src ? ig_mtree_read(src, outline_line, &o, err) : -1;
}

/* A folder that links elsewhere would take the bundles along. */
static int check_containers(const struct ig_tree *root, struct ig_err *err)
{
	static const char *const ours[] = {
		"containers",
		"containers/onboot",
		"containers/onshutdown",
		"containers/services",
		"containers/volumes",
	};

	for (size_t i = 0; i < IG_COUNT(ours); i++) {
		const struct ig_node *node = ig_tree_find(root, ours[i]);

		if (node && node->inode->type != IG_DIR)
			return ig_fail(
				err, IG_EFORMAT,
				"an init image has '%s' as something that is not a directory; it is where containers go",
				ours[i]);
	}
	return 0;
}

static struct ig_inode *fixed_inode(struct ig_tree *tree, enum ig_type type,
				    uint32_t mode, struct ig_err *err)
{
	struct ig_inode *inode = ig_tree_inode(tree, type, err);

	if (!inode)
		return NULL;
	inode->mode = mode;
	inode->mtime = IG_FIXED_TIME;
	return inode;
}

static struct ig_node *fixed_dir(struct ig_tree *tree, const char *path,
				 struct ig_err *err)
{
	struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};

	return ig_tree_resolve(tree, path, &model, err);
}

/* Modules that the spec names are loaded at boot, not only when asked for. */
static int add_modules_load(struct ig_tree *tree, const struct ig_plan *plan,
			    struct ig_err *err)
{
	const struct ig_strs *want = &plan->spec->kernel.modules;
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(1u << 20);
	struct ig_node *dir;
	struct ig_inode *inode;

	if (!plan->kernel || !want->set)
		return 0;
	if (ig_modules_load(&text, want->v, want->n, err) < 0)
		return -1;
	if (!text.len)
		return 0;
	dir = fixed_dir(tree, MODULES_LOAD, err);
	inode = dir ? fixed_inode(tree, IG_FILE, 0644, err) : NULL;
	if (!inode)
		return -1;
	inode->mem =
		ig_arena_strn(ig_tree_arena(tree), text.data, text.len, err);
	inode->size = text.len;
	if (!inode->mem)
		return -1;
	return ig_tree_put(tree, dir, "ingot.conf", 10, inode, err) ? 0 : -1;
}

/* boot/: only where the whole system is one tree (tar). */
/* NOLINTNEXTLINE(readability-function-size): one row of a table */
static int add_boot_part(struct ig_tree *tree, struct ig_generated *gen,
			 const struct ig_plan *plan, struct ig_store *store,
			 const char *suffix, const char *name, uint32_t mode,
			 struct ig_err *err)
{
	struct ig_node *boot = fixed_dir(tree, "boot", err);
	struct ig_inode *inode;
	int fd = -1;

	inode = boot ? fixed_inode(tree, IG_FILE, mode, err) : NULL;
	if (!inode)
		return -1;
	if (ig_part_open(&fd, store, plan->kernel->key, suffix, err) < 0 ||
	    ig_generated_keep_fd(gen, fd, err) < 0 ||
	    ig_size_of(&inode->size, fd, err) < 0)
		return -1;
	inode->fd = fd;
	return ig_tree_put(tree, boot, name, strlen(name), inode, err) ? 0 : -1;
}

static int find_mode(void *ctx, const struct ig_mtree_line *line)
{
	struct ig_mtree_line *want = ctx;

	if (!ig_streq(line->path, want->path))
		return 0;
	want->mode = line->mode;
	return 1;
}

static int kernel_mode(uint32_t *mode, const struct ig_plan *plan,
		       struct ig_store *store, struct ig_err *err)
{
	const char *binary = plan->spec->kernel.binary;
	ig_autofree char *path =
		ig_strdup(binary && *binary ? binary : "kernel", err);
	struct ig_mtree_line want = { .path = path, .mode = 0644 };
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;
	int fd = -1;

	if (!path || ig_part_open(&fd, store, plan->kernel->key,
				  IG_SUFFIX_MTREE, err) < 0)
		return -1;
	src = ig_source_fd(fd, err);
	if (!src || ig_mtree_read(src, find_mode, &want, err) < 0)
		return -1;
	*mode = want.mode;
	return 0;
}

static int add_cmdline(struct ig_tree *tree, const struct ig_plan *plan,
		       struct ig_err *err)
{
	const char *text = plan->spec->kernel.cmdline;
	struct ig_node *boot = fixed_dir(tree, "boot", err);
	struct ig_inode *inode;

	inode = boot ? fixed_inode(tree, IG_FILE, 0644, err) : NULL;
	if (!inode)
		return -1;
	inode->mem = text ? text : "";
	inode->size = text ? strlen(text) : 0;
	return ig_tree_put(tree, boot, "cmdline", 7, inode, err) ? 0 : -1;
}

static int add_dtbs(struct ig_tree *tree, struct ig_generated *gen,
		    const struct ig_plan *plan, struct ig_store *store,
		    struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *dtbs = ig_tree_new(err);

	if (!dtbs || ig_kernel_dtbs(dtbs, &gen->spool, plan, store, err) < 0)
		return -1;
	return ig_tree_graft(tree, ig_tree_root(tree), dtbs, err);
}

static int add_boot(struct ig_tree *tree, struct ig_generated *gen,
		    const struct ig_plan *plan, struct ig_store *store,
		    struct ig_err *err)
{
	ig_autofd int ucode = -1;
	uint32_t mode;

	if (!plan->kernel)
		return 0;
	if (kernel_mode(&mode, plan, store, err) < 0 ||
	    add_cmdline(tree, plan, err) < 0 ||
	    add_boot_part(tree, gen, plan, store, IG_SUFFIX_KERNEL, "kernel",
			  mode, err) < 0 ||
	    add_dtbs(tree, gen, plan, store, err) < 0)
		return -1;
	if (ig_kernel_ucode(&ucode, plan, store, err) < 0)
		return -1;
	if (ucode < 0)
		return 0;
	return add_boot_part(tree, gen, plan, store, IG_SUFFIX_UCODE,
			     "ucode.cpio", 0644, err);
}

static int add_all(struct ig_tree *tree, struct ig_generated *gen,
		   const struct ig_plan *plan, struct ig_store *store,
		   bool boot, struct ig_err *err)
{
	const struct ig_spec *spec = plan->spec;

	if (boot && add_boot(tree, gen, plan, store, err) < 0)
		return -1;
	if (add_modules_load(tree, plan, err) < 0 ||
	    ig_guest_files(tree, spec, err) < 0 ||
	    ig_generate_volumes(tree, gen, plan, store, err) < 0)
		return -1;
	for (size_t i = 0; i < plan->bundles_n; i++)
		if (ig_bundle_tree(tree, spec, &plan->bundles[i], err) < 0)
			return -1;
	return ig_files_tree(tree, &gen->spool, spec, spec->files,
			     spec->files_n, NULL, err);
}

static void mark_all(struct ig_tree *tree)
{
	for (struct ig_node *at = ig_tree_root(tree); at; at = ig_node_next(at))
		at->inode->mark = IG_GENERATED_MARK;
}

int ig_generate(struct ig_generated *out, const struct ig_plan *plan,
		struct ig_store *store, bool boot, struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *own = ig_tree_new(err);

	memset(out, 0, sizeof(*out));
	out->spool.fd = -1;
	out->tree = ig_tree_new(err);
	if (!own || !out->tree || ig_spool_init(&out->spool, store, err) < 0 ||
	    read_outline(out->tree, plan, store, err) < 0 ||
	    check_containers(out->tree, err) < 0 ||
	    add_all(own, out, plan, store, boot, err) < 0)
		return -1;
	mark_all(own);
	/* Where a path of ours goes through a link of the root, it goes where
	 * the link leads: the kernel would replace the link. */
	if (ig_tree_graft(out->tree, ig_tree_root(out->tree), own, err) < 0)
		return -1;
	ig_tree_root(out->tree)->inode->mark = 0;
	return ig_tree_sort(out->tree, err);
}

int ig_generated_keep_fd(struct ig_generated *gen, int fd, struct ig_err *err)
{
	int *fds = realloc(gen->fds, (gen->fds_n + 1) * sizeof(*fds));

	if (!fds) {
		close(fd);
		return ig_fail_mem(err);
	}
	gen->fds = fds;
	fds[gen->fds_n++] = fd;
	return 0;
}

void ig_generated_done(struct ig_generated *gen)
{
	for (size_t i = 0; i < gen->fds_n; i++)
		close(gen->fds[i]);
	free(gen->fds);
	ig_tree_free(gen->tree);
	ig_spool_done(&gen->spool);
	memset(gen, 0, sizeof(*gen));
	gen->spool.fd = -1;
}

struct ig_encode_opts ig_generated_opts(const struct ig_plan *plan)
{
	return (struct ig_encode_opts){
		.prefix = "",
		.max_time = plan->opts.max_time,
		.mark = IG_GENERATED_MARK,
		.source = "linuxkit.files",
		.location = "files",
	};
}
