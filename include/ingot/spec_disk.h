/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_DISK_H
#define IG_SPEC_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec_base.h>

/* The section "disk": the disk that boots. Others are in spec_machine.h. */

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

#endif
