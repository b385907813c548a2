/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <ingot/str.h>

static void says_what_can_be_printed(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "plain", "plain" },
		{ "a\nb\tc\033[2J\177", "a?b?c?[2J?" },
		{ "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" },
		{ "\xff\xc3", "??" },
		{ "a\xc2\x9b"
		  "31m",
		  "a??31m" },
		{ "a\xe2\x80\xa8"
		  "b",
		  "a???b" },
		{ "a\xe2\x80\xae"
		  "b",
		  "a???b" },
		{ "\xed\xa0\x80", "???" },
		{ "", "" },
	};
	char out[IG_SUITE_REASON];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		reason_set(out, "%s", cases[i].text);
		assert_string_equal(out, cases[i].want);
	}
}

static void is_cut_at_a_character(void **state)
{
	char text[2000];
	char out[IG_SUITE_REASON];

	(void)state;
	for (size_t lead = 0; lead < 4; lead++) {
		memset(text, 'x', lead);
		for (size_t i = lead; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "\xe2\x82\xac", 4);
		reason_set(out, "%s", text);
		assert_true(strlen(out) < sizeof(out));
		assert_true(strlen(out) > sizeof(out) - 5);
		assert_true(ig_utf8_ok(out, strlen(out)));
		assert_null(strchr(out, '?'));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_can_be_printed),
		cmocka_unit_test(is_cut_at_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
