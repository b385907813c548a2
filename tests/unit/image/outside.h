/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OUTSIDE_H
#define OUTSIDE_H

/* Programs that others wrote, as witnesses. Include after image_test.h. */
#include <fcntl.h>
#include <unistd.h>

#include <ingot/io.h>
#include <ingot/rope.h>

/* What the program of @argv prints; skips the test when there is none. */
static inline void o_says(struct ig_buf *out, const char *const *argv)
{
	t_listing(out, argv, -1);
}

static inline void o_passes(const char *const *argv)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(0);

	o_says(&out, argv);
}

/* Prints @part somewhere. */
static inline void o_tells(const char *const *argv, const char *part)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(0);

	o_says(&out, argv);
	if (!out.data || !strstr(out.data, part))
		fail_msg("%s: no '%s' in: %s", argv[0], part,
			 out.data ? out.data : "");
}

static inline int o_create(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	return fd;
}

static inline void o_save(const struct ig_rope *rope, const char *path)
{
	ig_autofd int fd = o_create(path);

	assert_int_equal(ig_rope_write(rope, fd, &t_err), 0);
}

static inline void o_read(struct ig_buf *out, const char *path)
{
	ig_buf_init(out, T_MAX);
	assert_int_equal(ig_read_file(out, AT_FDCWD, path, &t_err), 0);
}

static inline struct ig_rope *o_rope(void)
{
	struct ig_rope *rope = ig_rope_new(&t_err);

	assert_non_null(rope);
	return rope;
}

/* Bytes that no one can compress; the same on every run. */
static inline void o_noise(unsigned char *out, size_t len, uint32_t state)
{
	for (size_t i = 0; i < len; i++) {
		state = state * 1664525u + 1013904223u;
		out[i] = (unsigned char)(state >> 24);
	}
}

#endif
