/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

/* linux.resources of the OCI runtime specification, config-linux.md. */

#define RES struct ig_resources

static const struct ig_field device_fields[] = {
	{ .key = "allow",
	  .kind = IG_K_BOOL,
	  .flags = IG_F_ALWAYS,
	  .at = offsetof(struct ig_resource_device, allow) },
	IG_STR("type", struct ig_resource_device, type, 0),
	IG_VALUE("major", IG_K_OPT_INT, struct ig_resource_device, major),
	IG_VALUE("minor", IG_K_OPT_INT, struct ig_resource_device, minor),
	IG_STR("access", struct ig_resource_device, access, 0),
	IG_FIELDS_END
};
static const struct ig_object device_object = {
	.size = sizeof(struct ig_resource_device),
	.fields = device_fields,
};

static const struct ig_field memory_fields[] = {
	IG_VALUE("limit", IG_K_OPT_INT, RES, mem_limit),
	IG_VALUE("reservation", IG_K_OPT_INT, RES, mem_reservation),
	IG_VALUE("swap", IG_K_OPT_INT, RES, mem_swap),
	IG_VALUE("kernel", IG_K_OPT_INT, RES, mem_kernel),
	IG_VALUE("kernelTCP", IG_K_OPT_INT, RES, mem_kernel_tcp),
	IG_NUMBER("swappiness", IG_K_OPT_INT, RES, mem_swappiness, INT64_MAX),
	IG_VALUE("disableOOMKiller", IG_K_OPT_BOOL, RES,
		 mem_disable_oom_killer),
	IG_FIELDS_END
};
static const struct ig_object memory_object = { .fields = memory_fields };

static const struct ig_field cpu_fields[] = {
	IG_NUMBER("shares", IG_K_OPT_INT, RES, cpu_shares, INT64_MAX),
	IG_VALUE("quota", IG_K_OPT_INT, RES, cpu_quota),
	IG_NUMBER("period", IG_K_OPT_INT, RES, cpu_period, INT64_MAX),
	IG_VALUE("realtimeRuntime", IG_K_OPT_INT, RES, cpu_rt_runtime),
	IG_NUMBER("realtimePeriod", IG_K_OPT_INT, RES, cpu_rt_period,
		  INT64_MAX),
	IG_STR("cpus", RES, cpu_cpus, 0),
	IG_STR("mems", RES, cpu_mems, 0),
	IG_FIELDS_END
};
static const struct ig_object cpu_object = { .fields = cpu_fields };

static const struct ig_field pids_fields[] = {
	IG_VALUE("limit", IG_K_OPT_INT, RES, pids_limit), IG_FIELDS_END
};
static const struct ig_object pids_object = { .fields = pids_fields };

static const struct ig_field weight_fields[] = {
	IG_VALUE("major", IG_K_INT, struct ig_weight_device, major),
	IG_VALUE("minor", IG_K_INT, struct ig_weight_device, minor),
	IG_NUMBER("weight", IG_K_OPT_INT, struct ig_weight_device, weight,
		  UINT16_MAX),
	IG_NUMBER("leafWeight", IG_K_OPT_INT, struct ig_weight_device,
		  leaf_weight, UINT16_MAX),
	IG_FIELDS_END
};
static const struct ig_object weight_object = {
	.size = sizeof(struct ig_weight_device),
	.fields = weight_fields,
};

static const struct ig_field throttle_fields[] = {
	IG_VALUE("major", IG_K_INT, struct ig_throttle_device, major),
	IG_VALUE("minor", IG_K_INT, struct ig_throttle_device, minor),
	IG_NUMBER("rate", IG_K_INT, struct ig_throttle_device, rate, INT64_MAX),
	IG_FIELDS_END
};
static const struct ig_object throttle_object = {
	.size = sizeof(struct ig_throttle_device),
	.fields = throttle_fields,
};

#define THROTTLE(k, V, N) IG_ARRAY(k, RES, V, N, &throttle_object, 0)

static const struct ig_field blockio_fields[] = {
	IG_NUMBER("weight", IG_K_OPT_INT, RES, blkio_weight, UINT16_MAX),
	IG_NUMBER("leafWeight", IG_K_OPT_INT, RES, blkio_leaf_weight,
		  UINT16_MAX),
	IG_ARRAY("weightDevice", RES, blkio_weight_devices,
		 blkio_weight_devices_n, &weight_object, 0),
	THROTTLE("throttleReadBpsDevice", read_bps.v, read_bps.n),
	THROTTLE("throttleWriteBpsDevice", write_bps.v, write_bps.n),
	THROTTLE("throttleReadIOPSDevice", read_iops.v, read_iops.n),
	THROTTLE("throttleWriteIOPSDevice", write_iops.v, write_iops.n),
	IG_FIELDS_END
};
static const struct ig_object blockio_object = { .fields = blockio_fields };

static const struct ig_field hugepage_fields[] = {
	IG_STR("pageSize", struct ig_hugepage, size, 0),
	IG_NUMBER("limit", IG_K_INT, struct ig_hugepage, limit, INT64_MAX),
	IG_FIELDS_END
};
static const struct ig_object hugepage_object = {
	.size = sizeof(struct ig_hugepage),
	.fields = hugepage_fields,
};

static const struct ig_field priority_fields[] = {
	IG_STR("name", struct ig_net_priority, name, 0),
	IG_NUMBER("priority", IG_K_INT, struct ig_net_priority, priority,
		  UINT32_MAX),
	IG_FIELDS_END
};
static const struct ig_object priority_object = {
	.size = sizeof(struct ig_net_priority),
	.fields = priority_fields,
};

static const struct ig_field network_fields[] = {
	IG_NUMBER("classID", IG_K_OPT_INT, RES, net_class_id, UINT32_MAX),
	IG_ARRAY("priorities", RES, net_priorities, net_priorities_n,
		 &priority_object, 0),
	IG_FIELDS_END
};
static const struct ig_object network_object = { .fields = network_fields };

/* Groups whose members lie in struct ig_resources itself. */
#define GROUP(k, o, setm)                                                      \
	{                                                                      \
		.key = (k), .kind = IG_K_OBJ, .sub = (o),                      \
		.set_at = offsetof(RES, setm) + 1                              \
	}

static const struct ig_field resource_fields[] = {
	IG_ARRAY("devices", RES, devices, devices_n, &device_object, 0),
	GROUP("memory", &memory_object, memory_set),
	GROUP("cpu", &cpu_object, cpu_set),
	GROUP("pids", &pids_object, pids_set),
	GROUP("blockio", &blockio_object, blockio_set),
	IG_ARRAY("hugepageLimits", RES, hugepages, hugepages_n,
		 &hugepage_object, 0),
	GROUP("network", &network_object, network_set),
	IG_FIELDS_END
};
const struct ig_object ig_schema_resources = {
	.size = sizeof(struct ig_resources),
	.fields = resource_fields,
};
