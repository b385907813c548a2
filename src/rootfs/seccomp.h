/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_ROOTFS_SECCOMP_H
#define IG_ROOTFS_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_bundle;
struct ig_container;
struct ig_err;
struct ig_json;

/* ---- seccomp_default.c: the default profile ---- */

struct ig_seccomp_group {
	const char *const *names; /* NULL-ended, as @caps */
	/* any of them allows it; NULL: allowed to all; none: to nobody */
	const char *const *caps;
};
extern const struct ig_seccomp_group ig_seccomp_groups[];
extern const size_t ig_seccomp_groups_n;

/* Without the capability the first argument decides. */
struct ig_seccomp_test {
	int error;	     /* 0: allowed */
	int64_t mask, value; /* @mask -1: the whole is @value */
};
struct ig_seccomp_tested {
	const char *name;
	const char *const *caps;
	size_t n;
	const struct ig_seccomp_test *tests;
};
extern const struct ig_seccomp_tested ig_seccomp_tested[];
extern const size_t ig_seccomp_tested_n;

/* ---- seccomp_names.c ---- */

/** ig_seccomp_knows() - whether the guest's library has this system call. */
bool ig_seccomp_knows(const char *name);

/* ---- seccomp.c ---- */

/** ig_seccomp_resolve() - which profile @bundle has: the key of the entry or
 * the label, else the default one when the guest is ours. */
int ig_seccomp_resolve(struct ig_container *out, const struct ig_bundle *bundle,
		       struct ig_err *err);
/** ig_seccomp_write() - linux.seccomp as a runtime reads it, conditions
 * already decided by the container's capabilities and architecture. */
void ig_seccomp_write(struct ig_json *json, const struct ig_container *c);

#endif
