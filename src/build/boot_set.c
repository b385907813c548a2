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

	ig_part_suffix(suffix, c->plan);
	for (size_t i = 0; i < c->plan->parts_n; i++) {
		const struct ig_part *part = &c->plan->parts[i];

		if (part->kind == IG_PART_KERNEL)
			continue; /* its modules are in the root */
		if (add_part_file(rope, c, part->key, suffix, err) < 0)
			return ig_wrap(err, "%s", part->location);
	}
	return 0;
}

static int write_marker(struct ig_compose *c, struct ig_sink *out,
			struct ig_hash *hash, struct ig_err *err)
{
	char line[IG_SHA256_HEX + 1];

	ig_hash_end_hex(hash, c->boot.id);
	memcpy(line, c->boot.id, IG_SHA256_HEX);
	line[64] = '\n';
	return ig_cpio_file(out, END_MARKER, 0444, IG_FIXED_TIME, line, 65,
			    err);
}

static int write_generated(struct ig_compose *c, struct ig_sink *out,
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
	ig_image_id(hash, c->plan);
	tee = ig_sink_hash(out, hash, &count, err);
	if (!tee || ig_generate(&gen, c->plan, c->store, false, err) < 0 ||
	    ig_cpio_write(tee, gen.tree, &opts, err) < 0 ||
	    write_marker(c, tee, hash, err) < 0 ||
	    ig_cpio_end(tee, count, err) < 0)
		return -1;
	return ig_sink_finish(tee, err);
}

static int add_tail(struct ig_rope *rope, struct ig_compose *c,
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
	if (!enc || write_generated(c, enc, err) < 0 ||
	    ig_sink_finish(enc, err) < 0 || ig_sink_finish(file, err) < 0)
		return -1;
	return ig_rope_own(rope, ig_take_fd(&spool.fd), err);
}

static int make_initrd(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(err);

	if (!rope || add_ucode(rope, c, err) < 0 ||
	    add_parts(rope, c, err) < 0 || add_tail(rope, c, err) < 0)
		return -1;
	c->boot.initrd = ig_take(&rope);
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
	ig_part_suffix(suffix, plan);
	for (size_t i = 0; i < plan->parts_n; i++) {
		const struct ig_part *part = &plan->parts[i];
		ig_autofd int fd = -1;

		if (part->kind == IG_PART_KERNEL)
			continue;
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

int ig_compose_boot(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *kernel = NULL;

	if (c->boot.initrd)
		return 0;
	if (c->plan->kernel) {
		kernel = ig_rope_new(err);
		if (!kernel || add_part_file(kernel, c, c->plan->kernel->key,
					     IG_SUFFIX_KERNEL, err) < 0)
			return -1;
	}
	if (make_initrd(c, err) < 0)
		return -1;
	c->boot.kernel = ig_take(&kernel);
	c->boot.cmdline = c->plan->spec->kernel.cmdline;
	if (!c->boot.cmdline)
		c->boot.cmdline = "";
	return 0;
}

int ig_compose_need_kernel(struct ig_compose *c, struct ig_err *err)
{
	if (ig_compose_boot(c, err) < 0)
		return -1;
	if (c->boot.kernel)
		return 0;
	return ig_fail(err, IG_ESPEC,
		       "the spec has no kernel: add 'kernel: {image: …}'");
}

void ig_boot_done(struct ig_boot *boot)
{
	ig_rope_free(boot->kernel);
	ig_rope_free(boot->initrd);
	memset(boot, 0, sizeof(*boot));
}
