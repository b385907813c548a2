/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

/* In the order of the kernel's bits: include/uapi/linux/capability.h. */
static const char *const cap_names[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
	NULL,
};
#define CAPS (IG_COUNT(cap_names) - 1)

static size_t cap_find(const char *name)
{
	size_t i = 0;

	while (i < CAPS && strcmp(cap_names[i], name) != 0)
		i++;
	return i;
}

/* The name that is near, also when case or prefix are not right. */
static const char *cap_meant(const char *name)
{
	char full[64] = "CAP_";
	size_t len = strlen(name);

	if (len >= sizeof(full) - 4)
		return NULL;
	memcpy(full + 4, name, len + 1);
	ig_upper(full);
	return ig_nearest_after(ig_starts(full + 4, "CAP_") ? full + 4 : full,
				cap_names, 4);
}

static int cap_unknown(const char *name, struct ig_err *err)
{
	const char *meant;

	if (ig_same_word(name, "all") || ig_same_word(name, "none"))
		return ig_fail(
			err, IG_ESPEC,
			"unknown capability '%s': it must be the only element of the list",
			name);
	meant = cap_meant(name);
	if (meant)
		return ig_fail(err, IG_ESPEC,
			       "unknown capability '%s': did you mean '%s'?",
			       name, meant);
	return ig_fail(err, IG_ESPEC, "unknown capability '%s'", name);
}

int ig_caps_list(struct ig_strs *out, const struct ig_strs *in,
		 struct ig_arena *arena, struct ig_err *err)
{
	bool all = in->n == 1 && ig_same_word(in->v[0], "all");
	bool none = in->n == 1 && ig_same_word(in->v[0], "none");
	bool seen[CAPS] = { false };

	*out = (struct ig_strs){ .set = in->set };
	if (in->n == 0 || none)
		return 0;
	out->v = ig_arena_array(arena, CAPS, sizeof(*out->v), err);
	if (!out->v)
		return -1;
	for (size_t i = 0; i < (all ? CAPS : in->n); i++) {
		size_t cap = all ? i : cap_find(in->v[i]);

		if (cap == CAPS)
			return cap_unknown(in->v[i], err);
		if (seen[cap])
			continue;
		seen[cap] = true;
		out->v[out->n++] = cap_names[cap];
	}
	return 0;
}

static int cap_order(const void *a, const void *b)
{
	const char *const *left = a;
	const char *const *right = b;

	return strcmp(*left, *right);
}

int ig_caps_union(struct ig_strs *out, const struct ig_strs *a,
		  const struct ig_strs *b, struct ig_arena *arena,
		  struct ig_err *err)
{
	struct ig_strs both;

	if (ig_strs_join(&both, a, b, arena, err) < 0)
		return -1;
	if (both.n > 0)
		qsort(both.v, both.n, sizeof(*both.v), cap_order);
	*out = both;
	out->n = 0;
	for (size_t i = 0; i < both.n; i++) {
		if (out->n > 0 && strcmp(out->v[out->n - 1], both.v[i]) == 0)
			continue;
		out->v[out->n++] = both.v[i];
	}
	return 0;
}
