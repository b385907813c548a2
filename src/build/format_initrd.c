/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/spec.h>
#include <ingot/store.h>
#include <ingot/stream.h>

#include "build_internal.h"

/*
 * kernel+initrd. The initrd is a concatenation: microcode (uncompressed, the
 * kernel looks for it before it can decompress), the parts as they lie in the
 * store, what the spec generates, an end marker, and the one trailer. All
 * together they are one cpio archive in several compressed pieces.
 */

/* The kernel goes on to /init even when unpacking failed half-way; PID 1
 * refuses to start without this last entry. */
#define END_MARKER ".ingot-complete"

static int pad(int fd, struct ig_err *err)
{
	static const char zeros[4];
	uint64_t size;

	/* An archive that is not compressed must begin 4-byte aligned. */
	if (ig_size_of(&size, fd, err) < 0)
		return -1;
	return ig_write_all(fd, zeros, (4 - size % 4) % 4, err);
}

static int write_parts(struct ig_compose *c, int fd, struct ig_err *err)
{
	ig_autofd int ucode = -1;
	char suffix[32];

	if (ig_kernel_ucode(&ucode, c->plan, c->store, err) < 0)
		return -1;
	if (ucode >= 0 &&
	    (ig_compose_part(fd, c, c->plan->kernel->key, IG_SUFFIX_UCODE,
			     err) < 0 ||
	     pad(fd, err) < 0))
		return -1;
	ig_part_suffix(suffix, c->plan);
	for (size_t i = 0; i < c->plan->parts_n; i++) {
		const struct ig_part *part = &c->plan->parts[i];

		if (part->kind == IG_PART_KERNEL)
			continue; /* its modules are in the root */
		if (ig_compose_part(fd, c, part->key, suffix, err) < 0)
			return ig_wrap(err, "%s", part->location);
	}
	return 0;
}

static int write_marker(struct ig_sink *out, struct ig_hash *hash,
			struct ig_err *err)
{
	char id[IG_SHA256_HEX + 1];

	ig_hash_end_hex(hash, id);
	id[64] = '\n';
	return ig_cpio_file(out, END_MARKER, 0444, IG_FIXED_TIME, id, 65, err);
}

static int write_generated(struct ig_compose *c, struct ig_sink *out,
			   struct ig_err *err)
{
	IG_AUTO(ig_generated_done) struct ig_generated gen = {
		.spool = { -1, 0 }
	};
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
	    write_marker(tee, hash, err) < 0 ||
	    ig_cpio_end(tee, count, err) < 0)
		return -1;
	return ig_sink_finish(tee, err);
}

static int write_tail(struct ig_compose *c, int fd, struct ig_err *err)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *file = ig_sink_fd(fd, err);
	IG_AUTO(ig_sink_closep) struct ig_sink *enc = NULL;

	if (!file)
		return -1;
	enc = ig_sink_encode(file, (enum ig_codec)c->plan->opts.codec,
			     c->plan->opts.level, err);
	if (!enc || write_generated(c, enc, err) < 0 ||
	    ig_sink_finish(enc, err) < 0)
		return -1;
	return ig_sink_finish(file, err);
}

static int write_initrd(struct ig_compose *c, struct ig_err *err)
{
	const char *cmdline = c->plan->spec->kernel.cmdline;
	int fd;

	if (c->plan->kernel &&
	    (ig_compose_open(&fd, c, "-kernel", err) < 0 ||
	     ig_compose_part(fd, c, c->plan->kernel->key, IG_SUFFIX_KERNEL,
			     err) < 0))
		return -1;
	if (ig_compose_open(&fd, c, "-initrd.img", err) < 0 ||
	    write_parts(c, fd, err) < 0 || write_tail(c, fd, err) < 0)
		return -1;
	if (!c->plan->kernel || !cmdline || !*cmdline)
		return 0;
	if (ig_compose_open(&fd, c, "-cmdline", err) < 0)
		return -1;
	return ig_write_all(fd, cmdline, strlen(cmdline), err);
}

const struct ig_build_format ig_format_initrd = {
	.name = "kernel+initrd",
	.files = "NAME-kernel NAME-initrd.img NAME-cmdline",
	.purpose = "for QEMU, PXE and boot loaders of your own",
	.want = IG_WANT_CPIO,
	.stream = false,
	.write = write_initrd,
};
