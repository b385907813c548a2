/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ISO_TEST_H
#define ISO_TEST_H

/* ISO images, and what the tests of them read in them. */
#include "image_test.h"

#include <stdio.h>
#include <unistd.h>

#include <ingot/disk.h>
#include <ingot/rope.h>

#define BLOCK 2048u
#define TIME  1700000000 /* 2023-11-14 22:13:20 */
#define MIB   ((uint64_t)1 << 20)

static const struct ig_iso_opts basic = { .label = "TEST",
					  .seed = T_KEY,
					  .time = TIME };

/* ---- images and what is at a place in them ---- */

static inline struct ig_rope *text_rope(const char *text)
{
	struct ig_rope *rope = ig_rope_new(&t_err);

	assert_non_null(rope);
	assert_int_equal(ig_rope_mem(rope, text, strlen(text), &t_err), 0);
	return rope;
}

/* @len bytes that are not all the same. */
static inline struct ig_rope *big_rope(size_t len)
{
	struct ig_rope *rope = ig_rope_new(&t_err);
	unsigned char *room;

	assert_non_null(rope);
	room = ig_rope_room(rope, len, &t_err);
	assert_non_null(room);
	for (size_t i = 0; i < len; i++)
		room[i] = (unsigned char)(i * 7 + i / 256);
	return rope;
}

static inline struct ig_rope *make(const struct ig_tree *tree,
				   const struct ig_iso_file *files, size_t n,
				   const struct ig_iso_opts *opts)
{
	struct ig_rope *out = ig_rope_new(&t_err);

	assert_non_null(out);
	if (ig_iso_tree(out, tree, files, n, opts, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	assert_int_equal(ig_rope_size(out) % BLOCK, 0);
	return out;
}

static inline void get(const struct ig_rope *image, uint64_t at, void *out,
		       size_t len)
{
	assert_int_equal(ig_rope_read(image, out, len, at, &t_err), 0);
}

static inline uint32_t le(const unsigned char *at, size_t bytes)
{
	uint32_t value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

static inline uint32_t get32(const struct ig_rope *image, uint64_t at)
{
	unsigned char field[4];

	get(image, at, field, 4);
	return le(field, 4);
}

static inline bool same_bytes(const struct ig_rope *a, const struct ig_rope *b)
{
	static unsigned char x[BLOCK], y[BLOCK];
	uint64_t size = ig_rope_size(a);

	if (ig_rope_size(b) != size)
		return false;
	for (uint64_t at = 0; at < size; at += BLOCK) {
		get(a, at, x, BLOCK);
		get(b, at, y, BLOCK);
		if (memcmp(x, y, BLOCK) != 0)
			return false;
	}
	return true;
}

static inline void put_file(char path[64], const struct ig_rope *image)
{
	ig_autofd int fd = -1;

	snprintf(path, 64, "/tmp/ingot-test-iso-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(ig_rope_write(image, fd, &t_err), 0);
}

/* What @argv says of the image; "FILE" in it is the image's name. */
static inline void ask(struct ig_buf *out, const struct ig_rope *image,
		       const char *const *argv)
{
	const char *copy[16] = { NULL };
	char path[64];

	if (!ig_proc_find(argv[0]))
		skip();
	put_file(path, image);
	for (size_t i = 0; argv[i]; i++)
		copy[i] = ig_streq(argv[i], "FILE") ? path : argv[i];
	t_listing(out, copy, -1);
	unlink(path);
}

/* ---- a small reader of directories ---- */

typedef void each_record(void *ctx, const unsigned char *record);

static inline void walk_dir(const struct ig_rope *image, uint32_t lba,
			    uint32_t size, each_record *each, void *ctx)
{
	ig_autofree unsigned char *dir = malloc(size);
	uint32_t at = 0;

	assert_non_null(dir);
	get(image, (uint64_t)lba * BLOCK, dir, size);
	for (size_t n = 0; at < size; n++) {
		const unsigned char *record = dir + at;

		if (!record[0]) {
			at = (at / BLOCK + 1) * BLOCK;
			continue;
		}
		assert_true(at % BLOCK + record[0] <= BLOCK);
		at += record[0];
		if (n < 2)
			continue; /* "." and ".." */
		each(ctx, record);
		if (record[25] & 2)
			walk_dir(image, le(record + 2, 4), le(record + 10, 4),
				 each, ctx);
	}
}

/* The volume of the descriptor at block @block. */
static inline void walk_volume(const struct ig_rope *image, uint32_t block,
			       each_record *each, void *ctx)
{
	uint64_t at = (uint64_t)block * BLOCK + 156;

	walk_dir(image, get32(image, at + 2), get32(image, at + 10), each, ctx);
}

static inline void add_count(void *ctx, const unsigned char *record)
{
	(void)record;
	++*(size_t *)ctx;
}

#endif
