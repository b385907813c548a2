/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/tree.h>

#include "build_internal.h"

/*
 * tar-kernel-initrd: what kernel+initrd writes as members of one tar. The
 * headers are encoded without data; the data are the ropes.
 */

static int add_member(struct ig_rope *out, const char *name,
		      const struct ig_rope *data, struct ig_err *err)
{
	unsigned char head[512];

	if (ig_tar_header(head, name, 0644, IG_FIXED_TIME, ig_rope_size(data),
			  err) < 0 ||
	    ig_rope_mem(out, head, sizeof(head), err) < 0 ||
	    ig_rope_add(out, data, err) < 0)
		return -1;
	return ig_rope_align(out, 512, err);
}

static int add_text(struct ig_rope *out, const char *name, const char *text,
		    struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = ig_rope_new(err);

	if (!data || ig_rope_mem(data, text, strlen(text), err) < 0)
		return -1;
	return add_member(out, name, data, err);
}

static int write_tar(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *out = ig_rope_new(err);

	if (!out || ig_compose_boot(c, err) < 0)
		return -1;
	if (c->boot.kernel &&
	    add_member(out, "kernel", c->boot.kernel, err) < 0)
		return -1;
	if (add_member(out, "initrd.img", c->boot.initrd, err) < 0)
		return -1;
	if (*c->boot.cmdline &&
	    add_text(out, "cmdline", c->boot.cmdline, err) < 0)
		return -1;
	/* End of archive: two zero blocks. */
	if (ig_rope_zero(out, 1024, err) < 0)
		return -1;
	return ig_compose_rope(c, "-initrd.tar", out, err);
}

const struct ig_build_format ig_format_initrd_tar = {
	.name = "tar-kernel-initrd",
	.files = "NAME-initrd.tar",
	.purpose = "kernel, initrd and command line as members of one tar",
	.want = IG_WANT_CPIO,
	.stream = true,
	.write = write_tar,
};
