/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/volumes.h"

#include <errno.h>

static void places_and_options_are_those_of_the_layout(void **state)
{
	struct volume v;

	(void)state;
	assert_int_equal(volume_plan(&v, "/c/v", "db_1-x", true), 0);
	assert_string_equal(v.lower, "/c/v/db_1-x/lower");
	assert_string_equal(v.tmp, "/c/v/db_1-x/tmp");
	assert_string_equal(v.upper, "/c/v/db_1-x/tmp/upper");
	assert_string_equal(v.work, "/c/v/db_1-x/tmp/work");
	assert_string_equal(v.merged, "/c/v/db_1-x/merged");
	assert_string_equal(
		v.data,
		"lowerdir=/c/v/db_1-x/lower,upperdir=/c/v/db_1-x/tmp/upper,workdir=/c/v/db_1-x/tmp/work");
}

static void a_read_only_volume_has_no_overlay(void **state)
{
	struct volume v;

	(void)state;
	assert_int_equal(volume_plan(&v, "/c/v", "ro", false), 0);
	assert_string_equal(v.merged, "/c/v/ro/merged");
	assert_string_equal(v.data, "");
}

static void names_that_options_cannot_carry_are_refused(void **state)
{
	static const char *const names[] = { "",    ".",   "..",
					     "a,b", "a:b", "a\\b",
					     "a/b", "a b", "\xc3\xa9" };
	struct volume v;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		errno = 0;
		assert_int_equal(volume_plan(&v, "/c/v", names[i], true), -1);
		assert_int_equal(errno, EINVAL);
	}
}

static void a_name_that_is_too_long_is_refused(void **state)
{
	char name[SYS_PATH];
	struct volume v;

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(volume_plan(&v, "/c/v", name, true), -1);
	assert_int_equal(errno, ENAMETOOLONG);
	/* the longest that fits keeps its options whole */
	name[SYS_PATH - 1 - strlen("/c/v//tmp/upper")] = '\0';
	assert_int_equal(volume_plan(&v, "/c/v", name, true), 0);
	assert_string_equal(v.data + strlen(v.data) - 9, "/tmp/work");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_and_options_are_those_of_the_layout),
		cmocka_unit_test(a_read_only_volume_has_no_overlay),
		cmocka_unit_test(names_that_options_cannot_carry_are_refused),
		cmocka_unit_test(a_name_that_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
