/* SPDX-License-Identifier: Apache-2.0 */
#include "build_test.h"

#include "check.h"

#define GIB ((uint64_t)1 << 30)

static void refuses_what_no_firmware_loads(void **state)
{
	(void)state;
	assert_int_equal(ig_check_load("raw", 14 << 20, 500 << 20, &t_err), 0);
	assert_int_equal(ig_check_load("raw", 1, 2 * GIB - 2, &t_err), 0);
	assert_int_equal(ig_check_load("raw", 1, 2 * GIB - 1, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_non_null(strstr(t_err.msg, "format raw: the kernel (0 MiB)"));
	assert_non_null(strstr(t_err.msg, "use raw-verity"));
	assert_int_equal(ig_check_load("uki", 2 * GIB, 0, &t_err), -1);
	assert_int_equal(ig_check_load("uki", 0, UINT64_MAX, &t_err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_no_firmware_loads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
