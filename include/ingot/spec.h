/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_H
#define IG_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec_base.h>
#include <ingot/spec_logs.h>
#include <ingot/spec_machine.h>
#include <ingot/spec_network.h>
#include <ingot/spec_service.h>
#include <ingot/spec_tests.h>
#include <ingot/spec_watchdog.h>

struct ig_err;
struct ig_buf;
struct ig_seccomp;

/*
 * The appliance spec: LinuxKit's YAML schema plus our keys, as plain structs.
 * Everything a spec points to lives in its arena until ig_spec_free().
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

struct ig_kernel {
	bool set;
	struct ig_pos pos;
	struct ig_pos image_pos;
	const char *image; /* NULL: no kernel section */
	const char *cmdline;
	const char *binary;	    /* NULL: "kernel" */
	struct ig_opt_bool tar_set; /* .set: the key stood there */
	const char *tar;	    /* NULL or "" or "none": not wanted when
				     * tar_set.set, else "kernel.tar" */
	const char *ucode;
	struct ig_strs modules; /* ours: names, "class:NAME", globs; not set:
				 * all; set and empty: none */
	struct ig_pos modules_pos;
};

/* Where boot-loader programs, or a board's own firmware, come from; only some
 * formats need them. */
struct ig_bootloader {
	bool set;
	struct ig_pos pos;
	struct ig_pos image_pos; /* line 0: not from a file */
	const char *image;	 /* NULL: the default */
};

/* The machine that the image is for. */
struct ig_target {
	bool set;
	struct ig_pos pos;
	const char *memory;  /* as written: "512M", "2G"; NULL: not known */
	uint64_t memory_mib; /* the same; 0: not known */
};

/* A partition behind those that boot. */
struct ig_disk_part {
	struct ig_pos pos;
	const char *label;  /* name of the partition and label of its volume */
	const char *size;   /* as written; NULL: the least */
	const char *format; /* "ext4", "vfat", "none" or NULL */
	const char *type;   /* see ig_partition_guid(); NULL: linux-generic */
	bool grow;	    /* takes the rest of the disk; the last one only */
	const char *mount;  /* where the guest mounts it; NULL: nowhere */
	struct ig_pos mount_pos;
	struct ig_strs options;
	struct ig_opt_bool required; /* to go on without it; not set: yes */
	uint64_t bytes; /* what it needs at least, whole mebibytes */
};

/* What formats that are disks have besides what boots. */
struct ig_disk_section {
	bool set;
	struct ig_pos pos; /* of the size */
	const char *size;  /* as written: "4G"; NULL: as needed */
	uint64_t bytes;	   /* the same; 0: as needed */
	bool partitions_set;
	size_t partitions_n;
	struct ig_disk_part *partitions;
};

/** ig_partition_guid() - the GPT type of a partition, from a name of the UAPI
 * Discoverable Partitions Specification ("home"; "root" is that of @arch) or a
 * GUID; NULL is "linux-generic". Static memory, or @type. NULL for a name that
 * there is not, or not for @arch. */
const char *ig_partition_guid(const char *type, const char *arch);

struct ig_file {
	struct ig_pos pos;
	const char *path;
	bool directory;
	const char *symlink;
	bool contents_set;
	const char *contents; /* bytes without NUL */
	const char *source;
	const char *metadata; /* "yaml" or "json" */
	bool optional;
	const char *mode; /* octal text, or NULL */
	struct ig_id uid, gid;
};

struct ig_volume {
	struct ig_pos pos;
	const char *name;
	const char *image;
	bool readonly;
	const char *format; /* "oci", "filesystem" or NULL */
	struct ig_strs platforms;
};

struct ig_init_image {
	const char *image;
	struct ig_pos pos;
};

struct ig_spec {
	struct ig_arena *arena;
	struct ig_kernel kernel;
	struct ig_bootloader bootloader, firmware;
	struct ig_target target;
	struct ig_disk_section disk;
	struct ig_logs logs;
	struct ig_watchdog watchdog;
	struct ig_machine machine;
	struct ig_network network;
	size_t init_n;
	struct ig_init_image *init;
	struct ig_entries onboot, onshutdown, services;
	size_t files_n;
	struct ig_file *files;
	size_t volumes_n;
	struct ig_volume *volumes;
	struct ig_tests tests;
};

/**
 * How an "@pkg:DIR" scalar becomes an image reference. @dir is as written,
 * @base the folder of the spec. Returns arena or static text, or NULL with
 * @err filled.
 */
struct ig_spec_resolver {
	void *ctx;
	char *(*pkg)(void *ctx, const char *base, const char *dir,
		     struct ig_err *err); /* malloc()ed */
};

/** ig_spec_new() - the empty spec. */
struct ig_spec *ig_spec_new(struct ig_err *err);
void ig_spec_free(struct ig_spec *spec); /* accepts NULL */
void ig_spec_freep(struct ig_spec **spec);

