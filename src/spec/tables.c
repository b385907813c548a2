/* SPDX-License-Identifier: Apache-2.0 */
#include "logs.h"
#include "network.h"
#include "schema.h"
#include "service.h"
#include "tests.h"

/*
 * LinuxKit's appliance schema, keys in the order of its own structs, so that
 * what is written out has its order too.
 */

const char *const ig_ns_names[IG_NS_COUNT] = {
	[IG_NS_CGROUP] = "cgroup", [IG_NS_IPC] = "ipc", [IG_NS_MNT] = "mnt",
	[IG_NS_NET] = "net",	   [IG_NS_PID] = "pid", [IG_NS_USER] = "user",
	[IG_NS_UTS] = "uts",
};

static const char *const log_words[] = { "console", "quiet", "none", NULL };

static const char *const failure_words[] = { "reboot", "poweroff", "ignore",
					     NULL };
static const char *const step_failure_words[] = { "stop", "reboot", "poweroff",
						  "ignore", NULL };

/* What an entry and a label have in common. */
#define ENTRY struct ig_entry
#define ENTRY_FIELDS                                                           \
	IG_VALUE("capabilities", IG_K_STRS, ENTRY, capabilities),              \
		IG_VALUE("capabilities.add", IG_K_STRS, ENTRY,                 \
			 capabilities_add),                                    \
		IG_VALUE("ambient", IG_K_STRS, ENTRY, ambient),                \
		IG_LIST("mounts", ENTRY, mounts.v, mounts.n, mounts.set,       \
			&ig_schema_mount),                                     \
		IG_VALUE("binds", IG_K_STRS, ENTRY, binds),                    \
		IG_VALUE("binds.add", IG_K_STRS, ENTRY, binds_add),            \
		IG_LIST("devices", ENTRY, devices.v, devices.n, devices.set,   \
			&ig_schema_device),                                    \
		IG_VALUE("tmpfs", IG_K_STRS, ENTRY, tmpfs),                    \
		IG_VALUE("command", IG_K_STRS, ENTRY, command),                \
		IG_VALUE("env", IG_K_STRS, ENTRY, env),                        \
		IG_STR("cwd", ENTRY, cwd, 0), IG_STR("net", ENTRY, net, 0),    \
		IG_STR("pid", ENTRY, pid, 0), IG_STR("ipc", ENTRY, ipc, 0),    \
		IG_STR("uts", ENTRY, uts, 0),                                  \
		IG_STR("userns", ENTRY, userns, 0),                            \
		IG_STR("hostname", ENTRY, hostname, 0),                        \
		IG_VALUE("readonly", IG_K_OPT_BOOL, ENTRY, readonly),          \
		IG_VALUE("maskedPaths", IG_K_STRS, ENTRY, masked_paths),       \
		IG_VALUE("readonlyPaths", IG_K_STRS, ENTRY, readonly_paths),   \
		IG_VALUE("uid", IG_K_ID, ENTRY, uid),                          \
		IG_VALUE("gid", IG_K_ID, ENTRY, gid),                          \
		IG_VALUE("additionalGids", IG_K_IDS, ENTRY, additional_gids),  \
		IG_VALUE("noNewPrivileges", IG_K_OPT_BOOL, ENTRY,              \
			 no_new_privileges),                                   \
		IG_VALUE("oomScoreAdj", IG_K_OPT_INT, ENTRY, oom_score_adj),   \
		IG_STR("rootfsPropagation", ENTRY, rootfs_propagation, 0),     \
		IG_STR("cgroupsPath", ENTRY, cgroups_path, 0),                 \
		IG_OBJ("resources", ENTRY, resources, &ig_schema_resources,    \
		       resources.set),                                         \
		IG_VALUE("sysctl", IG_K_MAP, ENTRY, sysctl),                   \
		IG_VALUE("rlimits", IG_K_STRS, ENTRY, rlimits),                \
		IG_LIST("uidMappings", ENTRY, uid_mappings.v, uid_mappings.n,  \
			uid_mappings.set, &ig_schema_idmap),                   \
		IG_LIST("gidMappings", ENTRY, gid_mappings.v, gid_mappings.n,  \
			gid_mappings.set, &ig_schema_idmap),                   \
		IG_VALUE("annotations", IG_K_MAP, ENTRY, annotations),         \
		IG_OBJ("runtime", ENTRY, runtime, &ig_schema_runtime,          \
		       runtime.set),                                           \
		IG_OBJ("limits", ENTRY, limits, &ig_schema_limits, limits.set)

