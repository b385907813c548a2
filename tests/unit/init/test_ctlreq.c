/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "control/ctlreq.h"

static void takes_what_is_asked_for(void **state)
{
	static const struct {
		const char *text;
		struct ctlreq want;
	} cases[] = {
		{ "{\"do\":\"status\"}", { CTL_STATUS, "", -1, false } },
		{ "{\"do\":\"status\",\"name\":\"web\"}",
		  { CTL_STATUS, "web", -1, false } },
		{ " {\"name\":\"a\",\"do\":\"restart\"} ",
		  { CTL_RESTART, "a", -1, false } },
		{ "{\"do\":\"start\",\"name\":\"a\"}",
		  { CTL_START, "a", -1, false } },
		{ "{\"do\":\"stop\",\"name\":\"a\"}",
		  { CTL_STOP, "a", -1, false } },
		{ "{\"do\":\"logs\",\"last\":20,\"follow\":true}",
		  { CTL_LOGS, "", 20, true } },
		{ "{\"do\":\"logs\",\"last\":0,\"later\":[{}]}",
		  { CTL_LOGS, "", 0, false } },
		{ "{\"do\":\"reboot\"}", { CTL_REBOOT, "", -1, false } },
		{ "{\"do\":\"poweroff\"}", { CTL_POWEROFF, "", -1, false } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctlreq req;
		char why[200];

		if (ctlreq_parse(&req, cases[i].text, strlen(cases[i].text),
				 why, sizeof(why)) < 0)
			fail_msg("%s: %s", cases[i].text, why);
		assert_int_equal(req.verb, cases[i].want.verb);
		assert_string_equal(req.name, cases[i].want.name);
		assert_int_equal(req.last, cases[i].want.last);
		assert_int_equal(req.follow, cases[i].want.follow);
	}
}

static void says_what_is_wrong(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{ "", "an object is expected" },
		{ "status", "an object is expected" },
		{ "[]", "an object is expected" },
		{ "{\"do\":\"status\"", "',' or '}' is expected" },
		{ "{\"do\":\"status\"}x", "line 1" },
		{ "{}", "no 'do'" },
		{ "{\"do\":null}", "no 'do'" },
		{ "{\"do\":1}", "line 1" },
		{ "{\"do\":\"Status\"}", "is not known" },
		{ "{\"do\":\"stop\"}", "no 'name'" },
		{ "{\"do\":\"stop\",\"name\":\"\"}", "'name' is empty" },
		{ "{\"do\":\"a\",\"do\":\"b\"}", "given twice" },
		{ "{\"do\":\"logs\",\"last\":-1}", "whole number" },
		{ "{\"do\":\"logs\",\"follow\":1}", "true or false" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ctlreq req;
		char why[200] = "";

		assert_int_equal(ctlreq_parse(&req, cases[i].text,
					      strlen(cases[i].text), why,
					      sizeof(why)),
				 -1);
		if (!strstr(why, cases[i].why))
			fail_msg("%s: '%s'", cases[i].text, why);
	}
}

static void names_that_are_too_long_are_refused(void **state)
{
	char text[300] = "{\"do\":\"stop\",\"name\":\"";
	struct ctlreq req;
	char why[200];

	(void)state;
	memset(text + strlen(text), 'n', CTLREQ_NAME);
	memcpy(text + strlen(text), "\"}", 3);
	assert_int_equal(
		ctlreq_parse(&req, text, strlen(text), why, sizeof(why)), -1);
	assert_non_null(strstr(why, "too long"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_is_asked_for),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(names_that_are_too_long_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
