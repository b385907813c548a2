/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_MACHINE_H
#define IG_SPEC_MACHINE_H

#include <stddef.h>

#include <ingot/spec_base.h>

struct ig_spec;

/* What our PID 1 does for the machine itself, without a container
 * (docs/machine.md). */

struct ig_machine_mount {
	struct ig_pos pos;
	const char *source; /* a path, a tag, "label=X"; NULL: the type */
	const char *target;
	const char *type; /* NULL: look at the device, or a bind */
	struct ig_strs options;
	struct ig_opt_bool required; /* not set: yes */
};

/* A disk that the machine has besides the one that boots. */
struct ig_data_disk {
	struct ig_pos pos;
	const char *label;
	const char *format; /* "ext4", "none" or NULL: ext4 */
	const char *mount;
	struct ig_strs options;
	struct ig_opt_bool required; /* not set: yes */
};

struct ig_machine {
	const char *hostname; /* NULL: as the image has it */
	struct ig_pos hostname_pos;
	struct ig_map sysctl;
	struct ig_pos sysctl_pos;
	size_t mounts_n;
	struct ig_machine_mount *mounts;
	size_t disks_n;
	struct ig_data_disk *disks;
	const char *random_seed; /* path; NULL: none */
	struct ig_pos random_seed_pos;
};

/** ig_machine_wants() - the first key that our PID 1 has to carry out, with
 * its place; NULL: there is none. */
const char *ig_machine_wants(struct ig_pos *pos, const struct ig_spec *spec);

/** ig_data_disk_formats() - may an empty disk be taken and formatted? */
bool ig_data_disk_formats(const struct ig_data_disk *disk);

/** ig_mount_is_bind() - by its type or its options. */
bool ig_mount_is_bind(const struct ig_machine_mount *mount);

#endif