#define LOG                                                                    \
	{                                                                      \
		.key = "log", .kind = IG_K_STR, .at = offsetof(ENTRY, log),    \
		.words = log_words                                             \
	}

/* What an image can say of itself as a service. */
#define SERVICE_FIELDS                                                         \
	IG_OBJ("restart", ENTRY, restart, &ig_schema_restart, restart.set),    \
		IG_OBJ("stop", ENTRY, stop, &ig_schema_stop, stop.set),        \
		IG_OBJ("ready", ENTRY, ready, &ig_schema_ready, ready.set),    \
		{ .key = "on-failure",                                         \
		  .kind = IG_K_STR,                                            \
		  .at = offsetof(ENTRY, on_failure),                           \
		  .words = failure_words },                                    \
		LOG

/* A file has its place beside the spec; a label has none. */
#define SECCOMP                                                                \
	{                                                                      \
		.key = "seccomp", .kind = IG_K_STR,                            \
		.at = offsetof(ENTRY, seccomp),                                \
		.pos_at = offsetof(ENTRY, seccomp_pos) + 1,                    \
		.check = ig_check_seccomp                                      \
	}

static const char *const seccomp_words[] = { "default", "none", NULL };

#define REFUSED(k, reason)                                                     \
	{                                                                      \
		.key = (k), .kind = IG_K_REFUSE, .why = (reason)               \
	}

#define NAME_AND_IMAGE                                                         \
	{ .key = "name",                                                       \
	  .kind = IG_K_STR,                                                    \
	  .flags = IG_F_REQUIRED | IG_F_ALWAYS,                                \
	  .at = offsetof(ENTRY, name),                                         \
	  .check = ig_check_name },                                            \
	{                                                                      \
		.key = "image", .kind = IG_K_STR,                              \
		.flags = IG_F_REQUIRED | IG_F_ALWAYS | IG_F_EXPAND,            \
		.at = offsetof(ENTRY, image),                                  \
		.pos_at = offsetof(ENTRY, image_pos) + 1                       \
	}

#define AFTER                                                                  \
	{                                                                      \
		.key = "after", .kind = IG_K_STRS,                             \
		.at = offsetof(ENTRY, after),                                  \
		.pos_at = offsetof(ENTRY, after_pos) + 1                       \
	}

#define TIMEOUT                                                                \
	{                                                                      \
		.key = "timeout", .kind = IG_K_STR,                            \
		.at = offsetof(ENTRY, timeout), .check = ig_check_timeout      \
	}

#define OF_SERVICES "only services have it: other entries run once"
#define OF_STEPS    "only onboot and onshutdown entries have it, which end"
#define NOT_AT_END  "onshutdown entries run one by one, whatever comes of it"

#define SERVICES_ONLY                                                          \
	REFUSED("restart", OF_SERVICES), REFUSED("stop", OF_SERVICES),         \
		REFUSED("ready", OF_SERVICES),                                 \
		REFUSED("requires", OF_SERVICES)

static const struct ig_field onboot_fields[] = {
	NAME_AND_IMAGE,
	ENTRY_FIELDS,
	SECCOMP,
	AFTER,
	TIMEOUT,
	LOG,
	{ .key = "on-failure",
	  .kind = IG_K_STR,
	  .at = offsetof(ENTRY, on_failure),
	  .words = step_failure_words },
	SERVICES_ONLY,
	IG_FIELDS_END
};
static const struct ig_object onboot_object = {
	.size = sizeof(struct ig_entry),
	.pos_at = offsetof(struct ig_entry, pos) + 1,
	.fields = onboot_fields,
	.check = ig_check_step,
};

static const struct ig_field onshutdown_fields[] = {
	NAME_AND_IMAGE,
	ENTRY_FIELDS,
	SECCOMP,
	TIMEOUT,
	LOG,
	REFUSED("after", NOT_AT_END),
	REFUSED("on-failure", NOT_AT_END),
	SERVICES_ONLY,
	IG_FIELDS_END
};
static const struct ig_object onshutdown_object = {
	.size = sizeof(struct ig_entry),
	.pos_at = offsetof(struct ig_entry, pos) + 1,
	.fields = onshutdown_fields,
	.check = ig_check_step,
};

