/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/logkeep.h"

static void alone_is_when_all_children_are_known(void **state)
{
	static const pid_t pids[] = { 12, 0 };

	(void)state;
	assert_true(logkeep_alone("", pids, 2));
	assert_true(logkeep_alone("12 ", pids, 2));
	assert_false(logkeep_alone("12 13 ", pids, 2));
	assert_false(logkeep_alone("1 ", pids, 2));
	assert_false(logkeep_alone("123 ", pids, 2));
}

static void other_children_are_not_ours(void **state)
{
	(void)state;
	assert_false(logkeep_reaped(0));
	assert_false(logkeep_reaped(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone_is_when_all_children_are_known),
		cmocka_unit_test(other_children_are_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
