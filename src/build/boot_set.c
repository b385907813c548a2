/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>

#include "compose.h"

/*
 * What boots, made once for all formats of a build. The initrd is a
 * concatenation: microcode (uncompressed, the kernel looks for it before it
 * can decompress), the parts as they lie in the store, what the spec
 * generates, an end marker, and the one trailer. All together they are one
 * cpio archive in several compressed pieces.
 */

/* The kernel goes on to /init even when unpacking failed half-way; PID 1
 * refuses to start without this last entry. */
#define END_MARKER ".ingot-complete"

/* Of stage 1, where it also says that this is what starts. */
#define STAGE1_MARKER ".ingot-stage1"

static int add_part_file(struct ig_rope *rope, struct ig_compose *c,
			 const char *key, const char *suffix,
			 struct ig_err *err)
{
	int fd = -1;

	if (ig_part_open(&fd, c->store, key, suffix, err) < 0)
		return -1;
	return ig_rope_own(rope, fd, err); /* takes fd */
}

static int add_ucode(struct ig_rope *rope, struct ig_compose *c,
		     struct ig_err *err)
{
	int fd = -1;

	if (!c->plan->kernel)
		return 0;
	if (ig_kernel_ucode(&fd, c->plan, c->store, err) < 0)
		return -1;
	if (fd < 0)
		return 0;
	if (ig_rope_own(rope, fd, err) < 0) /* takes fd */
		return -1;
	/* What is not compressed must begin and end 4-byte aligned. */
	return ig_rope_align(rope, 4, err);
}

static int add_parts(struct ig_rope *rope, struct ig_compose *c,
		     struct ig_err *err)
{
	char suffix[32];

	for (size_t i = 0; i < c->plan->parts_n; i++) {
		const struct ig_part *part = &c->plan->parts[i];

		if (part->kind == IG_PART_KERNEL)
			continue; /* its modules are in the root */
		ig_part_suffix(suffix, c->plan, part);
		if (add_part_file(rope, c, part->key, suffix, err) < 0)
			return ig_wrap(err, "%s", part->source);
	}
	return 0;
}

static int write_marker(struct ig_compose *c, struct ig_sink *out,
			const char *name, struct ig_err *err)
{
	char line[IG_SHA256_HEX];

	memcpy(line, c->id, sizeof(line));
	line[64] = '\n';
	return ig_cpio_file(out, name, 0444, ig_compose_time(c), line, 65, err);
}

/* What is in the tree decides its id; the command line and how the tree lies
 * in an initrd only the image's. */
static void end_ids(struct ig_compose *c, struct ig_hash *hash)
{
	ig_hash_end_hex(hash, c->tree_id);
	ig_hash_field(hash, "ingot-image");
	ig_hash_field(hash, c->tree_id);
	ig_hash_field(hash, c->plan->spec->kernel.cmdline);
	if (c->plan->opts.layout == IG_LAYOUT_MOUNTED)
		ig_hash_field(hash, "mounted");
	ig_hash_end_hex(hash, c->id);
}

static void begin_ids(struct ig_hash *hash, const struct ig_plan *plan)
{
	ig_hash_field(hash, "ingot-tree");
	ig_hash_field(hash, plan->opts.arch);
	for (size_t i = 0; i < plan->parts_n; i++)
		ig_hash_field(hash, plan->parts[i].key);
}

static int write_tail(struct ig_compose *c, struct ig_sink *out,
		      struct ig_err *err)
{
	IG_AUTO(ig_generated_done)
	struct ig_generated gen = { .spool = { -1, 0 } };
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	IG_AUTO(ig_sink_closep) struct ig_sink *tee = NULL;
	struct ig_encode_opts opts = ig_generated_opts(c->plan);
	uint64_t count = 0;

	if (!hash)
		return -1;
	begin_ids(hash, c->plan);
	tee = ig_sink_hash(out, hash, &count, err);
	if (!tee || ig_generate(&gen, c->plan, c->store, false, err) < 0 ||
	    ig_cpio_write(tee, gen.tree, &opts, err) < 0)
		return -1;
	end_ids(c, hash);
	if (write_marker(c, tee, END_MARKER, err) < 0 ||
	    ig_cpio_end(tee, count, err) < 0)
		return -1;
	return ig_sink_finish(tee, err);
}

static int write_stage1_tail(struct ig_compose *c, struct ig_sink *out,
			     struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	IG_AUTO(ig_sink_closep) struct ig_sink *tee = NULL;
	uint64_t count = 0;

	tee = hash ? ig_sink_hash(out, hash, &count, err) : NULL;
	if (!tee || write_marker(c, tee, STAGE1_MARKER, err) < 0 ||
	    ig_cpio_end(tee, count, err) < 0)
		return -1;
	return ig_sink_finish(tee, err);
}

