/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/jsonout.h"

static void expect_text(const char *text, size_t len, const char *want)
{
	char buf[200];
	struct jsonout out = { .buf = buf, .cap = sizeof(buf) };

	jsonout_begin(&out);
	jsonout_text(&out, "t", text, len);
	assert_true(jsonout_end(&out));
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(buf, want, out.len);
}

static void text_is_always_valid_json(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "plain", "{\"t\":\"plain\"}\n" },
		{ "\"\\\n\x1b\x7f",
		  "{\"t\":\"\\\"\\\\\\u000a\\u001b\\u007f\"}\n" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
		  "{\"t\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}\n" },
		/* Latin-1, cut, overlong, surrogate, too large, alone */
		{ "\xe4!", "{\"t\":\"\xef\xbf\xbd!\"}\n" },
		{ "\xe2\x82", "{\"t\":\"\xef\xbf\xbd\xef\xbf\xbd\"}\n" },
		{ "\xc0\xaf", "{\"t\":\"\xef\xbf\xbd\xef\xbf\xbd\"}\n" },
		{ "\xed\xa0\x80",
		  "{\"t\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}\n" },
		{ "\xf5\x80", "{\"t\":\"\xef\xbf\xbd\xef\xbf\xbd\"}\n" },
		{ "\x80", "{\"t\":\"\xef\xbf\xbd\"}\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_text(cases[i].text, strlen(cases[i].text),
			    cases[i].want);
	expect_text("a\0b", 3, "{\"t\":\"a\\u0000b\"}\n");
}

static void values_are_what_they_are(void **state)
{
	static const char want[] =
		"{\"w\":\"x\",\"n\":-9223372036854775808,\"b\":true,\"c\":false}\n{}\n";
	char buf[200];
	struct jsonout out = { .buf = buf, .cap = sizeof(buf) };

	(void)state;
	jsonout_begin(&out);
	jsonout_word(&out, "w", "x");
	jsonout_int(&out, "n", INT64_MIN);
	jsonout_bool(&out, "b", true);
	jsonout_bool(&out, "c", false);
	assert_true(jsonout_end(&out));
	jsonout_begin(&out);
	assert_true(jsonout_end(&out));
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(buf, want, out.len);
}

static void what_does_not_fit_is_taken_back(void **state)
{
	(void)state;
	/* {"a":"123"} and a line's end are 12 bytes */
	for (size_t cap = 0; cap < 30; cap++) {
		char buf[40];
		struct jsonout out = { .buf = buf, .cap = cap };

		memset(buf, 'x', sizeof(buf));
		for (int i = 0; i < 3; i++) {
			jsonout_begin(&out);
			jsonout_word(&out, "a", "123");
			jsonout_end(&out);
		}
		assert_int_equal(out.len, cap / 12 * 12);
		assert_int_equal(buf[cap], 'x');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_always_valid_json),
		cmocka_unit_test(values_are_what_they_are),
		cmocka_unit_test(what_does_not_fit_is_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
