/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

/* The disk that boots, other disks, and what is mounted on the machine. */

static const char *const volume_words[] = { "ext4", "vfat", "none", NULL };

static const struct ig_field disk_part_fields[] = {
	{ .key = "label",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_disk_part, label),
	  .check = ig_check_partition_label },
	{ .key = "size",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_disk_part, size),
	  .check = ig_check_size },
	{ .key = "format",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_disk_part, format),
	  .words = volume_words },
	{ .key = "type",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_disk_part, type),
	  .check = ig_check_partition_type },
	IG_VALUE("grow", IG_K_BOOL, struct ig_disk_part, grow),
	{ .key = "mount",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_disk_part, mount),
	  .pos_at = offsetof(struct ig_disk_part, mount_pos) + 1,
	  .check = ig_check_target_path },
	IG_PLAIN("options", IG_K_STRS, struct ig_disk_part, options),
	IG_VALUE("required", IG_K_OPT_BOOL, struct ig_disk_part, required),
	IG_FIELDS_END
};
static const struct ig_object disk_part_object = {
	.size = sizeof(struct ig_disk_part),
	.pos_at = offsetof(struct ig_disk_part, pos) + 1,
	.fields = disk_part_fields,
	.check = ig_check_disk_part,
};

static const struct ig_field disk_fields[] = {
	{ .key = "size",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_disk_section, size),
	  .pos_at = offsetof(struct ig_disk_section, pos) + 1,
	  .check = ig_check_size },
	IG_LIST("partitions", struct ig_disk_section, partitions, partitions_n,
		partitions_set, &disk_part_object),
	IG_FIELDS_END
};
const struct ig_object ig_schema_disk = {
	.size = sizeof(struct ig_disk_section),
	.pos_at = offsetof(struct ig_disk_section, pos) + 1,
	.fields = disk_fields,
	.check = ig_check_disk,
};

static const char *const disk_words[] = { "ext4", "none", NULL };

static const struct ig_field data_disk_fields[] = {
	{ .key = "label",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_data_disk, label),
	  .check = ig_check_partition_label },
	{ .key = "format",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_data_disk, format),
	  .words = disk_words },
	{ .key = "mount",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_data_disk, mount),
	  .check = ig_check_target_path },
	IG_PLAIN("options", IG_K_STRS, struct ig_data_disk, options),
	IG_VALUE("required", IG_K_OPT_BOOL, struct ig_data_disk, required),
	IG_FIELDS_END
};
const struct ig_object ig_schema_data_disk = {
	.size = sizeof(struct ig_data_disk),
	.pos_at = offsetof(struct ig_data_disk, pos) + 1,
	.fields = data_disk_fields,
	.check = ig_check_data_disk,
};

static const struct ig_field machine_mount_fields[] = {
	IG_PLAIN("source", IG_K_STR, struct ig_machine_mount, source),
	{ .key = "target",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_machine_mount, target),
	  .check = ig_check_target_path },
	IG_PLAIN("type", IG_K_STR, struct ig_machine_mount, type),
	IG_PLAIN("options", IG_K_STRS, struct ig_machine_mount, options),
	IG_VALUE("required", IG_K_OPT_BOOL, struct ig_machine_mount, required),
	IG_FIELDS_END
};
const struct ig_object ig_schema_machine_mount = {
	.size = sizeof(struct ig_machine_mount),
	.pos_at = offsetof(struct ig_machine_mount, pos) + 1,
	.fields = machine_mount_fields,
	.check = ig_check_machine_mount,
};
