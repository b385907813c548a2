/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>

#include <cmocka.h>

#include "base/jsonout.h"
#include "report/reportline.h"
#include "service/ctr.h"

static char text[1000];
static struct jsonout out = { .buf = text, .cap = sizeof(text) };

static void expect(const char *want)
{
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(text, want, out.len);
}

static void a_time_is_in_milliseconds_with_three_digits(void **state)
{
	static const struct {
		int64_t us;
		const char *want;
	} cases[] = {
		{ 0, "{\"ms\":0.000,\"event\":\"x\"}\n" },
		{ 7, "{\"ms\":0.007,\"event\":\"x\"}\n" },
		{ 1234567, "{\"ms\":1234.567,\"event\":\"x\"}\n" },
		{ 90000000000, "{\"ms\":90000000.000,\"event\":\"x\"}\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		reportline_begin(&out, cases[i].us, "x");
		assert_true(jsonout_end(&out));
		expect(cases[i].want);
	}
}

static void a_phase_has_a_beginning_before_its_end(void **state)
{
	(void)state;
	assert_true(reportline_phase(&out, "stage 1", 1500, 2500));
	expect("{\"ms\":2.500,\"event\":\"phase\",\"name\":\"stage 1\","
	       "\"from\":1.500}\n");
	assert_false(reportline_phase(&out, "none", 5, 5));
}

static void actions_become_events_or_nothing(void **state)
{
	static const struct {
		enum svc_action action;
		int status;
		const char *want;
	} cases[] = {
		{ ACT_SPAWN, -1, "\"started\"KN,\"run\":3}\n" },
		{ ACT_WATCH, -1, "\"up\"KN}\n" },
		{ ACT_WATCH_TERM, -1, "\"up\"KN}\n" },
		{ ACT_WATCH_LATE, -1, "\"up\"KN}\n" },
		{ ACT_READY, -1, "\"ready\"KN}\n" },
		{ ACT_LATE, -1, "\"late\"KN}\n" },
		{ ACT_REPORT, 0, "\"ended\"KN,\"code\":0}\n" },
		{ ACT_REPORT_CLEAN, 7 << 8, "\"ended\"KN,\"code\":7}\n" },
		{ ACT_REPORT, 9, "\"ended\"KN,\"signal\":9}\n" },
		{ ACT_REPORT, -1, "\"ended\"KN}\n" },
		{ ACT_REPORT_FAIL, 1 << 8, "\"failed\"KN,\"code\":1}\n" },
		{ ACT_REPORT_FAIL_CLEAN, -1, "\"failed\"KN}\n" },
		{ ACT_WAIT, 0, "\"waiting\"KN}\n" },
		{ ACT_GIVE_UP, 0, "\"given-up\"KN}\n" },
	};
	struct ctr c = { .kind = CTR_SERVICE, .name = "web", .starts = 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *names = strstr(cases[i].want, "KN");
		char want[200];

		c.status = cases[i].status;
		snprintf(want, sizeof(want),
			 "{\"ms\":1.000,\"event\":%.*s,\"kind\":\"service\","
			 "\"name\":\"web\"%s",
			 (int)(names - cases[i].want), cases[i].want,
			 names + 2);
		assert_true(reportline_action(&out, 1000, &c, cases[i].action));
		expect(want);
	}
	for (int a = 0; a <= SVC_ACTIONS; a++) {
		bool told = false;

		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			told = told || (int)cases[i].action == a;
		assert_int_equal(
			reportline_action(&out, 0, &c, (enum svc_action)a),
			told);
	}
}

static void a_hostile_name_stays_a_string(void **state)
{
	struct ctr c = { .kind = CTR_ONBOOT,
			 .name = "\"}\n\\\xff<\xed\xa0\x80",
			 .status = -1 };

	(void)state;
	assert_true(reportline_action(&out, 0, &c, ACT_WATCH));
	expect("{\"ms\":0.000,\"event\":\"up\",\"kind\":\"onboot\",\"name\":"
	       "\"\\\"}\\u000a\\\\\xef\xbf\xbd<\xef\xbf\xbd\xef\xbf\xbd"
	       "\xef\xbf\xbd\"}\n");
}

static void the_longest_name_fits(void **state)
{
	struct ctr c = { .kind = CTR_ONSHUTDOWN };

	(void)state;
	memset(c.name, 1, sizeof(c.name) - 1);
	assert_true(reportline_action(&out, INT64_MAX, &c, ACT_SPAWN));
	assert_int_equal(text[out.len - 1], '\n');
}

static void memory_is_what_the_kernel_says(void **state)
{
	(void)state;
	assert_true(reportline_booted(&out, 1000,
				      "MemTotal:         223632 kB\n"
				      "MemFree:           1 kB\n"
				      "MemAvailable:     167964 kB\n"));
	expect("{\"ms\":1.000,\"event\":\"booted\",\"memoryKiB\":223632,"
	       "\"availableKiB\":167964}\n");
	assert_true(reportline_booted(&out, 1000, ""));
	expect("{\"ms\":1.000,\"event\":\"booted\"}\n");
}

static void the_end_has_its_reason(void **state)
{
	(void)state;
	assert_true(reportline_shutdown(&out, 0, RB_AUTOBOOT, "told"));
	expect("{\"ms\":0.000,\"event\":\"shutdown\",\"how\":\"reboot\","
	       "\"reason\":\"told\"}\n");
	assert_true(reportline_off(&out, 0, (int)RB_POWER_OFF, false));
	expect("{\"ms\":0.000,\"event\":\"off\",\"how\":\"poweroff\","
	       "\"clean\":false}\n");
}

static void what_was_lost_is_counted(void **state)
{
	(void)state;
	assert_false(reportline_lost(&out, 0, 0));
	assert_true(reportline_lost(&out, 0, 4));
	expect("{\"ms\":0.000,\"event\":\"lost\",\"records\":4}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_is_in_milliseconds_with_three_digits),
		cmocka_unit_test(a_phase_has_a_beginning_before_its_end),
		cmocka_unit_test(actions_become_events_or_nothing),
		cmocka_unit_test(a_hostile_name_stays_a_string),
		cmocka_unit_test(the_longest_name_fits),
		cmocka_unit_test(memory_is_what_the_kernel_says),
		cmocka_unit_test(the_end_has_its_reason),
		cmocka_unit_test(what_was_lost_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
