/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/str.h>

#include "formats.h"
#include "kernel_facts.h"

/*
 * A kernel of x86 that has the entry of PVH (xen, docs/misc/pvh.pandoc) is
 * started as ELF, and need not unpack itself. What QEMU is told to start
 * instead, or NULL.
 */
static int direct_kernel(struct ig_rope **out, struct ig_compose *c,
			 struct ig_err *err)
{
	IG_AUTO(ig_kernel_facts_done)
	struct ig_kernel_facts facts = IG_KERNEL_FACTS_INIT;
	struct ig_err unknown = { 0 };

	if (!c->opts->direct || !ig_streq(c->plan->opts.arch, "amd64"))
		return 0;
	if (ig_kernel_facts(&facts, c->plan, c->store, err) < 0)
		return -1;
	if (ig_kernel_has(&facts, "PVH", NULL) == IG_KERNEL_BUILTIN)
		(void)ig_kernel_plain(out, c, &unknown);
	return 0;
}

static int write_kernel(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *plain = NULL;

	if (direct_kernel(&plain, c, err) < 0)
		return -1;
	return ig_compose_rope(c, "-kernel", plain ? plain : c->boot.kernel,
			       err);
}

static int write_initrd(struct ig_compose *c, struct ig_err *err)
{
	if (ig_compose_boot(c, err) < 0)
		return -1;
	if (c->boot.kernel && write_kernel(c, err) < 0)
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
