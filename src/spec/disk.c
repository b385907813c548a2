/* SPDX-License-Identifier: Apache-2.0 */
#include "schema.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <ingot/own.h>
#include <ingot/str.h>

#define MIB	       (1ull << 20)
#define LABEL_MAX      35u /* UEFI 2.10, 5.3.3: 36 with the NUL */
#define PARTITIONS_MAX 64u

/* What a volume of each format needs, and how long its label may be. */
static const struct volume {
	const char *format;
	uint64_t least;
	size_t label_max;
} volumes[] = {
	{ "none", MIB, LABEL_MAX },
	{ "ext4", 8 * MIB, 16 },
	{ "vfat", 3 * MIB, 11 },
};

static const struct volume *volume_of(const struct ig_disk_part *part)
{
	for (size_t i = 0; part->format && i < IG_COUNT(volumes); i++)
		if (strcmp(part->format, volumes[i].format) == 0)
			return &volumes[i];
	return &volumes[0];
}

/* Where to point for @key: its value, or the whole. */
static int problem(struct ig_walk *walk, const struct ig_path *up,
		   const struct ig_ynode *node, const char *key,
		   const char *text)
{
	struct ig_path path = { up, key, 0 };
	const struct ig_ynode *value = ig_yaml_get(node, key);

	return ig_problem(walk, &path, value ? value : node, "%s", text);
}

int ig_check_size(struct ig_walk *walk, const struct ig_path *path,
		  const struct ig_ynode *node)
{
	struct ig_err err = { 0 };
	uint64_t bytes;

	if (!node->text[0] || ig_parse_size(&bytes, node->text, 0, &err) == 0)
		return 0;
	return ig_problem(walk, path, node, "%s", err.msg);
}

uint64_t ig_spec_bytes(const char *size)
{
	struct ig_err err = { 0 };
	uint64_t bytes = 0;

	if (size)
		ig_parse_size(&bytes, size, 0, &err);
	return bytes;
}

int ig_check_partition_label(struct ig_walk *walk, const struct ig_path *path,
			     const struct ig_ynode *node)
{
	/* Names and labels of what boots, which others look for. */
	static const char *const taken[] = { "BIOS boot", "EFI System", "ESP",
					     "INGOT" };

	if (strlen(node->text) > LABEL_MAX)
		return ig_problem(walk, path, node,
				  "the label is longer than %u characters",
				  LABEL_MAX);
	for (const char *p = node->text; *p; p++)
		if (*p < ' ' || *p > '~')
			return ig_problem(
				walk, path, node,
				"a label has only plain ASCII characters");
	for (size_t i = 0; i < IG_COUNT(taken); i++)
		if (strcasecmp(node->text, taken[i]) == 0)
			return ig_problem(
				walk, path, node,
				"'%s' is a name of the boot partition: take another",
				node->text);
	return 0;
}

static int check_label(struct ig_walk *walk, const struct ig_disk_part *part,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	const struct volume *volume = volume_of(part);
	struct ig_path at = { path, "label", 0 };

	if (strlen(part->label) > volume->label_max)
		return ig_problem(
			walk, &at, ig_yaml_get(node, "label"),
			"the label is longer than the %zu characters that %s has room for",
			volume->label_max, volume->format);
	if (strcmp(volume->format, "vfat") != 0)
		return 0;
	for (const char *p = part->label; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '-')
			return problem(
				walk, path, node, "label",
				"a label of vfat has only letters, digits, '_' and '-'");
	return 0;
}

static int check_type(struct ig_walk *walk, const struct ig_disk_part *part,
		      const struct ig_ynode *node, const struct ig_path *path)
{
	const char *format = volume_of(part)->format;

	if (ig_streq(part->type, "swap") && strcmp(format, "none") != 0)
		return problem(walk, path, node, "format",
			       "swap has no file system: leave the format out");
	if (ig_streq(part->type, "esp") && strcmp(format, "ext4") == 0)
		return problem(walk, path, node, "format",
			       "firmware reads only vfat on an esp");
	return 0;
}

static int check_mount(struct ig_walk *walk, const struct ig_disk_part *part,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	if (part->mount && strcmp(volume_of(part)->format, "none") == 0)
		return problem(
			walk, path, node, "mount",
			"the partition has no file system: say its format");
	if (!part->mount && part->options.set)
		return problem(walk, path, node, "options",
			       "there is no mount that they are for");
	if (!part->mount && part->required.set)
		return problem(walk, path, node, "required",
			       "there is no mount that it is for");
	return 0;
}

int ig_check_disk_part(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_disk_part *part = object;
	const struct volume *volume = volume_of(part);
	struct ig_path size = { path, "size", 0 };
	size_t before = walk->count;

	if (check_label(walk, part, node, path) < 0 ||
	    check_type(walk, part, node, path) < 0 ||
	    check_mount(walk, part, node, path) < 0)
		return -1;
	if (walk->count > before)
		return 0;
	part->bytes = ig_spec_bytes(part->size);
	if (part->size && strcmp(volume->format, "none") != 0 &&
	    part->bytes < volume->least)
		return ig_problem(walk, &size, ig_yaml_get(node, "size"),
				  "%s is not enough: %s needs at least %lluM",
				  part->size, volume->format,
				  (unsigned long long)(volume->least / MIB));
	if (part->bytes < volume->least)
		part->bytes = volume->least;
	part->bytes = (part->bytes + MIB - 1) / MIB * MIB;
	return 0;
}

static int check_parts(struct ig_walk *walk, const struct ig_disk_section *disk,
		       const struct ig_ynode *list, const struct ig_path *path)
{
	for (size_t i = 0; i < disk->partitions_n; i++) {
		const struct ig_disk_part *part = &disk->partitions[i];
		struct ig_path item = { path, NULL, i };

		/* FAT knows upper case only. */
		for (size_t j = 0; j < i; j++)
			if (strcasecmp(part->label,
				       disk->partitions[j].label) == 0)
				return problem(
					walk, &item, list->v[i], "label",
					"another partition has that label");
		if (part->grow && i + 1 < disk->partitions_n)
			return problem(
				walk, &item, list->v[i], "grow",
				"only the last partition can take the rest of the disk");
	}
	return 0;
}

int ig_check_disk(struct ig_walk *walk, void *object,
		  const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_disk_section *disk = object;
	struct ig_path list = { path, "partitions", 0 };
	const struct ig_ynode *parts = ig_yaml_get(node, "partitions");

	disk->bytes = ig_spec_bytes(disk->size);
	if (disk->partitions_n > PARTITIONS_MAX)
		return ig_problem(walk, &list, parts, "more than %u partitions",
				  PARTITIONS_MAX);
	return parts ? check_parts(walk, disk, parts, &list) : 0;
}
