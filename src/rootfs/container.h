/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_ROOTFS_CONTAINER_H
#define IG_ROOTFS_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/rootfs.h>
#include <ingot/spec.h>

struct ig_err;
struct ig_arena;
struct ig_json;

/*
 * A container as config.json shows it: the YAML entry over the label over the
 * image's configuration. Lists that had to be computed live in the arena; the
 * rest is borrowed from spec, label and image.
 */

struct ig_rlimit {
	const char *type; /* "RLIMIT_NOFILE" */
	uint64_t hard, soft;
};

struct ig_device_node {
	const struct ig_device *device;
	uint32_t mode;
};

struct ig_namespace {
	const char *type; /* as in config.json: "network" */
	const char *path; /* NULL: a new one */
};

#define IG_NAMESPACES_MAX 6

struct ig_container {
	struct ig_arena *arena;
	struct ig_strs args, env;
	const char *cwd;
	uint32_t uid, gid;
	size_t gids_n;
	uint32_t *gids;
	struct ig_strs caps; /* effective, in the order given */
	struct ig_strs ambient;
	struct ig_strs caps_all; /* both, sorted */
	size_t rlimits_n;
	struct ig_rlimit *rlimits;
	bool no_new_privileges;
	struct ig_opt_int oom_score_adj;
	bool readonly;
	const char *hostname;
	struct ig_mounts mounts;	   /* sorted by destination */
	struct ig_map annotations, sysctl; /* sorted by key */
	struct ig_idmaps uid_mappings, gid_mappings;
	const struct ig_resources *resources;
	/* rules that `devices` adds to those of resources */
	size_t rules_n;
	struct ig_resource_device *rules;
	size_t devices_n;
	struct ig_device_node *devices;
	const char *cgroups_path;
	size_t namespaces_n;
	struct ig_namespace namespaces[IG_NAMESPACES_MAX];
	const char *rootfs_propagation;
	struct ig_strs masked_paths, readonly_paths;
	const char *arch; /* GOARCH name, or NULL */
	bool seccomp_default;
	const struct ig_seccomp *profile; /* instead of the default one */
};

/** ig_container_init() - resolve @bundle. Zeroed on failure; free with
 * ig_container_done(). Fails with IG_ESPEC; the message begins with the
 * position of who gave the value and the key's path. */
int ig_container_init(struct ig_container *out, const struct ig_spec *spec,
		      const struct ig_bundle *bundle, struct ig_err *err);
void ig_container_done(struct ig_container *container);

/*
 * Who gives a member: the YAML entry when the key stands there, else the
 * label, when there is one. Plain texts count as absent when empty.
 */
#define IG_FROM(bundle, member)                                                \
	((bundle)->entry->member.set || !(bundle)->label ? (bundle)->entry     \
							 : (bundle)->label)
#define IG_FROM_TEXT(bundle, member)                                           \
	(ig_given((bundle)->entry->member) || !(bundle)->label                 \
		 ? (bundle)->entry                                             \
		 : (bundle)->label)

/** ig_given() - whether a plain text is there: not NULL, not empty. */
bool ig_given(const char *text);

/** ig_same_word() - equal but for the case of ASCII letters; no locale. */
bool ig_same_word(const char *a, const char *b);
/** ig_upper() - ASCII letters of @text to upper case; no locale. */
void ig_upper(char *text);

/** ig_nearest_after() - ig_nearest() for words that all begin with the same
 * @skip bytes, which must not count as likeness. */
const char *ig_nearest_after(const char *text, const char *const *words,
			     size_t skip);

/** ig_bundle_wrap() - put "FILE:LINE:COL: services[0].KEY: " in front of the
 * message; of a label the position, which names it, and the key. Returns -1. */
int ig_bundle_wrap(struct ig_err *err, const struct ig_bundle *bundle,
		   const struct ig_entry *from, const char *key);
/** ig_bundle_wrap_at() - the same with the line of @pos, when it has one. */
int ig_bundle_wrap_at(struct ig_err *err, const struct ig_bundle *bundle,
		      const struct ig_entry *from, const struct ig_pos *pos,
		      const char *key);

/** ig_pos_wrap() - "FILE:LINE:COL: " in front of the message. Returns -1. */
int ig_pos_wrap(struct ig_err *err, const struct ig_pos *pos);

/** ig_bundle_check() - IG_ESPEC when the entry's name cannot be the name of a
 * folder and a container's id. */
int ig_bundle_check(const struct ig_bundle *bundle, struct ig_err *err);

/** ig_id_resolve() - ig_id_number() with errors that bear no position.
 * @spec may be NULL: then names are refused. */
int ig_id_resolve(uint32_t *out, const struct ig_spec *spec,
		  const struct ig_id *id, struct ig_err *err);

/** ig_strs_join() - @a then @b, in @arena. */
int ig_strs_join(struct ig_strs *out, const struct ig_strs *a,
		 const struct ig_strs *b, struct ig_arena *arena,
		 struct ig_err *err);
/** ig_strs_split() - @text at every comma, empty pieces left out; all of it
 * in @arena. */
int ig_strs_split(struct ig_strs *out, const char *text, struct ig_arena *arena,
		  struct ig_err *err);

/**
 * ig_caps_list() - check the names of @in. A list whose only element is
 * "none" or "all" (any case) stands for no or every capability, in the order
 * of the kernel's bits. Repetitions are dropped.
 */
int ig_caps_list(struct ig_strs *out, const struct ig_strs *in,
		 struct ig_arena *arena, struct ig_err *err);
/** ig_caps_union() - both lists, sorted by bytes, without repetitions. */
int ig_caps_union(struct ig_strs *out, const struct ig_strs *a,
		  const struct ig_strs *b, struct ig_arena *arena,
		  struct ig_err *err);

/** ig_mounts_resolve() - defaults, tmpfs, binds, mounts of @bundle: of equal
 * destinations the last, sorted by destination. @held: /sys is read-only. */
int ig_mounts_resolve(struct ig_mounts *out, const struct ig_bundle *bundle,
		      bool held, struct ig_arena *arena, struct ig_err *err);

/** ig_rlimits_resolve() - "name,soft,hard" of the entry or the label. */
int ig_rlimits_resolve(struct ig_container *out, const struct ig_bundle *bundle,
		       struct ig_err *err);
int ig_devices_resolve(struct ig_container *out, const struct ig_bundle *bundle,
		       struct ig_err *err);
int ig_namespaces_resolve(struct ig_container *out,
			  const struct ig_bundle *bundle, struct ig_err *err);

/** ig_safe_is_held() - whether /proc/sys, /sys and the like are read-only: the
 * guest is ours, and neither entry nor label says which paths are. */
bool ig_safe_is_held(const struct ig_container *c,
		     const struct ig_bundle *bundle);
/** ig_safe_paths() - the paths that a container of our guest does not see, or
 * cannot write, unless its entry or label says which. */
int ig_safe_paths(struct ig_container *out, const struct ig_bundle *bundle,
		  struct ig_err *err);

/** ig_resources_write() - the object linux.resources with @rules_n more
 * device rules. A number that a runtime could not read is IG_ESPEC. */
void ig_resources_write(struct ig_json *json, const struct ig_resources *res,
			const struct ig_resource_device *rules, size_t rules_n);

/** ig_mounts_write() - an array of OCI mounts. */
void ig_mounts_write(struct ig_json *json, const struct ig_mounts *mounts);

#endif
