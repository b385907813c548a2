/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/str.h>

#include "check.h"
#include "compose.h"
#include "guest_keys.h"

/*
 * What cannot boot is refused before anything is written. Only what is sure
 * to fail is an error; what a mount or a strange loader may still put right
 * is a warning.
 */
#define LIST_MAX ((size_t)1 << 30)
#define MIB	 (1ull << 20)

int ig_check_list(struct ig_buf *out, struct ig_store *store, const char *key,
		  struct ig_err *err)
{
	ig_autofd int fd = -1;
	uint64_t size;

	if (ig_part_open(&fd, store, key, IG_SUFFIX_MTREE, err) < 0 ||
	    ig_size_of(&size, fd, err) < 0)
		return -1;
	ig_buf_clear(out);
	if (size >= LIST_MAX)
		return ig_fail(err, IG_ELIMIT, "a list of files over 1 GiB");
	/* every line, the first too, is found by the line end before it */
	if (ig_buf_putc(out, '\n', err) < 0 ||
	    ig_buf_reserve(out, (size_t)size, err) < 0 ||
	    ig_pread_all(fd, out->data + out->len, (size_t)size, 0, err) < 0)
		return -1;
	out->len += (size_t)size;
	out->data[out->len] = '\0';
	return 0;
}

/* ---- entry points ---- */

static bool below(const char *path, const char *folder, size_t len)
{
	while (len && folder[len - 1] == '/')
		len--;
	return strncmp(path, folder, len) == 0 &&
	       (path[len] == '/' || !path[len]);
}

/* "SOURCE:DESTINATION[:OPTIONS]" */
static bool bound(const struct ig_strs *binds, const char *path)
{
	for (size_t i = 0; i < binds->n; i++) {
		const char *at = strchr(binds->v[i], ':');

		if (at && below(path, at + 1, strcspn(at + 1, ":")))
			return true;
	}
	return false;
}

static bool mounted(const struct ig_entry *e, const char *path)
{
	if (!e)
		return false;
	for (size_t i = 0; i < e->mounts.n; i++) {
		const char *to = e->mounts.v[i].destination;

		if (to && below(path, to, strlen(to)))
			return true;
	}
	for (size_t i = 0; i < e->tmpfs.n; i++)
		if (below(path, e->tmpfs.v[i], strcspn(e->tmpfs.v[i], ":")))
			return true;
	return bound(&e->binds, path) || bound(&e->binds_add, path);
}

/* The spec's own files may lie in a container's folder too. */
static bool from_files(const struct ig_spec *spec, const char *prefix)
{
	for (size_t i = 0; i < spec->files_n; i++) {
		const char *path = spec->files[i].path;

		if (below(path + strspn(path, "/"), prefix, strlen(prefix)))
			return true;
	}
	return false;
}

static const char *command_of(const struct ig_bundle *b)
{
	const struct ig_entry *from =
		b->entry->command.set || !b->label ? b->entry : b->label;
	const struct ig_image_config *image = b->config;

	if (from->command.set)
		return from->command.n ? from->command.v[0] : NULL;
	if (image->entrypoint_n)
		return image->entrypoint[0];
	return image->cmd_n ? image->cmd[0] : NULL;
}

static const struct ig_part *part_at(const struct ig_plan *plan,
				     const char *prefix)
{
	for (size_t i = 0; i < plan->parts_n; i++)
		if (ig_streq(plan->parts[i].prefix, prefix))
			return &plan->parts[i];
	return NULL;
}

static int blame_command(const struct ig_bundle *b, const char *command,
			 const char *what, struct ig_err *err)
{
	const struct ig_pos *pos = &b->entry->pos;

	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: %s[%zu]: '%s' starts '%s', which %s %s: set 'command' to a program of the image, or take another image",
		pos->file, pos->line, pos->col, ig_section_names[b->section],
		pos->index, b->entry->name, command, what, b->ref);
}

