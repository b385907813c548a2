/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_keys.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>

#include "check.h"
#include "compose.h"
#include "kernel_facts.h"

/*
 * What our own guest needs of the kernel, whatever the format. A kernel of
 * Debian has all of it; one that somebody made small may not, and PID 1 could
 * only say so on a console that nobody reads.
 */
enum {
	FOR_GUEST = 1,	   /* PID 1 itself */
	FOR_CONTAINER = 2, /* any entry */
	FOR_WRITABLE = 4,  /* an entry that is not read-only */
	FOR_SECCOMP = 8,   /* an entry with a profile */
	FOR_DHCP = 16,	   /* an interface with DHCP */
	FOR_VLAN = 32,	   /* an interface that is a VLAN */
	FOR_EXT4 = 64,	   /* a disk or partition that the guest mounts */
	FOR_VFAT = 128,
};

static const struct need {
	unsigned bit;
	const char *option, *module;
	const char *what;
} needs[] = {
	{ FOR_GUEST, "DEVTMPFS", NULL, "makes no device nodes" },
	{ FOR_GUEST, "TMPFS", NULL, "has no tmpfs" },
	{ FOR_GUEST, "CGROUPS", NULL, "has no control groups" },
	{ FOR_CONTAINER, "NAMESPACES", NULL, "has no namespaces" },
	{ FOR_CONTAINER, "CGROUP_BPF", NULL,
	  "cannot hold a container back from devices" },
	{ FOR_WRITABLE, "OVERLAY_FS", "overlay", "cannot mount an overlay" },
	{ FOR_DHCP, "PACKET", "af_packet", "has no packet sockets for DHCP" },
	{ FOR_VLAN, "VLAN_8021Q", "8021q", "has no VLANs" },
	{ FOR_EXT4, "EXT4_FS", "ext4", "cannot mount ext4" },
	{ FOR_VFAT, "VFAT_FS", "vfat", "cannot mount vfat" },
	{ FOR_SECCOMP, "SECCOMP_FILTER", NULL, "cannot filter system calls" },
};

static bool given(const char *text)
{
	return text && *text;
}

static bool has_profile(const struct ig_bundle *bundle)
{
	const char *value = bundle->entry->seccomp;

	if (!given(value) && bundle->label)
		value = bundle->label->seccomp;
	return given(value) ? strcmp(value, "none") != 0 : bundle->safe;
}

static unsigned needs_of_network(const struct ig_network *net)
{
	unsigned bits = 0;

	for (size_t i = 0; i < net->interfaces_n; i++)
		bits |= (net->interfaces[i].dhcp ? FOR_DHCP : 0) |
			(net->interfaces[i].vlan.set ? FOR_VLAN : 0);
	return bits;
}

static unsigned needs_of_disks(const struct ig_spec *spec)
{
	return (ig_machine_mounts(spec, "ext4") ? FOR_EXT4 : 0) |
	       (ig_machine_mounts(spec, "vfat") ? FOR_VFAT : 0);
}

static unsigned needs_of(const struct ig_bundle *bundle)
{
	return FOR_CONTAINER | (bundle->readonly ? 0 : FOR_WRITABLE) |
	       (has_profile(bundle) ? FOR_SECCOMP : 0);
}

static int blame_kernel(const struct ig_compose *c, const struct need *need,
			struct ig_err *err)
{
	const struct ig_kernel *k = &c->plan->spec->kernel;
	bool disks = need->bit & (FOR_EXT4 | FOR_VFAT);

	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: kernel.image: the kernel of %s %s (no CONFIG_%s), which %s: take another kernel",
		k->pos.file, k->pos.line, k->pos.col,
		c->plan->kernel->pin->name, need->what, need->option,
		disks ? "the disks of the spec need" : "ingot's init needs");
}

static int blame_entry(const struct ig_compose *c,
		       const struct ig_bundle *bundle, const struct need *need,
		       struct ig_err *err)
{
	const struct ig_pos *pos = &bundle->entry->pos;
	const char *instead = "";

	if (need->bit == FOR_WRITABLE)
		instead = "say 'readonly: true', or ";
	if (need->bit == FOR_SECCOMP)
		instead = "say 'seccomp: none', or ";
	return ig_fail(
		err, IG_ESPEC,
		"%s:%d:%d: %s[%zu]: '%s': the kernel of %s %s (no CONFIG_%s): %stake another kernel",
		pos->file, pos->line, pos->col,
		ig_section_names[bundle->section], pos->index,
		bundle->entry->name, c->plan->kernel->pin->name, need->what,
		need->option, instead);
}

static const struct need *lacks(const struct ig_kernel_facts *facts,
				unsigned bits)
{
	for (size_t i = 0; i < IG_COUNT(needs); i++)
		if ((bits & needs[i].bit) &&
		    ig_kernel_has(facts, needs[i].option, needs[i].module) ==
			    IG_KERNEL_LACKS)
			return &needs[i];
	return NULL;
}

int ig_guest_check_kernel(const struct ig_compose *c,
			  const struct ig_kernel_facts *facts,
			  struct ig_err *err)
{
	const struct ig_plan *plan = c->plan;
	const struct ig_spec *spec = plan->spec;
	const struct need *need;

	/* What a foreign init does with its containers is its own. */
	if (!ig_init_has(spec, plan->lock, IG_INIT_GUEST))
		return 0;
	need = lacks(facts, FOR_GUEST | needs_of_network(&spec->network) |
				    needs_of_disks(spec));
	if (need)
		return blame_kernel(c, need, err);
	for (size_t i = 0; i < plan->bundles_n; i++) {
		need = lacks(facts, needs_of(&plan->bundles[i]));
		if (need)
			return blame_entry(c, &plan->bundles[i], need, err);
	}
	return 0;
}
