/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "formats.h"

static int write_initrd(struct ig_compose *c, struct ig_err *err)
{
	if (ig_compose_boot(c, err) < 0)
		return -1;
	if (c->boot.kernel &&
	    ig_compose_rope(c, "-kernel", c->boot.kernel, err) < 0)
		return -1;
	if (ig_compose_rope(c, "-initrd.img", c->boot.initrd, err) < 0)
		return -1;
	if (!c->boot.kernel || !*c->boot.cmdline)
		return 0;
	return ig_compose_text(c, "-cmdline", c->boot.cmdline, err);
}

const struct ig_build_format ig_format_initrd = {
	.name = "kernel+initrd",
	.files = "NAME-kernel NAME-initrd.img NAME-cmdline",
	.purpose = "for QEMU, PXE and boot loaders of your own",
	.want = IG_WANT_CPIO,
	.stream = false,
	.write = write_initrd,
};