static const struct ig_field service_fields[] = {
	NAME_AND_IMAGE,
	ENTRY_FIELDS,
	SECCOMP,
	SERVICE_FIELDS,
	AFTER,
	REFUSED("timeout", OF_STEPS),
	{ .key = "requires",
	  .kind = IG_K_STRS,
	  .at = offsetof(ENTRY, requires),
	  .pos_at = offsetof(ENTRY, requires_pos) + 1 },
	IG_FIELDS_END
};
static const struct ig_object service_object = {
	.size = sizeof(struct ig_entry),
	.pos_at = offsetof(struct ig_entry, pos) + 1,
	.fields = service_fields,
};

#define NOT_IN_LABEL "cannot be set in an image's label"

static const struct ig_field label_fields[] = {
	REFUSED("name", "name " NOT_IN_LABEL),
	REFUSED("image", "image " NOT_IN_LABEL),
	ENTRY_FIELDS,
	SERVICE_FIELDS,
	{ .key = "seccomp",
	  .kind = IG_K_STR,
	  .at = offsetof(ENTRY, seccomp),
	  .words = seccomp_words },
	/* an image does not know the other services */
	REFUSED("after", "after " NOT_IN_LABEL),
	REFUSED("requires", "requires " NOT_IN_LABEL),
	REFUSED("timeout", "timeout " NOT_IN_LABEL),
	IG_FIELDS_END
};
const struct ig_object ig_schema_label = {
	.size = sizeof(struct ig_entry),
	.pos_at = offsetof(struct ig_entry, pos) + 1,
	.fields = label_fields,
};

static const struct ig_field kernel_fields[] = {
	{ .key = "image",
	  .kind = IG_K_STR,
	  .flags = IG_F_ALWAYS | IG_F_EXPAND,
	  .at = offsetof(struct ig_kernel, image),
	  .pos_at = offsetof(struct ig_kernel, image_pos) + 1 },
	{ .key = "cmdline",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_kernel, cmdline),
	  .check = ig_check_cmdline },
	IG_STR("binary", struct ig_kernel, binary, 0),
	{ .key = "tar",
	  .kind = IG_K_STR,
	  .flags = IG_F_EMPTY,
	  .at = offsetof(struct ig_kernel, tar),
	  .set_at = offsetof(struct ig_kernel, tar_set.set) + 1 },
	IG_STR("ucode", struct ig_kernel, ucode, IG_F_EMPTY),
	{ .key = "modules",
	  .kind = IG_K_STRS,
	  .at = offsetof(struct ig_kernel, modules),
	  .pos_at = offsetof(struct ig_kernel, modules_pos) + 1 },
	IG_FIELDS_END
};
static const struct ig_object kernel_object = {
	.size = sizeof(struct ig_kernel),
	.pos_at = offsetof(struct ig_kernel, pos) + 1,
	.fields = kernel_fields,
};

static const struct ig_field bootloader_fields[] = {
	{ .key = "image",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED | IG_F_EXPAND,
	  .at = offsetof(struct ig_bootloader, image),
	  .pos_at = offsetof(struct ig_bootloader, image_pos) + 1 },
	IG_FIELDS_END
};
static const struct ig_object bootloader_object = {
	.size = sizeof(struct ig_bootloader),
	.pos_at = offsetof(struct ig_bootloader, pos) + 1,
	.fields = bootloader_fields,
};

static const struct ig_field target_fields[] = {
	{ .key = "memory",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_target, memory),
	  .pos_at = offsetof(struct ig_target, pos) + 1 },
	IG_FIELDS_END
};
static const struct ig_object target_object = {
	.size = sizeof(struct ig_target),
	.pos_at = offsetof(struct ig_target, pos) + 1,
	.fields = target_fields,
	.check = ig_check_target,
};

static const char *const metadata_words[] = { "yaml", "json", NULL };

static const struct ig_field file_fields[] = {
	{ .key = "path",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED | IG_F_ALWAYS,
	  .at = offsetof(struct ig_file, path),
	  .check = ig_check_file_path },
	{ .key = "directory",
	  .kind = IG_K_BOOL,
	  .flags = IG_F_ALWAYS,
	  .at = offsetof(struct ig_file, directory) },
	IG_STR("symlink", struct ig_file, symlink, 0),
	{ .key = "contents",
	  .kind = IG_K_STR,
	  .flags = IG_F_EMPTY,
	  .at = offsetof(struct ig_file, contents),
	  .set_at = offsetof(struct ig_file, contents_set) + 1 },
	IG_STR("source", struct ig_file, source, 0),
	{ .key = "metadata",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_file, metadata),
	  .words = metadata_words },
	{ .key = "optional",
	  .kind = IG_K_BOOL,
	  .flags = IG_F_ALWAYS,
	  .at = offsetof(struct ig_file, optional) },
	{ .key = "mode",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_file, mode),
	  .check = ig_check_file_mode },
	IG_VALUE("uid", IG_K_ID, struct ig_file, uid),
	IG_VALUE("gid", IG_K_ID, struct ig_file, gid),
	IG_FIELDS_END
};
const struct ig_object ig_schema_file = {
	.size = sizeof(struct ig_file),
	.pos_at = offsetof(struct ig_file, pos) + 1,
	.fields = file_fields,
	.check = ig_check_file,
};

