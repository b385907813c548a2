/* SPDX-License-Identifier: Apache-2.0 */
#include "iso.h"

#include <ingot/arena.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#define MEMORY_MAX  ((size_t)2 << 30)
#define RUN_OUT	    150u /* blocks behind the data, for drives' read-ahead */
#define HYBRID_UNIT 512u /* blocks, 1 MiB: whole cylinders on a disk */

static void image_done(struct iso_image *image)
{
	ig_arena_freep(&image->arena);
}

static void list_file(struct iso_image *image, struct iso_node *node)
{
	struct iso_file *file = node->file;

	if (!file || file->serial)
		return;
	file->serial = node->serial;
	if (file != image->esp)
		image->file[image->files_n++] = file;
}

/*
 * In the order of the directories, the system partition last. Every node has
 * its own number, or readers take it for a hard link; real ones share it.
 */
static int list_files(struct iso_image *image, struct ig_err *err)
{
	const struct iso_dirs *dirs = &image->dirs[ISO_PLAIN];
	uint32_t serial = 0;

	image->file = ig_arena_array(image->arena, image->nodes_n,
				     sizeof(struct iso_file *), err);
	if (!image->file)
		return -1;
	image->root->serial = ++serial;
	for (size_t i = 0; i < dirs->n; i++) {
		const struct iso_place *at = &dirs->v[i]->at[ISO_PLAIN];

		for (size_t k = 0; k < at->kids_n; k++) {
			at->kids[k]->serial = ++serial;
			list_file(image, at->kids[k]);
		}
	}
	if (image->esp)
		image->file[image->files_n++] = image->esp;
	return 0;
}

/* Cannot overflow: each part is below 2^53 blocks, and checked at once. */
static int advance(uint32_t *next, uint64_t blocks, struct ig_err *err)
{
	if (blocks > UINT32_MAX - *next)
		return ig_fail(err, IG_ELIMIT, "an ISO image of 8 TiB or more");
	*next += (uint32_t)blocks;
	return 0;
}

static uint64_t up_to(uint32_t next, uint32_t unit)
{
	return (unit - next % unit) % unit;
}

