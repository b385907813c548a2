/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "../../support/scratch.h"

#define KIB 1024u

static struct ig_err err;

static int new_file(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	return fd;
}

static void put(int fd, off_t at, char byte, size_t len)
{
	ig_autofree char *data = malloc(len);

	assert_non_null(data);
	memset(data, byte, len);
	assert_true(pwrite(fd, data, len, at) == (ssize_t)len);
}

/* The runs of data of @rope must be @want, {offset, length} in KiB. */
static void has_runs(const struct ig_rope *rope, const uint64_t (*want)[2],
		     size_t n)
{
	uint64_t off = 0, len;
	size_t i = 0;

	for (; i < n && ig_rope_data(rope, &off, &len); off += len, i++) {
		assert_int_equal(off, want[i][0] * KIB);
		assert_int_equal(len, want[i][1] * KIB);
	}
	assert_int_equal(i, n);
	assert_false(ig_rope_data(rope, &off, &len));
}

static void same_as_file(const struct ig_rope *rope, int fd)
{
	size_t size = (size_t)ig_rope_size(rope);
	ig_autofree char *a = malloc(size + 1);
	ig_autofree char *b = malloc(size + 1);

	assert_non_null(a);
	assert_non_null(b);
	assert_int_equal(ig_rope_read(rope, a, size, 0, &err), 0);
	assert_int_equal(ig_pread_all(fd, b, size, 0, &err), 0);
	assert_memory_equal(a, b, size);
}

static void zeros_that_were_written_are_holes_too(void **state)
{
	static const uint64_t runs[][2] = { { 4, 4 }, { 300, 8 }, { 1020, 4 } };
	ig_autofd int fd = new_file();
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&err);

	(void)state;
	put(fd, 0, 0, 600 * KIB);
	put(fd, 5 * KIB, 1, 1);
	put(fd, 303 * KIB, 2, 2 * KIB);
	put(fd, 1023 * KIB, 3, KIB);
	assert_int_equal(ftruncate(fd, 2048 * KIB), 0);
	assert_int_equal(ig_rope_sparse(rope, fd, &err), 0);
	assert_int_equal(ig_rope_size(rope), 2048 * KIB);
	has_runs(rope, runs, IG_COUNT(runs));
	same_as_file(rope, fd);
}

static void data_to_the_end_and_no_file_at_all(void **state)
{
	ig_autofd int fd = new_file();
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&err);
	uint64_t off = 0, len = 0;

	(void)state;
	assert_int_equal(ig_rope_sparse(rope, fd, &err), 0);
	assert_int_equal(ig_rope_size(rope), 0);
	put(fd, 0, 0, 4 * KIB);
	put(fd, 4 * KIB, 7, 1000); /* not a whole block */
	assert_int_equal(ig_rope_sparse(rope, fd, &err), 0);
	assert_int_equal(ig_rope_size(rope), 4 * KIB + 1000);
	assert_true(ig_rope_data(rope, &off, &len));
	assert_int_equal(off, 4 * KIB);
	assert_int_equal(len, 1000);
	same_as_file(rope, fd);
}

static void a_pipe_is_no_file(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&err);
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(ig_rope_sparse(rope, ends[0], &err), -1);
	assert_true(err.code != IG_OK && err.msg[0]);
	close(ends[0]);
	close(ends[1]);
}

#define T(name)                                                                \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(zeros_that_were_written_are_holes_too),
		T(data_to_the_end_and_no_file_at_all),
		T(a_pipe_is_no_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
