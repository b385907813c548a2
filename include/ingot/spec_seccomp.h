/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_SECCOMP_H
#define IG_SPEC_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec.h>

struct ig_err;
struct ig_buf;

/*
 * A seccomp profile: linux.seccomp of the OCI runtime specification
 * (config-linux.md), and what Docker's and Podman's files have besides:
 * archMap, name, includes, excludes, errno names, comments.
 */

struct ig_seccomp_arg {
	int64_t index, value, value_two;
	const char *op; /* "SCMP_CMP_EQ" */
};

/* The rule counts when all of it holds (excludes: when none of it does). */
struct ig_seccomp_when {
	struct ig_strs caps, arches; /* GOARCH names */
	const char *min_kernel;
};

struct ig_seccomp_rule {
	struct ig_pos pos;
	struct ig_strs names;
	const char *name;   /* instead of names */
	const char *action; /* "SCMP_ACT_ALLOW" */
	struct ig_opt_int errno_ret;
	const char *errno_name; /* the same by its name */
	size_t args_n;
	struct ig_seccomp_arg *args;
	struct ig_seccomp_when includes, excludes;
};

struct ig_seccomp_arch {
	const char *arch; /* "SCMP_ARCH_X86_64" */
	struct ig_strs sub;
};

struct ig_seccomp {
	const char *file;
	const char *action; /* of what no rule names */
	struct ig_opt_int errno_ret;
	const char *errno_name;
	struct ig_strs arches, flags;
	size_t archmap_n;
	struct ig_seccomp_arch *archmap;
	size_t rules_n;
	struct ig_seccomp_rule *rules;
};

/**
 * ig_seccomp_parse() - a profile from JSON text, strict as ig_spec_add():
 * IG_ESPEC with "FILE:LINE:COL: key.path: ", unknown keys are refused. Lives
 * in the arena of @spec, with a copy of @file. Limits as ig_spec_add().
 */
int ig_seccomp_parse(struct ig_seccomp *out, const struct ig_spec *spec,
		     const char *file, const void *text, size_t len,
		     struct ig_buf *problems, struct ig_err *err);

/** ig_seccomp_is_file() - whether the value of a `seccomp` key is a path: it
 * is neither "default" nor "none" nor absent. */
bool ig_seccomp_is_file(const char *value);

#endif