static int check_command(struct ig_compose *c, const struct ig_bundle *b,
			 struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(LIST_MAX);
	ig_autofree char *prefix = ig_bundle_root(b, err);
	const char *command = command_of(b);
	const struct ig_pos *pos = &b->entry->pos;
	const struct ig_part *part;
	char at[IG_CHECK_PATH];
	enum ig_found found;

	if (!prefix)
		return -1;
	if (!command || !*command) {
		ig_warn("%s:%d:%d: %s[%zu] '%s' has no command: neither the spec nor %s says what to start",
			pos->file, pos->line, pos->col,
			ig_section_names[b->section], pos->index,
			b->entry->name, b->ref);
		return 0;
	}
	part = part_at(c->plan, prefix);
	if (*command != '/' || !part)
		return 0;
	if (ig_check_list(&list, c->store, part->key, err) < 0)
		return -1;
	found = ig_check_find(at, &list, prefix, command);
	if (found == IG_FOUND_FILE || found == IG_FOUND_UNSURE)
		return 0;
	if (mounted(b->entry, command) || mounted(b->label, command) ||
	    mounted(b->entry, at) || mounted(b->label, at) ||
	    from_files(c->plan->spec, prefix)) {
		ig_warn("%s:%d:%d: %s[%zu] '%s' starts '%s', which is not in %s: something mounted or a file of the spec has to bring it",
			pos->file, pos->line, pos->col,
			ig_section_names[b->section], pos->index,
			b->entry->name, command, b->ref);
		return 0;
	}
	return blame_command(
		b, command,
		found == IG_FOUND_DIR ? "is a folder of" : "is not in", err);
}

/* ---- init ---- */

static bool files_bring_init(const struct ig_spec *spec)
{
	for (size_t i = 0; i < spec->files_n; i++) {
		const char *path = spec->files[i].path;

		if (ig_streq(path + strspn(path, "/"), "init"))
			return true;
	}
	return false;
}

/* A kernel that mounts its root looks for another program there. */
static bool has_init(const struct ig_buf *list, bool mounted)
{
	char at[IG_CHECK_PATH];
	enum ig_found found = IG_FOUND_NONE;

	if (mounted)
		found = ig_check_find(at, list, "", "/sbin/init");
	if (found == IG_FOUND_FILE || found == IG_FOUND_UNSURE)
		return true;
	found = ig_check_find(at, list, "", "/init");
	return found == IG_FOUND_FILE || found == IG_FOUND_UNSURE;
}

static int check_init(struct ig_compose *c, bool in_memory, struct ig_err *err)
{
	const struct ig_spec *spec = c->plan->spec;
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(LIST_MAX);

	if (!spec->init_n || !c->plan->root || files_bring_init(spec) ||
	    ig_word(spec->kernel.cmdline, in_memory ? "rdinit=" : "init="))
		return 0;
	if (ig_check_list(&list, c->store, c->plan->root->key, err) < 0)
		return -1;
	if (has_init(&list, !in_memory))
		return 0;
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: init: no image of it has the program /init, which the kernel starts: add an init image, or say '%s=PROGRAM' in kernel.cmdline",
		spec->init[0].pos.file, spec->init[0].pos.line,
		spec->init[0].pos.col, in_memory ? "rdinit" : "init");
}

/* ---- memory ---- */

static int add_part_size(uint64_t *total, struct ig_compose *c, const char *key,
			 const char *suffix, struct ig_err *err)
{
	ig_autofd int fd = -1;
	uint64_t size;

	if (ig_part_open(&fd, c->store, key, suffix, err) < 0 ||
	    ig_size_of(&size, fd, err) < 0)
		return -1;
	*total += size;
	return 0;
}

struct sizes {
	uint64_t kernel, initrd;
};

static int add_sizes(struct sizes *sizes, struct ig_compose *c,
		     struct ig_err *err)
{
	char suffix[32];

