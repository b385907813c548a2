/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_ENTRY_H
#define IG_SPEC_ENTRY_H

#include <stdint.h>

#include <ingot/spec_base.h>
#include <ingot/spec_container.h>
#include <ingot/spec_service.h>

struct ig_seccomp;

/* An onboot, onshutdown or services entry, or a label's content (then name
 * and image are NULL). */
struct ig_entry {
	struct ig_pos pos;	 /* of the entry */
	struct ig_pos image_pos; /* of the image's value */
	const char *name;
	const char *image; /* as written; "@pkg:" already replaced */
	struct ig_strs command, env;
	const char *cwd;
	struct ig_id uid, gid;
	struct ig_ids additional_gids;
	struct ig_strs capabilities, capabilities_add, ambient;
	struct ig_mounts mounts;
	struct ig_strs binds, binds_add, tmpfs;
	struct ig_devices devices;
	const char *net, *ipc, *uts, *pid, *userns, *hostname;
	struct ig_opt_bool readonly, no_new_privileges;
	struct ig_strs masked_paths, readonly_paths;
	const char *seccomp; /* ours: "default", "none", a path or NULL */
	struct ig_pos seccomp_pos;
	const struct ig_seccomp *profile; /* of that path, see spec_seccomp.h */
	struct ig_opt_int oom_score_adj;
	const char *rootfs_propagation, *cgroups_path;
	struct ig_resources resources;
	struct ig_map sysctl, annotations;
	struct ig_strs rlimits; /* "name,soft,hard" */
	struct ig_idmaps uid_mappings, gid_mappings;
	struct ig_runtime_section runtime;
	/* ours; order and timeout are not in labels */
	struct ig_limits limits;
	struct ig_restart restart; /* these of services */
	struct ig_stop stop;
	struct ig_ready ready;
	struct ig_strs requires;
	struct ig_strs after; /* of onboot too */
	struct ig_pos after_pos, requires_pos;
	struct ig_strs after_folders; /* of onboot: the names of its bundles */
	const char *on_failure; /* "reboot", "poweroff", "ignore", of onboot
				 * "stop", or NULL */
	const char *log;	/* "console", "quiet", "none" or NULL */
	const char *timeout;	/* of onboot and onshutdown, as written */
	int64_t timeout_ms;	/* the same; 0: none */
};

struct ig_entries {
	size_t n;
	struct ig_entry *v;
};

#endif