static const char *const format_words[] = { "oci", "filesystem", NULL };

static const struct ig_field volume_fields[] = {
	{ .key = "name",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED | IG_F_ALWAYS,
	  .at = offsetof(struct ig_volume, name),
	  .check = ig_check_volume_name },
	IG_STR("image", struct ig_volume, image, 0),
	IG_VALUE("readonly", IG_K_BOOL, struct ig_volume, readonly),
	{ .key = "format",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_volume, format),
	  .words = format_words },
	IG_VALUE("platforms", IG_K_STRS, struct ig_volume, platforms),
	IG_FIELDS_END
};
const struct ig_object ig_schema_volume = {
	.size = sizeof(struct ig_volume),
	.pos_at = offsetof(struct ig_volume, pos) + 1,
	.fields = volume_fields,
};

#define ENTRIES(k, V, N, o) IG_ARRAY(k, struct ig_spec, V, N, o, IG_F_ALWAYS)

static const struct ig_field spec_fields[] = {
	{ .key = "kernel",
	  .kind = IG_K_OBJ,
	  .flags = IG_F_ALWAYS,
	  .at = offsetof(struct ig_spec, kernel),
	  .set_at = offsetof(struct ig_spec, kernel.set) + 1,
	  .sub = &kernel_object },
	{ .key = "bootloader",
	  .kind = IG_K_OBJ,
	  .flags = IG_F_OUTSIDE,
	  .at = offsetof(struct ig_spec, bootloader),
	  .set_at = offsetof(struct ig_spec, bootloader.set) + 1,
	  .sub = &bootloader_object },
	{ .key = "firmware",
	  .kind = IG_K_OBJ,
	  .flags = IG_F_OUTSIDE,
	  .at = offsetof(struct ig_spec, firmware),
	  .set_at = offsetof(struct ig_spec, firmware.set) + 1,
	  .sub = &bootloader_object },
	IG_OBJ("target", struct ig_spec, target, &target_object, target.set),
	{ .key = "disk",
	  .kind = IG_K_OBJ,
	  .flags = IG_F_OUTSIDE,
	  .at = offsetof(struct ig_spec, disk),
	  .set_at = offsetof(struct ig_spec, disk.set) + 1,
	  .sub = &ig_schema_disk },
	IG_OBJ("logs", struct ig_spec, logs, &ig_schema_logs, logs.set),
	IG_OBJ("watchdog", struct ig_spec, watchdog, &ig_schema_watchdog,
	       watchdog.set),
	IG_MACHINE_FIELDS,
	IG_OBJ("network", struct ig_spec, network, &ig_schema_network,
	       network.set),
	{ .key = "init",
	  .kind = IG_K_IMAGES,
	  .flags = IG_F_ALWAYS | IG_F_EXPAND,
	  .at = offsetof(struct ig_spec, init),
	  .n_at = offsetof(struct ig_spec, init_n) },
	ENTRIES("onboot", onboot.v, onboot.n, &onboot_object),
	ENTRIES("onshutdown", onshutdown.v, onshutdown.n, &onshutdown_object),
	ENTRIES("services", services.v, services.n, &service_object),
	IG_ARRAY("files", struct ig_spec, files, files_n, &ig_schema_file,
		 IG_F_ALWAYS),
	IG_ARRAY("volumes", struct ig_spec, volumes, volumes_n,
		 &ig_schema_volume, IG_F_ALWAYS),
	IG_ARRAY("tests", struct ig_spec, tests.v, tests.n, &ig_schema_test,
		 IG_F_OUTSIDE),
	/* content trust is no more; old specs still name it */
	{ .key = "trust", .kind = IG_K_IGNORE },
	IG_FIELDS_END
};
const struct ig_object ig_schema_spec = {
	.size = sizeof(struct ig_spec),
	.fields = spec_fields,
	.check = ig_check_machine,
};
