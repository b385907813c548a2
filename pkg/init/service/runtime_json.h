/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_RUNTIME_JSON_H
#define INIT_RUNTIME_JSON_H

#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>

/** Longest runtime.json taken. */
#define RUNTIME_MAX (1024 * 1024)

struct runtime_mount {
	char *destination; /* fields that are missing are NULL */
	char *type;
	char *source;
	struct strings options;
};

struct runtime_iface {
	char *name;
	char *add;
	char *peer;
	bool create_in_root;
};

enum runtime_ns {
	NS_CGROUP,
	NS_IPC,
	NS_MNT,
	NS_NET,
	NS_PID,
	NS_USER,
	NS_UTS,
	NS_COUNT
};

/** LinuxKit's runtime.json. */
struct runtime {
	struct strings cgroups;
	struct strings mkdir;
	struct runtime_mount *mounts;
	size_t n_mounts;
	struct runtime_iface *ifaces;
	size_t n_ifaces;
	char *bind_ns[NS_COUNT]; /* NULL or path */
	char *space;		 /* "namespace" */
};

/**
 * runtime_parse() - read runtime.json, strictly.
 * @out: receives the parts; empty on failure. Free with runtime_free().
 * @text: borrowed, @len bytes. null stands for an empty value; keys not known
 * are checked and passed over; a key given twice is refused.
 * @msg: on failure, what is wrong and at which line, cut to @cap bytes.
 * Returns 0 or -1. Limits: RUNTIME_MAX bytes, 32 levels, 4096 list entries.
 */
int runtime_parse(struct runtime *out, const char *text, size_t len, char *msg,
		  size_t cap);

/** runtime_free() - free the parts; the empty value is fine. */
void runtime_free(struct runtime *r);

/** runtime_needs_pid() - does it ask for interfaces or kept namespaces? */
bool runtime_needs_pid(const struct runtime *r);

/** runtime_ns_name() - "net" for NS_NET, as in /proc/PID/ns. */
const char *runtime_ns_name(enum runtime_ns ns);

#endif
