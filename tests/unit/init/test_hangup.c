/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/hangup.h"

static void terminals_are_found_behind_any_program_name(void **state)
{
	static const struct {
		const char *stat;
		int has;
	} cases[] = {
		{ "12 (sh) S 1 12 12 1088 12 4194304", 1 },
		{ "12 (nginx) S 1 12 12 0 -1 4194304", 0 },
		{ "12 (a) S 1 (b c)) S 1 12 12 34816 12", 1 },
		{ "12 (a 7 7 7 7 7) S 1 12 12 0 12", 0 },
		{ "12 (cut", 0 },
		{ "12 (cut) S 1 2", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(hangup_has_terminal(cases[i].stat),
				 cases[i].has);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminals_are_found_behind_any_program_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