static int place_dirs(struct iso_image *image, uint32_t *next,
		      struct ig_err *err)
{
	for (enum iso_view view = ISO_PLAIN; view < ISO_VIEWS; view++) {
		struct iso_dirs *dirs = &image->dirs[view];

		if (iso_measure_table(dirs, view, err) < 0)
			return -1;
		for (size_t i = 0; i < 2; i++) {
			dirs->table_lba[i] = *next;
			if (advance(next, iso_blocks(dirs->table_size), err) <
			    0)
				return -1;
		}
		for (size_t i = 0; i < dirs->n; i++) {
			struct iso_place *at = &dirs->v[i]->at[view];

			if (iso_dir_measure(dirs->v[i], view, err) < 0)
				return -1;
			at->lba = *next;
			if (advance(next, at->blocks, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int place_files(struct iso_image *image, uint32_t *next,
		       struct ig_err *err)
{
	image->data = *next;
	for (size_t i = 0; i < image->files_n; i++) {
		struct iso_file *file = image->file[i];

		if (file == image->esp &&
		    advance(next, up_to(*next, ISO_ALIGN), err) < 0)
			return -1;
		file->lba = file->size ? *next : image->data;
		if (advance(next, iso_blocks(file->size), err) < 0)
			return -1;
	}
	return 0;
}

static int place_all(struct iso_image *image, struct ig_err *err)
{
	uint32_t next = ISO_FIRST + iso_descriptors(image);
	uint64_t tail = RUN_OUT;

	image->catalog = next;
	next += image->opts->boots_n > 0;
	if (place_dirs(image, &next, err) < 0 ||
	    place_files(image, &next, err) < 0)
		return -1;
	if (image->esp)
		tail += iso_blocks(ISO_GPT_TAIL);
	if (advance(&next, tail, err) < 0)
		return -1;
	if (image->opts->hybrid &&
	    advance(&next, up_to(next, HYBRID_UNIT), err) < 0)
		return -1;
	image->blocks = next;
	return 0;
}

static int put_tables(struct ig_rope *out, const struct iso_dirs *dirs,
		      enum iso_view view, struct ig_err *err)
{
	size_t len = (size_t)iso_blocks(dirs->table_size) * ISO_BLOCK;

	for (size_t i = 0; i < 2; i++) {
		unsigned char *room = ig_rope_room(out, len, err);

		if (!room)
			return -1;
		iso_put_table(room, dirs, view, i == 1);
	}
	return 0;
}

static int put_dirs(struct ig_rope *out, const struct iso_image *image,
		    struct ig_err *err)
{
	for (enum iso_view view = ISO_PLAIN; view < ISO_VIEWS; view++) {
		const struct iso_dirs *dirs = &image->dirs[view];

		if (put_tables(out, dirs, view, err) < 0)
			return -1;
		for (size_t i = 0; i < dirs->n; i++) {
			const struct iso_place *at = &dirs->v[i]->at[view];
			unsigned char *room = ig_rope_room(
				out, (size_t)at->blocks * ISO_BLOCK, err);

			if (!room ||
			    iso_dir_put(room, dirs->v[i], view, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int put_data(struct ig_rope *out, const struct iso_file *file,
		    struct ig_err *err)
{
	const struct ig_inode *inode = file->inode;
	uint64_t skip = file->head_len, rest = file->size - skip;

	if (ig_rope_mem(out, file->head, file->head_len, err) < 0)
		return -1;
	if (file->rope)
		return ig_rope_slice(out, file->rope, skip, rest, err);
	if (inode->mem)
		return ig_rope_mem(out, (const char *)inode->mem + skip,
				   (size_t)rest, err);
	return ig_rope_file(out, inode->fd, inode->off + skip, rest, err);
}

/* Zeros up to block @lba of the image that begins at byte @base. */
static int fill_to(struct ig_rope *out, uint64_t base, uint32_t lba,
		   struct ig_err *err)
{
	return ig_rope_pad_to(out, base + (uint64_t)lba * ISO_BLOCK, err);
}

static int put_files(struct ig_rope *out, uint64_t base,
		     const struct iso_image *image, struct ig_err *err)
{
	for (size_t i = 0; i < image->files_n; i++) {
		const struct iso_file *file = image->file[i];

		if (!file->size)
			continue;
		if (fill_to(out, base, file->lba, err) < 0 ||
		    put_data(out, file, err) < 0)
			return -1;
	}
	return 0;
}

static int put_all(struct ig_rope *out, const struct iso_image *image,
		   struct ig_err *err)
{
	uint64_t base = ig_rope_size(out);
	unsigned char tail[ISO_GPT_TAIL] = { 0 }, *room;
	uint32_t head = iso_descriptors(image) + (image->opts->boots_n > 0);

	room = ig_rope_room(out, ISO_SYSTEM_AREA, err);
	if (!room || iso_hybrid(room, tail, image, err) < 0)
		return -1;
	room = ig_rope_room(out, (size_t)head * ISO_BLOCK, err);
	if (!room)
		return -1;
	iso_put_descriptors(room, image);
	if (image->opts->boots_n)
		iso_put_catalog(room + (size_t)(head - 1) * ISO_BLOCK, image);
	if (put_dirs(out, image, err) < 0 ||
	    put_files(out, base, image, err) < 0)
		return -1;
	if (!image->esp)
		return fill_to(out, base, image->blocks, err);
	return ig_rope_pad_to(out,
			      base + (uint64_t)image->blocks * ISO_BLOCK -
				      sizeof(tail),
			      err) < 0
		       ? -1
		       : ig_rope_mem(out, tail, sizeof(tail), err);
}

static int make(struct ig_rope *out, struct iso_image *image, size_t n,
		struct ig_err *err)
{
	const struct ig_iso_opts *opts = image->opts;

	if (iso_check_label(opts, err) < 0 || iso_boot_find(image, err) < 0 ||
	    iso_name_all(image, err) < 0 || list_files(image, err) < 0 ||
	    place_all(image, err) < 0 || iso_boot_patch(image, err) < 0 ||
	    put_all(out, image, err) < 0)
		return -1;
	for (size_t i = 0; opts->where && i < n; i++)
		opts->where[i] = (uint64_t)image->given[i]->lba * ISO_BLOCK;
	return 0;
}

int ig_iso_tree(struct ig_rope *out, const struct ig_tree *tree,
		const struct ig_iso_file *files, size_t n,
		const struct ig_iso_opts *opts, struct ig_err *err)
{
	IG_AUTO(image_done) struct iso_image image = { .opts = opts };

	image.arena = ig_arena_new(MEMORY_MAX, err);
	if (!image.arena || iso_root(&image, err) < 0 ||
	    (tree && iso_add_tree(&image, tree, err) < 0) ||
	    iso_add_files(&image, files, n, err) < 0)
		return -1;
	return make(out, &image, n, err);
}

int ig_iso_write(struct ig_rope *out, const struct ig_iso_file *files, size_t n,
		 const struct ig_iso_opts *opts, struct ig_err *err)
{
	return ig_iso_tree(out, NULL, files, n, opts, err);
}
