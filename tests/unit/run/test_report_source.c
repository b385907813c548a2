/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/own.h>

#include "run_internal.h"

#define START(image)                                                           \
	"{\"ms\":1,\"event\":\"start\",\"report\":1,\"image\":\"" image "\"}"
#define BOOTED "{\"ms\":5,\"event\":\"booted\"}"
#define GIVEN                                                                  \
	"{\"ms\":4,\"event\":\"given-up\",\"kind\":\"service\",\"name\":\"a\"}"

/* What comes: "port …", "line …", in this order. */
static void what_counts(const char *const *events, const char *image,
			int64_t booted)
{
	struct report_source s;
	struct ig_report report;

	ig_report_init(&report);
	report_source_init(&s, &report);
	for (; *events; events++) {
		const char *text = *events + 5;

		if (**events == 'l') {
			report_source_line(&s, text, 9000);
			continue;
		}
		report_source_port(&s, text, strlen(text), 9000);
		report_source_port(&s, "\n", 1, 9000);
	}
	report_source_end(&s);
	report_source_done(&s);
	assert_int_equal(report.begun, image != NULL);
	if (image)
		assert_string_equal(report.image, image);
	assert_int_equal(report.booted, booted);
	ig_report_done(&report);
}

static void the_port_goes_before_the_console(void **state)
{
	static const char *const both[] = { "line " START("serial"),
					    "port " START("port"),
					    "line " BOOTED, NULL };
	static const char *const all[] = { "line " START("serial"),
					   "port " START("port"),
					   "port " BOOTED, NULL };
	static const char *const no_lines[] = { "port " START("port"), NULL };

	(void)state;
	what_counts(both, "port", -1);
	what_counts(all, "port", 5000);
	what_counts(no_lines, "port", -1);
}

static void the_console_counts_where_there_is_no_port(void **state)
{
	static const char *const booted[] = {
		"line " START("serial"), "line " BOOTED,
		/* too late to be the machine's own */
		"port " START("port"),
		"line {\"ms\":6,\"event\":\"lost\",\"records\":3}", NULL
	};
	static const char *const ended[] = { "line " START("serial"), NULL };
	static const char *const none[] = { "line x", "line " BOOTED, NULL };

	(void)state;
	what_counts(booted, "serial", 5000);
	what_counts(ended, "serial", -1);
	what_counts(none, NULL, -1);
}

static void a_failure_on_the_console_is_known_at_once(void **state)
{
	struct report_source s;
	struct ig_report report;

	(void)state;
	ig_report_init(&report);
	report_source_init(&s, &report);
	report_source_line(&s, START("i"), 9000);
	assert_false(report.begun);
	report_source_line(&s, GIVEN, 9000);
	assert_true(report.begun && ig_report_failed(&report));
	assert_int_equal(report.offset, 5000);
	report_source_done(&s);
	ig_report_done(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_goes_before_the_console),
		cmocka_unit_test(the_console_counts_where_there_is_no_port),
		cmocka_unit_test(a_failure_on_the_console_is_known_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
