/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/kmod.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "compose.h"
#include "kernel_facts.h"

/*
 * Stage 1: PID 1 and the modules that find and mount a root file system. It
 * is made of the kernel image and the boot-loader image alone, so all
 * appliances with the same kernel share the part.
 */
#define INIT	"linux/init"
#define VERSION "2"

/* The class of modules, and what the spec names for the machine's disks. */
#define CLASS	  "class:root"
#define NAMES_MAX 64u

static bool is_plain_name(const char *want)
{
	return *want && !strchr(want, ':') && !strpbrk(want, "*?[/");
}

static size_t wanted_modules(const char *out[NAMES_MAX],
			     const struct ig_strs *modules)
{
	size_t n = 0;

	out[n++] = CLASS;
	for (size_t i = 0; i < modules->n && n < NAMES_MAX; i++)
		if (is_plain_name(modules->v[i]))
			out[n++] = modules->v[i];
	return n;
}

static int make_key(char out[IG_SHA256_HEX], const struct ig_compose *c,
		    struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	const struct ig_kernel *k = &c->plan->spec->kernel;
	const char *want[NAMES_MAX];
	size_t n = wanted_modules(want, &k->modules);

	if (!hash)
		return -1;
	ig_hash_field(hash, "ingot-stage1");
	ig_hash_field(hash, VERSION);
	ig_hash_field(hash, c->plan->kernel->pin->image->manifest.text);
	ig_hash_field(hash, k->tar_set.set ? "tar" : NULL);
	ig_hash_field(hash, k->tar);
	ig_hash_field(hash, c->plan->loader->key);
	for (size_t i = 0; i < n; i++)
		ig_hash_field(hash, want[i]);
	ig_hash_end_hex(hash, out);
	return 0;
}

static int put(struct ig_tree *tree, const char *dir, const char *name,
	       enum ig_type type, const struct ig_inode *like,
	       struct ig_err *err)
{
	struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};
	struct ig_node *node = ig_tree_resolve(tree, dir, &model, err);
	struct ig_inode *inode = node ? ig_tree_inode(tree, type, err) : NULL;

	if (!inode)
		return -1;
	inode->mode = like->mode;
	inode->mtime = IG_FIXED_TIME;
	inode->size = like->size;
	inode->fd = like->fd;
	inode->link = like->link;
	return ig_tree_put(tree, node, name, strlen(name), inode, err) ? 0 : -1;
}

/* PID 1, the name the kernel calls for a module, and where it mounts. */
static int put_program(struct ig_tree *tree, int init, struct ig_err *err)
{
	static const char *const folders[] = { "dev", "proc", "run", "sys",
					       "sysroot" };
	const struct ig_inode dir = { .mode = 0755, .fd = -1 };
	const struct ig_inode link = { .mode = 0777,
				       .fd = -1,
				       .link = "/init" };
	struct ig_inode file = { .mode = 0755, .fd = init };

	if (ig_size_of(&file.size, init, err) < 0 ||
	    put(tree, "", "init", IG_FILE, &file, err) < 0 ||
	    put(tree, "usr/sbin", "modprobe", IG_SYMLINK, &link, err) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(folders); i++)
		if (put(tree, "", folders[i], IG_DIR, &dir, err) < 0)
			return -1;
	return 0;
}

/* A kernel with all built in may come without modules. */
static int add_modules(struct ig_tree *tree, struct ig_spool *spool,
		       const struct ig_compose *c, struct ig_err *err)
{
	const struct ig_inode link = { .mode = 0777,
				       .fd = -1,
				       .link = "usr/lib" };
	const char *want[NAMES_MAX];
	size_t n = wanted_modules(want, &c->plan->spec->kernel.modules);

	if (ig_kernel_modules(tree, spool, c->plan, c->store, err) < 0)
		return -1;
	if (!ig_tree_find(tree, "lib/modules")) {
		if (!ig_tree_find(tree, "usr/lib/modules"))
			return 0;
		if (put(tree, "", "lib", IG_SYMLINK, &link, err) < 0)
			return -1;
	}
	return ig_modules_select(tree, spool, want, n, err);
}

static int fill(struct ig_compose *c, const char *key, const char *suffix,
		struct ig_spool *spool, int init, struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(err);
	IG_AUTO(ig_part_freep) struct ig_part_put *part = NULL;
	const struct ig_plan *plan = c->plan;
	struct ig_encode_opts opts = { .prefix = "",
				       .max_time = plan->opts.max_time,
				       .key = key };

	if (!tree || add_modules(tree, spool, c, err) < 0 ||
	    put_program(tree, init, err) < 0 || ig_tree_sort(tree, err) < 0 ||
	    ig_part_begin(&part, c->store, key, suffix, err) < 0 ||
	    ig_cpio_parts(ig_part_fd(part), tree, &opts, plan->opts.codec,
			  plan->opts.level, err) < 0)
		return -1;
	return ig_part_commit(part, err);
}

static int make(struct ig_compose *c, const char *key, const char *suffix,
		struct ig_err *err)
{
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	ig_autofd int init = -1;

	if (ig_loader_open(&init, c, INIT, err) < 0 ||
	    ig_spool_init(&spool, c->store, err) < 0)
		return -1;
	if (fill(c, key, suffix, &spool, init, err) < 0)
		return -1;
	ig_info("made stage 1 for %s", c->plan->kernel->pin->name);
	return 0;
}

int ig_stage1_open(int *fd, struct ig_compose *c, struct ig_err *err)
{
	char key[IG_SHA256_HEX];
	char suffix[32];

	ig_part_suffix(suffix, c->plan, NULL);
	if (make_key(key, c, err) < 0)
		return -1;
	if (ig_part_open(fd, c->store, key, suffix, err) == 0)
		return 0;
	if (err->code != IG_ENOENT)
		return -1;
	ig_err_clear(err);
	if (make(c, key, suffix, err) < 0)
		return -1;
	return ig_part_open(fd, c->store, key, suffix, err);
}

int ig_stage1_wanted(bool *out, const struct ig_compose *c, struct ig_err *err)
{
	static const struct {
		const char *option, *module;
	} needs[] = {
		{ "BLK_DEV_SD", "sd_mod" },	{ "BLK_DEV_SR", "sr_mod" },
		{ "VIRTIO_BLK", "virtio_blk" }, { "ISO9660_FS", "isofs" },
		{ "SQUASHFS", "squashfs" },	{ "EROFS_FS", "erofs" },
	};
	IG_AUTO(ig_kernel_facts_done)
	struct ig_kernel_facts facts = IG_KERNEL_FACTS_INIT;

	*out = false;
	if (ig_kernel_facts(&facts, c->plan, c->store, err) < 0)
		return -1;
	for (size_t i = 0; i < IG_COUNT(needs); i++)
		if (ig_kernel_has(&facts, needs[i].option, needs[i].module) ==
		    IG_KERNEL_MODULE)
			*out = true;
	return 0;
}
