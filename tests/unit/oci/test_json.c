/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

static void escapes_as_go_does(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "\"\"" },
		{ "plain", "\"plain\"" },
		{ "\"\\/", "\"\\\"\\\\/\"" },
		{ "\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\"" },
		{ "\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\"" },
		{ "<a&b>", "\"\\u003ca\\u0026b\\u003e\"" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
		  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		{ "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa",
		  "\"\\u2028\\u2029\xe2\x80\xaa\"" },
		{ "\xff", "\"\\ufffd\"" },
		{ "a\xe2\x82", "\"a\\ufffd\\ufffd\"" },
		{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },
		{ "\xc0\x80", "\"\\ufffd\\ufffd\"" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_buf out = IG_BUF_INIT(1000);
		struct ig_err err = { 0 };

		assert_int_equal(ig_json_string(&out, cases[i].text, &err), 0);
		assert_string_equal(out.data, cases[i].want);
		ig_buf_done(&out);
	}
}

static void fails_when_the_buffer_is_full(void **state)
{
	struct ig_err err = { 0 };

	(void)state;
	for (size_t max = 0; max < 8; max++) {
		struct ig_buf out = IG_BUF_INIT(max);

		assert_int_equal(ig_json_string(&out, "\n<", &err), -1);
		assert_int_equal(err.code, IG_ELIMIT);
		ig_buf_done(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_as_go_does),
		cmocka_unit_test(fails_when_the_buffer_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
