/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <ingot/own.h>

static void frees_and_keeps_errno(void **state)
{
	char *none = NULL;

	(void)state;
	{
		ig_autofree char *text = malloc(10);

		assert_non_null(text);
		errno = EXDEV;
	}
	assert_int_equal(errno, EXDEV);
	ig_freep(&none);
}

static void moves_a_pointer(void **state)
{
	ig_autofree char *from = malloc(10);
	char *was = from;
	ig_autofree char *to = ig_take(&from);

	(void)state;
	assert_null(from);
	assert_ptr_equal(to, was);
}

static void closes_once(void **state)
{
	int seen = -1;

	(void)state;
	{
		ig_autofd int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

		assert_true(fd >= 0);
		seen = fd;
		errno = EXDEV;
	}
	assert_int_equal(errno, EXDEV);
	assert_int_equal(fcntl(seen, F_GETFD), -1);
	seen = -1;
	ig_closep(&seen);
	assert_int_equal(seen, -1);
}

static void moves_a_descriptor(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int was = fd;
	ig_autofd int taken = ig_take_fd(&fd);

	(void)state;
	assert_int_equal(fd, -1);
	assert_int_equal(taken, was);
}

static void sees_overflows(void **state)
{
	size_t out;

	(void)state;
	assert_true(ig_add_overflow((size_t)1, SIZE_MAX, &out));
	assert_true(ig_mul_overflow((size_t)2, SIZE_MAX, &out));
	assert_false(ig_add_overflow((size_t)1, (size_t)2, &out));
	assert_int_equal(out, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frees_and_keeps_errno),
		cmocka_unit_test(moves_a_pointer),
		cmocka_unit_test(closes_once),
		cmocka_unit_test(moves_a_descriptor),
		cmocka_unit_test(sees_overflows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
