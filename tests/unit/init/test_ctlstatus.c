/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/ctlstatus.h"

static void finds_the_group_of_a_process(void **state)
{
	char out[32];

	(void)state;
	assert_int_equal(ctlstatus_group("0::/web\n", out, sizeof(out)), 0);
	assert_string_equal(out, "/web");
	assert_int_equal(ctlstatus_group("4:cpu:/x\n0::/a/b\n1:name=y:/\n", out,
					 sizeof(out)),
			 0);
	assert_string_equal(out, "/a/b");
	assert_int_equal(ctlstatus_group("0::/", out, sizeof(out)), 0);
	assert_string_equal(out, "/");
	assert_int_equal(ctlstatus_group("", out, sizeof(out)), -1);
	assert_int_equal(ctlstatus_group("10::/no\n", out, sizeof(out)), -1);
	assert_int_equal(ctlstatus_group("0::/web\n", out, 4), -1);
}

static void times_are_short(void **state)
{
	static const struct {
		int64_t ms;
		const char *want;
	} cases[] = {
		{ -5, "0s" },
		{ 999, "0s" },
		{ 59999, "59s" },
		{ 60000, "1m" },
		{ 3599999, "59m" },
		{ 3600000, "1h" },
		{ 86399999, "23h" },
		{ 86400000, "1d" },
		{ INT64_C(8640000000), "100d" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[32];

		ctlstatus_ago(cases[i].ms, out, sizeof(out));
		assert_string_equal(out, cases[i].want);
	}
}

static void sizes_are_short(void **state)
{
	static const struct {
		int64_t bytes;
		const char *want;
	} cases[] = {
		{ -1, "-" },
		{ 0, "0K" },
		{ 1048575, "1023K" },
		{ 1048576, "1.0M" },
		{ 1992294, "1.8M" },
		{ INT64_C(1073741823), "1023.9M" },
		{ INT64_C(1610612736), "1.5G" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[32];

		ctlstatus_size(cases[i].bytes, out, sizeof(out));
		assert_string_equal(out, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_group_of_a_process),
		cmocka_unit_test(times_are_short),
		cmocka_unit_test(sizes_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
