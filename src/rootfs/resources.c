/* SPDX-License-Identifier: Apache-2.0 */
#include "container.h"

#include <inttypes.h>

#include <ingot/err.h>

#include "json_writer.h"

/*
 * linux.resources in the order of the runtime specification's Go types. What
 * is unsigned there is refused when negative: a runtime could not read it.
 */
static void put_unsigned(struct ig_json *json, const char *key, int64_t value,
			 int64_t max)
{
	if (value >= 0 && value <= max) {
		ig_json_int(json, key, value);
		return;
	}
	if (!json->failed)
		ig_fail(json->err, IG_ESPEC,
			"%s: %" PRId64 " is not between 0 and %" PRId64, key,
			value, max);
	ig_json_stop(json);
}

static void put_opt(struct ig_json *json, const char *key,
		    const struct ig_opt_int *value, int64_t max)
{
	if (value->set)
		put_unsigned(json, key, value->v, max);
}

static void put_rule(struct ig_json *json,
		     const struct ig_resource_device *rule)
{
	ig_json_object(json, NULL);
	ig_json_bool(json, "allow", rule->allow);
	ig_json_some_text(json, "type", rule->type);
	ig_json_some_int(json, "major", &rule->major);
	ig_json_some_int(json, "minor", &rule->minor);
	ig_json_some_text(json, "access", rule->access);
	ig_json_end(json);
}

static void put_memory(struct ig_json *json, const struct ig_resources *res)
{
	if (!res->memory_set)
		return;
	ig_json_object(json, "memory");
	ig_json_some_int(json, "limit", &res->mem_limit);
	ig_json_some_int(json, "reservation", &res->mem_reservation);
	ig_json_some_int(json, "swap", &res->mem_swap);
	ig_json_some_int(json, "kernel", &res->mem_kernel);
	ig_json_some_int(json, "kernelTCP", &res->mem_kernel_tcp);
	put_opt(json, "swappiness", &res->mem_swappiness, INT64_MAX);
	if (res->mem_disable_oom_killer.set)
		ig_json_bool(json, "disableOOMKiller",
			     res->mem_disable_oom_killer.v);
	ig_json_end(json);
}

static void put_cpu(struct ig_json *json, const struct ig_resources *res)
{
	if (!res->cpu_set)
		return;
	ig_json_object(json, "cpu");
	put_opt(json, "shares", &res->cpu_shares, INT64_MAX);
	ig_json_some_int(json, "quota", &res->cpu_quota);
	put_opt(json, "period", &res->cpu_period, INT64_MAX);
	ig_json_some_int(json, "realtimeRuntime", &res->cpu_rt_runtime);
	put_opt(json, "realtimePeriod", &res->cpu_rt_period, INT64_MAX);
	ig_json_some_text(json, "cpus", res->cpu_cpus);
	ig_json_some_text(json, "mems", res->cpu_mems);
	ig_json_end(json);
}

static void put_pids(struct ig_json *json, const struct ig_resources *res)
{
	if (!res->pids_set)
		return;
	ig_json_object(json, "pids");
	ig_json_int(json, "limit", res->pids_limit.set ? res->pids_limit.v : 0);
	ig_json_end(json);
}

static void put_throttles(struct ig_json *json, const char *key,
			  const struct ig_throttles *throttles)
{
	if (throttles->n == 0)
		return;
	ig_json_array(json, key);
	for (size_t i = 0; i < throttles->n; i++) {
		const struct ig_throttle_device *device = &throttles->v[i];

		ig_json_object(json, NULL);
		ig_json_int(json, "major", device->major);
		ig_json_int(json, "minor", device->minor);
		put_unsigned(json, "rate", device->rate, INT64_MAX);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_weights(struct ig_json *json, const struct ig_resources *res)
{
	if (res->blkio_weight_devices_n == 0)
		return;
	ig_json_array(json, "weightDevice");
	for (size_t i = 0; i < res->blkio_weight_devices_n; i++) {
		const struct ig_weight_device *device =
			&res->blkio_weight_devices[i];

		ig_json_object(json, NULL);
		ig_json_int(json, "major", device->major);
		ig_json_int(json, "minor", device->minor);
		put_opt(json, "weight", &device->weight, UINT16_MAX);
		put_opt(json, "leafWeight", &device->leaf_weight, UINT16_MAX);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_blockio(struct ig_json *json, const struct ig_resources *res)
{
	if (!res->blockio_set)
		return;
	ig_json_object(json, "blockIO");
	put_opt(json, "weight", &res->blkio_weight, UINT16_MAX);
	put_opt(json, "leafWeight", &res->blkio_leaf_weight, UINT16_MAX);
	put_weights(json, res);
	put_throttles(json, "throttleReadBpsDevice", &res->read_bps);
	put_throttles(json, "throttleWriteBpsDevice", &res->write_bps);
	put_throttles(json, "throttleReadIOPSDevice", &res->read_iops);
	put_throttles(json, "throttleWriteIOPSDevice", &res->write_iops);
	ig_json_end(json);
}

static void put_hugepages(struct ig_json *json, const struct ig_resources *res)
{
	if (res->hugepages_n == 0)
		return;
	ig_json_array(json, "hugepageLimits");
	for (size_t i = 0; i < res->hugepages_n; i++) {
		ig_json_object(json, NULL);
		ig_json_text(json, "pageSize", res->hugepages[i].size);
		put_unsigned(json, "limit", res->hugepages[i].limit, INT64_MAX);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_network(struct ig_json *json, const struct ig_resources *res)
{
	if (!res->network_set)
		return;
	ig_json_object(json, "network");
	put_opt(json, "classID", &res->net_class_id, UINT32_MAX);
	if (res->net_priorities_n > 0) {
		ig_json_array(json, "priorities");
		for (size_t i = 0; i < res->net_priorities_n; i++) {
			const struct ig_net_priority *priority =
				&res->net_priorities[i];

			ig_json_object(json, NULL);
			ig_json_text(json, "name", priority->name);
			put_unsigned(json, "priority", priority->priority,
				     UINT32_MAX);
			ig_json_end(json);
		}
		ig_json_end(json);
	}
	ig_json_end(json);
}

void ig_resources_write(struct ig_json *json, const struct ig_resources *res,
			const struct ig_resource_device *rules, size_t rules_n)
{
	ig_json_object(json, "resources");
	if (res->devices_n > 0 || rules_n > 0) {
		ig_json_array(json, "devices");
		for (size_t i = 0; i < res->devices_n; i++)
			put_rule(json, &res->devices[i]);
		for (size_t i = 0; i < rules_n; i++)
			put_rule(json, &rules[i]);
		ig_json_end(json);
	}
	put_memory(json, res);
	put_cpu(json, res);
	put_pids(json, res);
	put_blockio(json, res);
	put_hugepages(json, res);
	put_network(json, res);
	ig_json_end(json);
}
