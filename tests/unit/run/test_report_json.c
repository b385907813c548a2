/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>

#include "report_test.h"

static void expect(const struct ig_report *r, const char *end, const char *want)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(65536);
	struct ig_err err = { 0 };

	assert_int_equal(ig_report_json(&text, r, end, &err), 0);
	for (char *c = text.data; *c; c++)
		*c = *c == '"' ? '\'' : *c;
	assert_string_equal(text.data, want);
}

static void writes_all_that_is_known(void **state)
{
	IG_AUTO(ig_report_done) struct ig_report r;

	(void)state;
	ig_report_init(&r);
	feed(&r, start, 400000);
	feed(&r, whole, 900000);
	feed(&r, ending, 900000);
	expect(&r, "off",
	       "{\n  'report': 1,\n  'kernel': '6.1',\n  'machine': 'x86_64',\n"
	       "  'image': 'ab',\n  'consoles': 'ttyS0 tty0',\n"
	       "  'offset': 300.0,\n  'firmware': 5.0,\n  'loader': 2.5,\n"
	       "  'phases': [\n    {\n      'name': 'kernel',\n"
	       "      'from': 0.0,\n      'to': 80.0\n    }\n  ],\n"
	       "  'onboot': [\n    {\n      'name': '000-a',\n"
	       "      'started': 110.0,\n      'up': 111.0,\n"
	       "      'ended': 120.0,\n      'code': 3,\n      'runs': 1,\n"
	       "      'state': 'code 3',\n      'failed': true\n    }\n  ],\n"
	       "  'services': [\n    {\n      'name': 'web',\n"
	       "      'started': 125.125,\n      'up': 140.0,\n"
	       "      'ready': 145.0,\n      'ended': 210.0,\n"
	       "      'signal': 15,\n      'runs': 2,\n"
	       "      'state': 'signal 15, run 2',\n"
	       "      'failed': false\n    }\n  ],\n  'onshutdown': [],\n"
	       "  'booted': 150.0,\n  'memoryKiB': 2048,\n"
	       "  'availableKiB': 1024,\n  'shutdown': 200.0,\n"
	       "  'how': 'reboot',\n  'reason': 'told',\n  'off': 220.0,\n"
	       "  'clean': true,\n  'lost': 0,\n  'notUnderstood': 0,\n"
	       "  'end': 'off'\n}\n");
}

static void what_has_not_happened_is_not_there(void **state)
{
	IG_AUTO(ig_report_done) struct ig_report r;

	(void)state;
	ig_report_init(&r);
	feed(&r, "{'ms':1,'event':'start','report':1,'kernel':'\\u0007'}\n", 0);
	expect(&r, NULL,
	       "{\n  'report': 1,\n  'kernel': '\\u0007',\n"
	       "  'phases': [],\n  'onboot': [],\n  'services': [],\n"
	       "  'onshutdown': [],\n  'lost': 0,\n"
	       "  'notUnderstood': 0\n}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_all_that_is_known),
		cmocka_unit_test(what_has_not_happened_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