/**
 * ig_spec_add() - parse, validate and merge one YAML document into @spec
 * (kernel, bootloader, firmware, target, disk, logs, watchdog, hostname,
 * random-seed, network: field-wise override; sysctl: by name; lists: append;
 * names of services and tests stay unique).
 * @file: the name for messages. @base: folder that "@pkg:" paths are relative
 * to, or NULL (then "@pkg:" is an error). @resolver may be NULL.
 * Errors are IG_ESPEC and begin "FILE:LINE:COL: key.path: ". Of several
 * problems the first is in @err; all stand in @problems, one a line, when it
 * is not NULL (at most 20).
 * Limits: 16 MiB of text, depth 64, 100,000 nodes after alias expansion.
 */
int ig_spec_add(struct ig_spec *spec, const char *file, const char *base,
		const void *text, size_t len,
		const struct ig_spec_resolver *resolver,
		struct ig_buf *problems, struct ig_err *err);

/**
 * ig_spec_finish() - the checks that need all files: volume names, volume
 * references in binds and mounts (rewritten to their paths), user names, the
 * services that others come after, the steps and services that tests name,
 * what is mounted where.
 */
int ig_spec_finish(struct ig_spec *spec, struct ig_err *err);

/**
 * ig_label_parse() - the text of the label org.mobyproject.config, by the
 * same schema as a services entry; name and image are refused. @ref names it
 * in messages: "label org.mobyproject.config of REF:1:5: key: …".
 * @spec's arena owns the result.
 */
int ig_label_parse(struct ig_entry *out, struct ig_spec *spec, const char *ref,
		   const char *text, size_t len, struct ig_err *err);

/** ig_stop_signal() - the number of a signal that `stop` may name, without
 * "SIG"; 0: none of them. */
int ig_stop_signal(const char *name);

/** ig_spec_yaml() - the merged spec as YAML (keys in the schema's order,
 * absent keys left out): build --dry-run. Parses back to an equal spec. */
int ig_spec_yaml(struct ig_buf *out, const struct ig_spec *spec,
		 struct ig_err *err);

/**
 * ig_spec_metadata() - files[].metadata: the merged configuration in
 * LinuxKit's form, as @format "yaml" or "json". @expand turns an image
 * reference as written into its full form (malloc()ed).
 */
int ig_spec_metadata(struct ig_buf *out, const struct ig_spec *spec,
		     const char *format,
		     char *(*expand)(const char *image, struct ig_err *err),
		     struct ig_err *err);

/**
 * A package recipe (pkg build): LinuxKit's build.yml keys and ours.
 */
struct ig_recipe_step {
	enum ig_step_kind {
		IG_STEP_DEBIAN,
		IG_STEP_FILES,
		IG_STEP_BASE,
		IG_STEP_COMPILE,
		IG_STEP_KERNEL,
		IG_STEP_LINUX,
		IG_STEP_GRUB,
		IG_STEP_RENAME,
		IG_STEP_KEEP
	} kind;
	struct ig_pos pos;
	struct ig_strs arches; /* only for these; none: for all */
	/* debian, kernel, linux */
	struct ig_strs packages;
	struct ig_strs exclude;	    /* globs below the root, "**" too */
	const char *suite;	    /* NULL: the default suite */
	struct ig_strs components;  /* of the archive; none: main */
	const char *mirror;	    /* NULL: the default mirror */
	struct ig_opt_bool depends; /* debian: also what they depend on */
	/* files */
	size_t files_n;
	struct ig_file *files;
	/* base */
	const char *base;
	/* compile */
	const char *folder; /* NULL: the recipe's own */
	struct ig_strs sources, flags;
	const char *output; /* grub too */
	/* grub */
	const char *format;
	struct ig_strs modules;
	const char *config; /* NULL: none is built in */
	const char *prefix;
	/* linux */
	struct ig_strs fragments; /* of a kernel's configuration */
	const char *resolved;	  /* the whole of it, recorded; NULL */
	/* rename: old and new paths */
	struct ig_map renames;
	/* keep: globs */
	struct ig_strs keep;
};
struct ig_recipe {
	struct ig_arena *arena;
	const char *org; /* NULL: "ingot" */
	const char *image;
	struct ig_pos image_pos;
	const char *tag; /* NULL: the content hash */
	struct ig_strs arches;
	const char *label; /* config: as JSON text, or NULL */
	struct ig_map labels;
	struct ig_strs entrypoint, cmd, env;
	const char *workdir, *user;
	size_t steps_n;
	struct ig_recipe_step *steps;
};

/** ig_recipe_parse() - bytes to recipe, strict as ig_spec_add(). LinuxKit's
 * keys that need a Dockerfile build (dockerfile, buildArgs, depends,
 * extra-sources, gitrepo, network, disable-cache) are accepted; a recipe with
 * no `content` is refused with a message that says so. */
int ig_recipe_parse(struct ig_recipe **out, const char *file, const void *text,
		    size_t len, struct ig_buf *problems, struct ig_err *err);
void ig_recipe_free(struct ig_recipe *recipe); /* accepts NULL */
void ig_recipe_freep(struct ig_recipe **recipe);

#endif
