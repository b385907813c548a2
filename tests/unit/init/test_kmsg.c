/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/kmsg.h"

static void takes_records_of_the_kernel(void **state)
{
	static const struct {
		const char *text;
		int level;
		int64_t us;
		const char *line;
	} cases[] = {
		{ "6,339,5140900,-;NET: Registered\n", 6, 5140900,
		  "NET: Registered" },
		{ "4,1,0,-;w\n SUBSYSTEM=pci\n DEVICE=+pci:0000\n", 4, 0, "w" },
		{ "30,7,12,-,caller=T1;by a program;or so\n", 6, 12,
		  "by a program;or so" },
		{ "0,1,2,c;", 0, 2, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kmsg msg;

		assert_int_equal(
			kmsg_parse(&msg, cases[i].text, strlen(cases[i].text)),
			0);
		assert_int_equal(msg.level, cases[i].level);
		assert_int_equal(msg.us, cases[i].us);
		assert_int_equal(msg.len, strlen(cases[i].line));
		assert_memory_equal(msg.text, cases[i].line, msg.len);
	}
}

static void refuses_what_is_no_record(void **state)
{
	static const char *const cases[] = {
		"",	 "6",	  "6,1",      "6,1,2",	   "6,1,2,-",
		"6,1,;", ",,,;x", "a,1,2,-;", "-6,1,2,-;",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kmsg msg;

		assert_int_equal(kmsg_parse(&msg, cases[i], strlen(cases[i])),
				 -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_records_of_the_kernel),
		cmocka_unit_test(refuses_what_is_no_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
