/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

/* What an entry has as lists of mappings, in LinuxKit's order. */

static const struct ig_field mount_fields[] = {
	IG_STR("destination", struct ig_mount, destination, IG_F_YAML),
	IG_STR("type", struct ig_mount, type, IG_F_YAML),
	IG_STR("source", struct ig_mount, source, IG_F_YAML),
	{ .key = "options",
	  .kind = IG_K_STRS,
	  .flags = IG_F_YAML,
	  .at = offsetof(struct ig_mount, options) },
	/* accepted and dropped, as always was */
	{ .key = "uidmappings", .kind = IG_K_IGNORE, .flags = IG_F_YAML },
	{ .key = "gidmappings", .kind = IG_K_IGNORE, .flags = IG_F_YAML },
	IG_FIELDS_END
};
const struct ig_object ig_schema_mount = {
	.size = sizeof(struct ig_mount),
	.pos_at = offsetof(struct ig_mount, pos) + 1,
	.fields = mount_fields,
};

static const struct ig_field device_fields[] = {
	IG_STR("path", struct ig_device, path, IG_F_REQUIRED | IG_F_ALWAYS),
	IG_STR("type", struct ig_device, type, IG_F_ALWAYS),
	{ .key = "major",
	  .kind = IG_K_INT,
	  .flags = IG_F_ALWAYS,
	  .at = offsetof(struct ig_device, major),
	  .max = UINT32_MAX },
	{ .key = "minor",
	  .kind = IG_K_INT,
	  .flags = IG_F_ALWAYS,
	  .at = offsetof(struct ig_device, minor),
	  .max = UINT32_MAX },
	IG_STR("mode", struct ig_device, mode, 0),
	IG_FIELDS_END
};
const struct ig_object ig_schema_device = {
	.size = sizeof(struct ig_device),
	.pos_at = offsetof(struct ig_device, pos) + 1,
	.fields = device_fields,
	.check = ig_check_device,
};

static const struct ig_field idmap_fields[] = {
	IG_NUMBER("containerID", IG_K_INT, struct ig_idmap, container,
		  UINT32_MAX),
	IG_NUMBER("hostID", IG_K_INT, struct ig_idmap, host, UINT32_MAX),
	IG_NUMBER("size", IG_K_INT, struct ig_idmap, size, UINT32_MAX),
	IG_FIELDS_END
};
const struct ig_object ig_schema_idmap = {
	.size = sizeof(struct ig_idmap),
	.fields = idmap_fields,
};

static const struct ig_field interface_fields[] = {
	IG_STR("name", struct ig_interface, name, 0),
	IG_STR("add", struct ig_interface, add, 0),
	IG_STR("peer", struct ig_interface, peer, 0),
	{ .key = "createInRoot",
	  .kind = IG_K_BOOL,
	  .flags = IG_F_ALWAYS,
	  .at = offsetof(struct ig_interface, create_in_root) },
	IG_FIELDS_END
};
static const struct ig_object interface_object = {
	.size = sizeof(struct ig_interface),
	.fields = interface_fields,
};

#define BIND_NS(name, ns)                                                      \
	IG_STR(name, struct ig_runtime_section, bind_ns[ns], IG_F_EMPTY)

static const struct ig_field bind_ns_fields[] = {
	BIND_NS("cgroup", IG_NS_CGROUP), BIND_NS("ipc", IG_NS_IPC),
	BIND_NS("mnt", IG_NS_MNT),	 BIND_NS("net", IG_NS_NET),
	BIND_NS("pid", IG_NS_PID),	 BIND_NS("user", IG_NS_USER),
	BIND_NS("uts", IG_NS_UTS),	 IG_FIELDS_END
};
static const struct ig_object bind_ns_object = { .fields = bind_ns_fields };

static const struct ig_field runtime_fields[] = {
	IG_VALUE("cgroups", IG_K_STRS, struct ig_runtime_section, cgroups),
	IG_LIST("mounts", struct ig_runtime_section, mounts.v, mounts.n,
		mounts.set, &ig_schema_mount),
	IG_VALUE("mkdir", IG_K_STRS, struct ig_runtime_section, mkdir),
	{ .key = "interfaces",
	  .kind = IG_K_LIST,
	  .at = offsetof(struct ig_runtime_section, interfaces),
	  .n_at = offsetof(struct ig_runtime_section, interfaces_n),
	  .set_at = offsetof(struct ig_runtime_section, interfaces_set) + 1,
	  .sub = &interface_object },
	{ .key = "bindNS",
	  .kind = IG_K_OBJ,
	  .flags = IG_F_JSON,
	  .sub = &bind_ns_object },
	IG_STR("namespace", struct ig_runtime_section, namespace_, IG_F_EMPTY),
	IG_FIELDS_END
};
const struct ig_object ig_schema_runtime = { .fields = runtime_fields };
