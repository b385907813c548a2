/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/cgroup.h"

static void finds_a_number_by_its_whole_word(void **state)
{
	static const char text[] = "low 0\nhigh 3\nmax 17\noom 2\n"
				   "oom_kill 5\noom_group_kill 0\n";

	(void)state;
	assert_int_equal(cgroup_count(text, "oom_kill"), 5);
	assert_int_equal(cgroup_count(text, "oom"), 2);
	assert_int_equal(cgroup_count(text, "low"), 0);
	assert_int_equal(cgroup_count(text, "kill"), 0);
	assert_int_equal(cgroup_count("oom_kill", "oom_kill"), 0);
	assert_int_equal(cgroup_count("populated 1\nfrozen 0", "frozen"), 0);
	assert_int_equal(cgroup_count("populated 1\n", "populated"), 1);
	assert_int_equal(cgroup_count("", "x"), 0);
}

static void a_size_is_in_its_largest_unit(void **state)
{
	static const struct {
		int64_t bytes;
		const char *want;
	} all[] = {
		{ 0, "0" },
		{ 1000, "1000" },
		{ 4096, "4K" },
		{ 256 << 20, "256M" },
		{ (int64_t)3 << 30, "3G" },
		{ ((int64_t)1 << 30) + 4096, "1048580K" },
		{ (int64_t)1 << 40, "1T" },
		{ (int64_t)1 << 50, "1024T" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char text[32];

		cgroup_size(text, sizeof(text), all[i].bytes);
		assert_string_equal(text, all[i].want);
	}
}

static void a_group_holds_itself_and_what_is_inside(void **state)
{
	(void)state;
	assert_true(cgroup_holds("a", "a"));
	assert_true(cgroup_holds("a", "a/b"));
	assert_true(cgroup_holds("a/b", "a/b/c"));
	assert_false(cgroup_holds("a", "ab"));
	assert_false(cgroup_holds("a/b", "a"));
	assert_false(cgroup_holds("a", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_number_by_its_whole_word),
		cmocka_unit_test(a_group_holds_itself_and_what_is_inside),
		cmocka_unit_test(a_size_is_in_its_largest_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
