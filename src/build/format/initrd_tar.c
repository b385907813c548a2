/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/tree.h>

#include "formats.h"

/*
 * tar-kernel-initrd: what kernel+initrd writes as members of one tar. The
 * headers are encoded without data; the data are the ropes.
 */

static int write_tar(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *out = ig_rope_new(err);
	int64_t time = ig_compose_time(c);

	if (!out || ig_compose_boot(c, err) < 0)
		return -1;
	if (c->boot.kernel &&
	    ig_tar_member(out, "kernel", c->boot.kernel, time, err) < 0)
		return -1;
	if (ig_tar_member(out, "initrd.img", c->boot.initrd, time, err) < 0)
		return -1;
	if (*c->boot.cmdline &&
	    ig_tar_member_text(out, "cmdline", c->boot.cmdline, time, err) < 0)
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