/* What @write writes as the last, compressed piece of an initrd. */
static int add_tail(struct ig_rope *rope, struct ig_compose *c,
		    int (*write)(struct ig_compose *c, struct ig_sink *out,
				 struct ig_err *err),
		    struct ig_err *err)
{
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	IG_AUTO(ig_sink_closep) struct ig_sink *file = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *enc = NULL;

	if (ig_spool_init(&spool, c->store, err) < 0)
		return -1;
	file = ig_sink_fd(spool.fd, err);
	if (!file)
		return -1;
	enc = ig_sink_encode(file, (enum ig_codec)c->plan->opts.codec,
			     c->plan->opts.level, err);
	if (!enc || write(c, enc, err) < 0 || ig_sink_finish(enc, err) < 0 ||
	    ig_sink_finish(file, err) < 0)
		return -1;
	return ig_rope_own(rope, ig_take_fd(&spool.fd), err);
}

static int make_initrd(struct ig_compose *c, struct ig_err *err)
{
	struct ig_rope *rope = ig_compose_new(c, err);

	if (!rope || add_ucode(rope, c, err) < 0 ||
	    add_parts(rope, c, err) < 0 || ig_rope_add(rope, c->tail, err) < 0)
		return -1;
	c->boot.initrd = rope;
	return 0;
}

char *ig_initrd_at(const struct ig_plan *plan, struct ig_store *store,
		   uint64_t at, struct ig_err *err)
{
	ig_autofd int ucode = -1;
	uint64_t size = 0, end = 0;
	char suffix[32];

	if (ig_kernel_ucode(&ucode, plan, store, err) < 0 ||
	    (ucode >= 0 && ig_size_of(&size, ucode, err) < 0))
		return NULL;
	end = (size + 3) / 4 * 4;
	if (at < end)
		return ig_strdup("in the microcode", err);
	for (size_t i = 0; i < plan->parts_n; i++) {
		const struct ig_part *part = &plan->parts[i];
		ig_autofd int fd = -1;

		if (part->kind == IG_PART_KERNEL)
			continue;
		ig_part_suffix(suffix, plan, part);
		if (ig_part_open(&fd, store, part->key, suffix, err) < 0 ||
		    ig_size_of(&size, fd, err) < 0)
			return NULL;
		end += size;
		if (at < end)
			return ig_format(err, "in the part %s of %s",
					 part->location, part->source);
	}
	return ig_strdup("in what the spec itself adds (files, configurations)",
			 err);
}

static int take_kernel(struct ig_compose *c, struct ig_err *err)
{
	struct ig_rope *kernel;

	if (!c->plan->kernel)
		return 0;
	kernel = ig_compose_new(c, err);
	if (!kernel || add_part_file(kernel, c, c->plan->kernel->key,
				     IG_SUFFIX_KERNEL, err) < 0)
		return -1;
	c->boot.kernel = kernel;
	return 0;
}

int ig_compose_id(struct ig_compose *c, struct ig_err *err)
{
	struct ig_rope *tail;

	if (c->tail)
		return 0;
	tail = ig_compose_new(c, err);
	if (!tail || add_tail(tail, c, write_tail, err) < 0 ||
	    take_kernel(c, err) < 0)
		return -1;
	c->boot.cmdline = c->plan->spec->kernel.cmdline;
	if (!c->boot.cmdline)
		c->boot.cmdline = "";
	c->tail = tail;
	return 0;
}

int ig_compose_boot(struct ig_compose *c, struct ig_err *err)
{
	if (ig_compose_id(c, err) < 0)
		return -1;
	return c->boot.initrd ? 0 : make_initrd(c, err);
}

static int blame_no_kernel(struct ig_err *err)
{
	return ig_fail(err, IG_ESPEC,
		       "the spec has no kernel: add 'kernel: {image: …}'");
}

int ig_compose_need_kernel(struct ig_compose *c, struct ig_err *err)
{
	if (ig_compose_boot(c, err) < 0)
		return -1;
	return c->boot.kernel ? 0 : blame_no_kernel(err);
}

static int make_stage1(struct ig_compose *c, struct ig_err *err)
{
	struct ig_rope *rope = ig_compose_new(c, err);
	int fd = -1;

	if (!rope || add_ucode(rope, c, err) < 0 ||
	    ig_stage1_open(&fd, c, err) < 0 ||
	    ig_rope_own(rope, fd, err) < 0 || /* takes fd */
	    add_tail(rope, c, write_stage1_tail, err) < 0)
		return ig_wrap(err, "stage 1");
	c->stage1 = rope;
	return 0;
}

int ig_compose_stage1(struct ig_boot *out, struct ig_compose *c, bool always,
		      struct ig_err *err)
{
	bool wanted = true;

	if (ig_compose_id(c, err) < 0)
		return -1;
	if (!c->boot.kernel)
		return blame_no_kernel(err);
	if (!always && ig_stage1_wanted(&wanted, c, err) < 0)
		return -1;
	if (wanted && !c->stage1 && make_stage1(c, err) < 0)
		return -1;
	*out = c->boot;
	out->initrd = wanted ? c->stage1 : NULL;
	return 0;
}
