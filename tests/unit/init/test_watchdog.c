/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/watchdog.h"

static void reads_whole_seconds(void **state)
{
	int seconds = 0;
	char msg[200] = "";
	static const char text[] = "{\"timeoutMs\": 30000}\n";

	(void)state;
	assert_int_equal(
		watchdog_parse(&seconds, text, strlen(text), msg, sizeof(msg)),
		0);
	assert_int_equal(seconds, 30);
}

static void refuses_what_would_never_bark_or_at_once(void **state)
{
	static const struct {
		const char *text, *msg;
	} all[] = {
		{ "", "an object is expected" },
		{ "{}", "no timeout of a second or more" },
		{ "{\"timeoutMs\": 999}", "no timeout of a second or more" },
		{ "{\"timeoutMs\": 3600001}", "too short or too long" },
		{ "{\"timeoutMs\": \"30s\"}", "a whole number is expected" },
		{ "{\"timeoutMs\": 1000} x", "text after the end" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int seconds = 7;
		char msg[200] = "";

		assert_int_equal(watchdog_parse(&seconds, all[i].text,
						strlen(all[i].text), msg,
						sizeof(msg)),
				 -1);
		if (!strstr(msg, all[i].msg))
			fail_msg("'%s': got '%s', not '%s'", all[i].text, msg,
				 all[i].msg);
		assert_int_equal(seconds, 7);
	}
}

static void there_is_time_for_the_start(void **state)
{
	(void)state;
	assert_int_equal(watchdog_start_time(1), WATCHDOG_START);
	assert_int_equal(watchdog_start_time(WATCHDOG_START), WATCHDOG_START);
	assert_int_equal(watchdog_start_time(3600), 3600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_whole_seconds),
		cmocka_unit_test(refuses_what_would_never_bark_or_at_once),
		cmocka_unit_test(there_is_time_for_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
