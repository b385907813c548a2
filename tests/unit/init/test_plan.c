/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "service/plan.h"

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
		" \"onFailure\": \"poweroff\", \"log\": \"quiet\"}");

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
	assert_int_equal(p.log, PLAN_LOG_QUIET);
	plan_free(&p);
	assert_int_equal(p.after.n, 0);
}

static void reads_every_kind_of_check(void **state)
{
	struct plan p =
		plan_of("{\"ready\": {\"port\": 5432, \"intervalMs\": 100,\n"
			" \"timeoutMs\": 1500, \"withinMs\": 3600000}}");

	(void)state;
	assert_int_equal(p.ready.kind, READY_PORT);
	assert_int_equal(p.ready.port, 5432);
	assert_int_equal(p.ready.interval, 100000);
	assert_int_equal(p.ready.timeout, 1500000);
	assert_int_equal(p.ready.within, 3600000000);
	plan_free(&p);
	p = plan_of("{\"ready\": {\"file\": \"/run/x\"}}");
	assert_int_equal(p.ready.kind, READY_FILE);
	assert_string_equal(p.ready.path, "/run/x");
	assert_int_equal(p.ready.interval, READY_INTERVAL_US);
	assert_int_equal(p.ready.timeout, READY_TRY_US);
	assert_int_equal(p.ready.within, READY_WITHIN_US);
	plan_free(&p);
	p = plan_of("{\"ready\": {\"exec\": [\"/bin/true\", \"-x\"]}}");
	assert_int_equal(p.ready.kind, READY_EXEC);
	assert_int_equal(p.ready.exec.n, 2);
	assert_string_equal(p.ready.exec.v[1], "-x");
	plan_free(&p);
	p = plan_of("{\"ready\": {\"http\": {\"port\": 80,\n"
		    " \"path\": \"/health\", \"status\": 204}}}");
	assert_int_equal(p.ready.kind, READY_HTTP);
	assert_int_equal(p.ready.port, 80);
	assert_string_equal(p.ready.path, "/health");
	assert_int_equal(p.ready.status, 204);
	plan_free(&p);
	assert_int_equal(p.ready.kind, READY_NONE);
}

static void reads_what_is_wanted_of_a_step(void **state)
{
	struct plan p = plan_of("{\"after\": [], \"timeoutMs\": 1500,\n"
				" \"onFailure\": \"stop\"}");

	(void)state;
	assert_true(p.after_set);
	assert_int_equal(p.after.n, 0);
	assert_int_equal(p.timeout, 1500000);
	assert_int_equal(p.policy.failure, FAILURE_STOP);
	plan_free(&p);
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
	assert_int_equal(p.log, PLAN_LOG_ANY);
	assert_int_equal(p.after.n + p.requires.n, 0);
	assert_false(p.after_set);
	assert_int_equal(p.ready.kind, READY_NONE);
	assert_int_equal(p.timeout, 0);
	plan_free(&p);
}

static void keys_of_later_builders_are_passed_over(void **state)
{
	struct plan p = plan_of(
		"{\"jitter\": {\"x\": [1, -2.5e3, null]}, \"restart\":\n"
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
		{ "{\"log\": \"loud\"}", "a word that is not known" },
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
		{ "{\"timeoutMs\": 3600001}", "too short or too long" },
		{ "{\"ready\": {}}", "a check must be one of four" },
		{ "{\"ready\": {\"exec\": []}}", "one of four" },
		{ "{\"ready\": {\"port\": 1, \"file\": \"/x\"}}",
		  "one of four" },
		{ "{\"ready\": {\"http\": {\"path\": \"/\"}}}", "one of four" },
		{ "{\"ready\": {\"port\": 0}}", "a port that there is not" },
		{ "{\"ready\": {\"port\": 65536}}",
		  "a port that there is not" },
		{ "{\"ready\": {\"file\": \"x\"}}",
		  "a path that is not whole" },
		{ "{\"ready\": {\"http\": {\"status\": 99}}}",
		  "a status that there is not" },
		{ "{\"ready\": {\"port\": 1, \"timeoutMs\": 60001}}",
		  "too short or too long" },
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
		assert_null(p.ready.path);
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
		cmocka_unit_test(reads_every_kind_of_check),
		cmocka_unit_test(reads_what_is_wanted_of_a_step),
		cmocka_unit_test(what_is_left_out_is_as_ever),
		cmocka_unit_test(keys_of_later_builders_are_passed_over),
		cmocka_unit_test(refuses_with_the_line),
		cmocka_unit_test(refuses_a_file_that_is_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