	for (size_t i = 0; i < c->plan->parts_n; i++) {
		const struct ig_part *part = &c->plan->parts[i];
		bool is_kernel = part->kind == IG_PART_KERNEL;

		ig_part_suffix(suffix, c->plan, part);
		if (add_part_size(is_kernel ? &sizes->kernel : &sizes->initrd,
				  c, part->key,
				  is_kernel ? IG_SUFFIX_KERNEL : suffix,
				  err) < 0)
			return -1;
	}
	return 0;
}

static int add_trees(uint64_t *total, struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(LIST_MAX);
	char suffix[32];

	for (size_t i = 0; i < c->plan->parts_n; i++) {
		const struct ig_part *part = &c->plan->parts[i];

		if (part->kind == IG_PART_KERNEL)
			continue;
		/* a squashfs is the same size when it was unpacked */
		if (ig_is_mounted(c->plan, part)) {
			ig_part_suffix(suffix, c->plan, part);
			if (add_part_size(total, c, part->key, suffix, err) < 0)
				return -1;
			continue;
		}
		if (ig_check_list(&list, c->store, part->key, err) < 0)
			return -1;
		*total += ig_check_unpacked(&list);
	}
	return 0;
}

static int check_memory(struct ig_compose *c, const struct sizes *sizes,
			struct ig_err *err)
{
	const struct ig_target *t = &c->plan->spec->target;
	uint64_t tree = 0, need;

	if (!t->memory_mib)
		return 0;
	if (add_trees(&tree, c, err) < 0)
		return -1;
	need = (sizes->kernel + sizes->initrd + tree + MIB - 1) / MIB;
	if (need <= t->memory_mib)
		return 0;
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: target.memory: %s is not enough: the kernel (%llu MiB), the initrd (%llu MiB) and what it unpacks to (%llu MiB) need at least %lluM: give more, or leave something out",
		t->pos.file, t->pos.line, t->pos.col, t->memory,
		(unsigned long long)(sizes->kernel / MIB),
		(unsigned long long)(sizes->initrd / MIB),
		(unsigned long long)(tree / MIB), (unsigned long long)need);
}

static int check_sizes(struct ig_compose *c, struct ig_err *err)
{
	struct sizes sizes = { 0, 0 };

	if (add_sizes(&sizes, c, err) < 0)
		return -1;
	for (const char *const *name = c->opts->formats; *name; name++) {
		const struct ig_build_format *f = ig_build_format(*name);

		if ((f->want & IG_WANT_CPIO) && f->firmware &&
		    ig_check_load(f->name, sizes.kernel, sizes.initrd, err) < 0)
			return -1;
	}
	return check_memory(c, &sizes, err);
}

/* What the formats ask for together; a tree for a container engine needs
 * neither kernel nor init. */
static unsigned wanted_of(const struct ig_compose *c, bool *mounted)
{
	unsigned want = 0;

	*mounted = false;
	for (const char *const *name = c->opts->formats; *name; name++) {
		const struct ig_build_format *f = ig_build_format(*name);

		want |= f->want;
		if ((f->need & IG_NEED_KERNEL) && !(f->want & IG_WANT_CPIO))
			*mounted = true;
	}
	return want;
}

int ig_check_boot(struct ig_compose *c, struct ig_err *err)
{
	bool mounted;
	bool unpacked = wanted_of(c, &mounted) & IG_WANT_CPIO;

	if (!mounted && !unpacked)
		return 0;
	if (ig_check_kernel(c, err) < 0 ||
	    (unpacked && check_init(c, true, err) < 0) ||
	    (mounted && check_init(c, false, err) < 0))
		return -1;
	if (ig_machine_check_tools(c, err) < 0)
		return -1;
	for (size_t i = 0; i < c->plan->bundles_n; i++)
		if (check_command(c, &c->plan->bundles[i], err) < 0)
			return -1;
	return unpacked ? check_sizes(c, err) : 0;
}
