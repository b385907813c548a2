/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_CONTAINER_H
#define IG_SPEC_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec_base.h>

/*
 * What a container gets, as LinuxKit's YAML says it: parts of an entry
 * (spec_entry.h).
 */

/* uid, gid: a number, or the name of an image entry. */
struct ig_id {
	bool set;
	const char *name; /* NULL: number */
	int64_t number;
	struct ig_pos pos;
};
struct ig_ids {
	bool set;
	size_t n;
	struct ig_id *v;
};

struct ig_mount {
	const char *destination;
	const char *type;
	const char *source;
	struct ig_strs options;
	struct ig_pos pos;
};
struct ig_mounts {
	bool set;
	size_t n;
	struct ig_mount *v;
};

struct ig_device {
	const char *path;
	const char *type;
	int64_t major, minor;
	const char *mode; /* octal text */
	struct ig_pos pos;
};
struct ig_devices {
	bool set;
	size_t n;
	struct ig_device *v;
};

struct ig_idmap {
	int64_t host, container, size;
};
struct ig_idmaps {
	bool set;
	size_t n;
	struct ig_idmap *v;
};

struct ig_interface {
	const char *name;
	const char *add;
	const char *peer;
	bool create_in_root;
};

enum ig_ns {
	IG_NS_CGROUP,
	IG_NS_IPC,
	IG_NS_MNT,
	IG_NS_NET,
	IG_NS_PID,
	IG_NS_USER,
	IG_NS_UTS,
	IG_NS_COUNT
};
extern const char *const ig_ns_names[IG_NS_COUNT]; /* "cgroup", "ipc", … */

struct ig_runtime_section {
	bool set;
	struct ig_strs cgroups;
	struct ig_mounts mounts;
	struct ig_strs mkdir;
	bool interfaces_set;
	size_t interfaces_n;
	struct ig_interface *interfaces;
	const char *bind_ns[IG_NS_COUNT]; /* NULL: absent */
	const char *namespace_;		  /* NULL: absent */
};

/* linux.resources; every member with its own presence. Spelled as in the OCI
 * runtime specification, config-linux.md. */
struct ig_weight_device {
	int64_t major, minor;
	struct ig_opt_int weight, leaf_weight;
};
struct ig_throttle_device {
	int64_t major, minor, rate;
};
struct ig_throttles {
	size_t n;
	struct ig_throttle_device *v;
};
struct ig_resources {
	bool set;
	size_t devices_n;
	struct ig_resource_device {
		bool allow;
		const char *type;
		struct ig_opt_int major, minor;
		const char *access;
	} * devices;
	struct ig_opt_int mem_limit, mem_reservation, mem_swap, mem_kernel,
		mem_kernel_tcp, mem_swappiness;
	struct ig_opt_bool mem_disable_oom_killer;
	bool memory_set; /* the key stood there, even if empty */
	struct ig_opt_int cpu_shares, cpu_quota, cpu_period, cpu_rt_runtime,
		cpu_rt_period;
	const char *cpu_cpus, *cpu_mems;
	bool cpu_set;
	struct ig_opt_int pids_limit;
	bool pids_set;
	struct ig_opt_int blkio_weight, blkio_leaf_weight;
	size_t blkio_weight_devices_n;
	struct ig_weight_device *blkio_weight_devices;
	struct ig_throttles read_bps, write_bps, read_iops, write_iops;
	bool blockio_set;
	size_t hugepages_n;
	struct ig_hugepage {
		const char *size;
		int64_t limit;
	} * hugepages;
	struct ig_opt_int net_class_id;
	size_t net_priorities_n;
	struct ig_net_priority {
		const char *name;
		int64_t priority;
	} * net_priorities;
	bool network_set;
};

#endif
