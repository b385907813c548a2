/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>

/*
 * A process of user 0 without any capability can still write all of /proc/sys
 * and /sys: the kernel asks for the owner of the file only. By
 * kernel.core_pattern or the registers of a PCI device it is the machine's
 * master. So these are read-only, and what tells about the machine is hidden.
 *
 * A container with CAP_SYS_ADMIN could undo each of these mounts: it has none,
 * and images that administer the machine go on as they did.
 */

struct safe_path {
	const char *path;
	bool net; /* CAP_NET_ADMIN is there to write it */
};

/* Secrets of the machine and of others: memory, keys, timers, tables of the
 * firmware, what others compute. */
static const struct safe_path masked[] = {
	{ "/proc/acpi", false },
	{ "/proc/asound", false },
	{ "/proc/kcore", false },
	{ "/proc/keys", false },
	{ "/proc/latency_stats", false },
	{ "/proc/sched_debug", false },
	{ "/proc/scsi", false },
	{ "/proc/timer_list", false },
	{ "/proc/timer_stats", false },
	{ "/sys/devices/virtual/powercap", false },
	{ "/sys/firmware", false },
};

static const struct safe_path readonly[] = {
	{ "/proc/bus", false },		  { "/proc/fs", false },
	{ "/proc/irq", false },		  { "/proc/sys", true },
	{ "/proc/sysrq-trigger", false },
};

/* /proc/sys without net. */
static const struct safe_path settings[] = {
	{ "/proc/sys/abi", false },    { "/proc/sys/debug", false },
	{ "/proc/sys/dev", false },    { "/proc/sys/fs", false },
	{ "/proc/sys/kernel", false }, { "/proc/sys/user", false },
	{ "/proc/sys/vm", false },
};

#define MOST (IG_COUNT(masked) + IG_COUNT(readonly) + IG_COUNT(settings))

static bool has(const struct ig_strs *caps, const char *name)
{
	for (size_t i = 0; i < caps->n; i++) {
		if (strcmp(caps->v[i], name) == 0)
			return true;
	}
	return false;
}

static void add(struct ig_strs *list, const struct ig_container *c,
		const struct safe_path *paths, size_t n)
{
	bool net = has(&c->caps_all, "CAP_NET_ADMIN");

	for (size_t i = 0; i < n; i++) {
		if (net && paths[i].net)
			add(list, c, settings, IG_COUNT(settings));
		else
			list->v[list->n++] = paths[i].path;
	}
}

static int safe_list(struct ig_strs *out, const struct ig_container *c,
		     const struct safe_path *paths, size_t n,
		     struct ig_err *err)
{
	*out = (struct ig_strs){ .set = true };
	out->v = ig_arena_array(c->arena, MOST, sizeof(*out->v), err);
	if (!out->v)
		return -1;
	add(out, c, paths, n);
	return 0;
}

static bool is_confined(const struct ig_container *c,
			const struct ig_bundle *bundle)
{
	return bundle->safe && !has(&c->caps_all, "CAP_SYS_ADMIN");
}

/* /sys is mounted so from the start: a bind of it would keep the mounts below
 * writable, which the runtime makes read-only later. */
bool ig_safe_is_held(const struct ig_container *c,
		     const struct ig_bundle *bundle)
{
	return is_confined(c, bundle) &&
	       !IG_FROM(bundle, readonly_paths)->readonly_paths.set;
}

int ig_safe_paths(struct ig_container *out, const struct ig_bundle *bundle,
		  struct ig_err *err)
{
	out->masked_paths = IG_FROM(bundle, masked_paths)->masked_paths;
	out->readonly_paths = IG_FROM(bundle, readonly_paths)->readonly_paths;
	if (is_confined(out, bundle) && !out->masked_paths.set &&
	    safe_list(&out->masked_paths, out, masked, IG_COUNT(masked), err) <
		    0)
		return -1;
	if (ig_safe_is_held(out, bundle))
		return safe_list(&out->readonly_paths, out, readonly,
				 IG_COUNT(readonly), err);
	return 0;
}
