/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan.h"

static struct plan plan_of(const char *text)
{
	struct plan p;
	char msg[200] = "";

	if (plan_parse(&p, text, strlen(text), msg, sizeof(msg)) < 0)
		fail_msg("%s: %s", text, msg);
	return p;
}

static void reads_every_key(void **state)
{
	struct plan p = plan_of(
		"{\"restart\": {\"policy\": \"on-failure\", \"delayMs\": 500,\n"
		"  \"limit\": 5}, \"stop\": {\"signal\": 2, \"graceMs\": 20000},\n"
		" \"after\": [\"a\", \"b\"], \"requires\": [\"c\"],\n"
		" \"onFailure\": \"poweroff\"}");

	(void)state;
	assert_int_equal(p.policy.restart, RESTART_ON_FAILURE);
	assert_int_equal(p.policy.delay, 500000);
	assert_int_equal(p.policy.limit, 5);
	assert_int_equal(p.policy.failure, FAILURE_POWEROFF);
	assert_true(p.stop);
	assert_int_equal(p.signal, 2);
	assert_int_equal(p.grace, 20000000);
	assert_int_equal(p.after.n, 2);
	assert_string_equal(p.after.v[1], "b");
	assert_int_equal(p.requires.n, 1);
	assert_string_equal(p.requires.v[0], "c");
	plan_free(&p);
	assert_int_equal(p.after.n, 0);
}

static void what_is_left_out_is_as_ever(void **state)
{
	struct plan p = plan_of("{}");

	(void)state;
	assert_int_equal(p.policy.restart, RESTART_NEVER);
	assert_int_equal(p.policy.failure, FAILURE_IGNORE);
	assert_false(svc_minds(&p.policy));
	assert_false(p.stop);
	assert_int_equal(p.signal, 0);
	assert_int_equal(p.after.n + p.requires.n, 0);
	plan_free(&p);
}

static void keys_of_later_builders_are_passed_over(void **state)
{
	struct plan p = plan_of(
		"{\"watchdog\": {\"x\": [1, -2.5e3, null]}, \"restart\":\n"
		" {\"policy\": \"always\", \"jitter\": true}}");

	(void)state;
	assert_int_equal(p.policy.restart, RESTART_ALWAYS);
	plan_free(&p);
}

static void refuses_with_the_line(void **state)
{
	static const struct {
		const char *text, *msg;
	} all[] = {
		{ "", "line 1: an object is expected" },
		{ "{\n\"restart\": {\"policy\": \"maybe\"}}",
		  "line 2: a word that is not known" },
		{ "{\"onFailure\": \"explode\"}", "a word that is not known" },
		{ "{\"restart\": \"always\"}", "an object is expected" },
		{ "{\"restart\": {\"delayMs\": 0}}", "too short or too long" },
		{ "{\"restart\": {\"delayMs\": 30001}}",
		  "too short or too long" },
		{ "{\"restart\": {\"limit\": -1}}",
		  "a whole number is expected" },
		{ "{\"restart\": {\"limit\": 01}}",
		  "a whole number is expected" },
		{ "{\"restart\": {\"limit\": 1000000000}}",
		  "a whole number is expected" },
		{ "{\"restart\": {\"limit\": 1.5}}", "is expected" },
		{ "{\"stop\": {\"signal\": 0}}", "a signal that there is not" },
		{ "{\"stop\": {\"signal\": 65}}",
		  "a signal that there is not" },
		{ "{\"stop\": {\"graceMs\": 300001}}",
		  "too short or too long" },
		{ "{\"after\": \"a\"}", "a list is expected" },
		{ "{\"after\": [\"a\", 1]}", "string" },
		{ "{\"after\": [], \"after\": []}", "a key is given twice" },
		{ "{} {}", "text after the end" },
	};
	struct plan p;

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char msg[200] = "";

		if (plan_parse(&p, all[i].text, strlen(all[i].text), msg,
			       sizeof(msg)) == 0)
			fail_msg("'%s' was taken", all[i].text);
		if (!strstr(msg, all[i].msg))
			fail_msg("'%s': got '%s', not '%s'", all[i].text, msg,
				 all[i].msg);
		assert_null(p.after.v);
		assert_false(p.stop);
	}
}

static void refuses_a_file_that_is_too_large(void **state)
{
	static char text[PLAN_MAX + 1];
	struct plan p;
	char msg[200] = "";

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "{}", 2);
	assert_int_equal(plan_parse(&p, text, PLAN_MAX, msg, sizeof(msg)), 0);
	assert_int_equal(plan_parse(&p, text, sizeof(text), msg, sizeof(msg)),
			 -1);
	assert_string_equal(msg, "larger than 65536 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_key),
		cmocka_unit_test(what_is_left_out_is_as_ever),
		cmocka_unit_test(keys_of_later_builders_are_passed_over),
		cmocka_unit_test(refuses_with_the_line),
		cmocka_unit_test(refuses_a_file_that_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
