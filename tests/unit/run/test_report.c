/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <ingot/own.h>

#include "report_test.h"

static int set_up(void **state)
{
	static struct ig_report report;

	ig_report_init(&report);
	*state = &report;
	return 0;
}

static int tear_down(void **state)
{
	ig_report_done(*state);
	return 0;
}

static void reads_a_whole_boot(void **state)
{
	struct ig_report *r = *state;

	feed(r, start, 400000);
	feed(r, whole, 900000);
	assert_true(r->begun);
	assert_int_equal(r->bad, 0);
	assert_int_equal(r->version, 1);
	assert_string_equal(r->kernel, "6.1");
	assert_string_equal(r->machine, "x86_64");
	assert_string_equal(r->image, "ab");
	assert_string_equal(r->consoles, "ttyS0 tty0");
	assert_int_equal(r->firmware, 5000);
	assert_int_equal(r->loader, 2500);
	assert_int_equal(r->phases_n, 1);
	assert_int_equal(r->phases[0].to, 80000);
	assert_int_equal(r->units_n, 2);
	assert_int_equal(r->units[0].kind, IG_REPORT_ONBOOT);
	assert_int_equal(r->units[0].code, 3);
	assert_int_equal(r->units[1].started, 125125);
	assert_int_equal(r->units[1].up, 140000);
	assert_int_equal(r->units[1].ready, 145000);
	assert_int_equal(r->units[1].ended, -1);
	assert_int_equal(r->units[1].runs, 2);
	assert_int_equal(r->booted, 150000);
	assert_int_equal(r->memory_kib, 2048);
	assert_int_equal(r->off, -1);
	feed(r, ending, 990000);
	assert_int_equal(r->off, 220000);
	assert_int_equal(r->units[1].signal, 15);
	assert_string_equal(r->how, "reboot");
	assert_string_equal(r->reason, "told");
	assert_true(r->clean);
	assert_false(ig_report_failed(r));
}

static void the_smallest_delay_tells_when_the_kernel_began(void **state)
{
	struct ig_report *r = *state;

	feed(r, start, 400000); /* 300 ms after it was made */
	assert_int_equal(r->offset, 300000);
	feed(r, "{'ms':110,'event':'x'}\n", 360000);
	assert_int_equal(r->offset, 250000);
	feed(r, "{'ms':120,'event':'x'}\n", 900000);
	assert_int_equal(r->offset, 250000);
	feed(r, "{'ms':9000,'event':'x'}\n", 900000); /* a lie */
	assert_int_equal(r->offset, 250000);
}

static void a_service_given_up_is_a_failure_until_it_is_revived(void **state)
{
	struct ig_report *r = *state;

	feed(r, start, 0);
	feed(r, "{'ms':1,'event':'given-up','kind':'service','name':'a'}\n", 0);
	assert_true(ig_report_failed(r));
	feed(r, "{'ms':2,'event':'started','kind':'service','name':'a'}\n", 0);
	assert_false(ig_report_failed(r));
}

static void what_is_not_understood_is_counted(void **state)
{
	static const char *const lines[] = {
		"\n",
		"[]\n",
		"{\n",
		"{'ms':1}\n",
		"{'event':'x'}\n",
		"{'ms':'1','event':'x'}\n",
		"{'ms':-1,'event':'x'}\n",
		"{'ms':1e300,'event':'x'}\n",
		"{'ms':1,'ms':1,'event':'x'}\n",
		"{'ms':1,'event':'x'}{}\n",
		"{'ms':1,'event':'start'}\n",
		"{'ms':1,'event':'start','report':-1}\n",
		"{'ms':1,'event':'phase','name':'x','from':2}\n",
		"{'ms':1,'event':'phase','from':0}\n",
		"{'ms':1,'event':'off','clean':1}\n",
		"{'ms':1,'event':'lost','records':-1}\n",
		"{'ms':1,'event':'up','kind':'x','name':'x'}\n",
		"{'ms':1,'event':'up','kind':'service'}\n",
		"{'ms':1,'event':'up','kind':'service','name':'\\u0000'}\n",
		"{'ms':1,'event':'up','kind':'service','name':'\xff'}\n",
	};
	struct ig_report *r = *state;

	feed(r, start, 0);
	for (size_t i = 0; i < IG_COUNT(lines); i++) {
		feed(r, lines[i], 0);
		if (r->bad != i + 1)
			fail_msg("'%s' was understood", lines[i]);
	}
	assert_int_equal(r->units_n + r->phases_n, 0);
}

static void what_a_later_guest_says_is_passed_over(void **state)
{
	struct ig_report *r = *state;

	feed(r, start, 0);
	feed(r,
	     "{'ms':1,'event':'new','more':[{}]}\n"
	     "{'ms':1,'event':'healthy','kind':'service','name':'a'}\n",
	     0);
	assert_int_equal(r->bad, 0);
	assert_int_equal(r->units[0].started, -1);
}

static void another_version_tells_nothing(void **state)
{
	struct ig_report *r = *state;

	feed(r, "{'ms':1,'event':'booted'}\n", 0);
	assert_int_equal(r->bad, 1); /* nothing comes before the start */
	feed(r, "{'ms':1,'event':'start','report':2}\n", 0);
	feed(r, "{'ms':1,'event':'booted'}\n", 0);
	assert_int_equal(r->version, 2);
	assert_int_equal(r->booted, -1);
}

static void a_line_of_any_length_does_no_harm(void **state)
{
	struct ig_report *r = *state;

	feed(r, start, 0);
	for (int i = 0; i < 100000; i++)
		feed(r, "xxxx", 0);
	feed(r, "\n{'ms':1,'event':'booted'}\n", 0);
	assert_int_equal(r->bad, 1);
	assert_int_equal(r->booted, 1000);
}

static void a_guest_cannot_take_all_memory(void **state)
{
	struct ig_report *r = *state;
	char line[128];

	feed(r, start, 0);
	for (int i = 0; i < IG_REPORT_UNITS + 10; i++) {
		snprintf(line, sizeof(line),
			 "{'ms':1,'event':'up','kind':'service','name':'%d'}\n",
			 i);
		feed(r, line, 0);
		feed(r, "{'ms':2,'event':'phase','name':'x','from':1}\n", 0);
	}
	assert_int_equal(r->units_n, IG_REPORT_UNITS);
	assert_int_equal(r->phases_n, IG_REPORT_PHASES);
	assert_true(r->bad > 10);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(reads_a_whole_boot),
		CASE(the_smallest_delay_tells_when_the_kernel_began),
		CASE(a_service_given_up_is_a_failure_until_it_is_revived),
		CASE(what_is_not_understood_is_counted),
		CASE(what_a_later_guest_says_is_passed_over),
		CASE(another_version_tells_nothing),
		CASE(a_line_of_any_length_does_no_harm),
		CASE(a_guest_cannot_take_all_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
