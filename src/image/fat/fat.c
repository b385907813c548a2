/* SPDX-License-Identifier: Apache-2.0 */
#include "fat_priv.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#define CODE_MAX 420u

static int check_opts(const struct ig_fat_opts *opts, struct ig_err *err)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	const char *label = opts->label ? opts->label : "";

	if (strlen(label) > FAT_ALIAS || label[strspn(label, good)])
		return ig_fail(err, IG_EFORMAT,
			       "volume label '%s': not up to %u of A-Z 0-9 _ -",
			       label, FAT_ALIAS);
	if (opts->boot_code && opts->boot_code_len > CODE_MAX)
		return ig_fail(err, IG_ELIMIT,
			       "boot code of %zu bytes: FAT32 has room for %u",
			       opts->boot_code_len, CODE_MAX);
	return 0;
}

/* Zeros up to the byte @to of the volume that begins at @base. */
static int zeros_to(struct ig_rope *out, uint64_t base, uint64_t to,
		    struct ig_err *err)
{
	return ig_rope_zero(out, to - (ig_rope_size(out) - base), err);
}

static uint64_t byte_of(const struct fat_geo *geo, uint32_t cluster)
{
	return (geo->data +
		(uint64_t)(cluster - FAT_FIRST) * geo->per_cluster) *
	       IG_SECTOR;
}

/* Rooms for what folders hold, in the order of their clusters. */
static int add_dirs(struct ig_rope *out, uint64_t base,
		    const struct fat_geo *geo, struct fat_tree *tree,
		    struct ig_err *err)
{
	for (uint32_t i = 0; i < tree->n; i++) {
		struct fat_node *node = &tree->v[i];

		if (!node->dir)
			continue;
		if (node->cluster &&
		    zeros_to(out, base, byte_of(geo, node->cluster), err) < 0)
			return -1;
		node->room = ig_rope_room(out, (size_t)node->size, err);
		if (!node->room)
			return -1;
	}
	return 0;
}

static int add_files(struct ig_rope *out, uint64_t base,
		     const struct fat_geo *geo, const struct fat_tree *tree,
		     struct ig_err *err)
{
	for (uint32_t i = 0; i < tree->n; i++) {
		const struct fat_node *node = &tree->v[i];

		if (node->dir || !node->cluster)
			continue;
		if (zeros_to(out, base, byte_of(geo, node->cluster), err) < 0 ||
		    ig_rope_add(out, node->data, err) < 0)
			return -1;
	}
	return zeros_to(out, base, geo->total * IG_SECTOR, err);
}

static void tell_where(const struct fat_geo *geo, const struct fat_tree *tree,
		       uint64_t *where)
{
	for (uint32_t i = 0; where && i < tree->n; i++) {
		const struct fat_node *node = &tree->v[i];

		if (!node->dir)
			where[node->file] =
				node->cluster ? byte_of(geo, node->cluster) : 0;
	}
}

int ig_fat_write(struct ig_rope *out, const struct ig_fat_file *files,
		 size_t files_n, const struct ig_fat_opts *opts,
		 struct ig_err *err)
{
	IG_AUTO(fat_tree_done) struct fat_tree tree = { 0 };
	bool label = opts->label && *opts->label;
	uint64_t base = ig_rope_size(out);
	struct fat_geo geo;

	if (check_opts(opts, err) < 0 ||
	    fat_tree_init(&tree, files, files_n, label, err) < 0 ||
	    fat_layout(&geo, &tree, opts, err) < 0 ||
	    fat_boot(out, &geo, &tree, opts, err) < 0 ||
	    add_dirs(out, base, &geo, &tree, err) < 0)
		return -1;
	fat_dirs(&tree, opts);
	if (add_files(out, base, &geo, &tree, err) < 0)
		return -1;
	tell_where(&geo, &tree, opts->where);
	return 0;
}
