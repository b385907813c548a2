/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include "yaml_tree.h"

static void types_scalars_as_yaml_v3_does(void **state)
{
	static const struct {
		const char *text;
		enum ig_ytype type;
	} cases[] = {
		{ "", IG_Y_NULL },
		{ "~", IG_Y_NULL },
		{ "null", IG_Y_NULL },
		{ "NULL", IG_Y_NULL },
		{ "nULL", IG_Y_STR },
		{ "true", IG_Y_BOOL },
		{ "True", IG_Y_BOOL },
		{ "FALSE", IG_Y_BOOL },
		{ "tRue", IG_Y_STR },
		{ "yes", IG_Y_STR },
		{ "no", IG_Y_STR },
		{ "on", IG_Y_STR },
		{ "y", IG_Y_STR },
		{ "0", IG_Y_INT },
		{ "-12", IG_Y_INT },
		{ "+12", IG_Y_INT },
		{ "010", IG_Y_INT },
		{ "0x1F", IG_Y_INT },
		{ "0o17", IG_Y_INT },
		{ "0b101", IG_Y_INT },
		{ "1_000", IG_Y_INT },
		{ "_1", IG_Y_STR },
		{ "0x", IG_Y_STR },
		{ "0xg", IG_Y_STR },
		{ "08", IG_Y_FLOAT },
		{ "1e3", IG_Y_FLOAT },
		{ "1.5", IG_Y_FLOAT },
		{ ".5", IG_Y_FLOAT },
		{ "1.", IG_Y_FLOAT },
		{ ".", IG_Y_STR },
		{ "-", IG_Y_STR },
		{ "-.", IG_Y_STR },
		{ "1e", IG_Y_STR },
		{ "1.2.3", IG_Y_STR },
		{ ".inf", IG_Y_FLOAT },
		{ "-.INF", IG_Y_FLOAT },
		{ ".NaN", IG_Y_FLOAT },
		{ "inf", IG_Y_STR },
		{ "2001-01-01", IG_Y_STR },
		{ "1:30", IG_Y_STR },
		{ "9223372036854775808", IG_Y_INT },
		{ "99999999999999999999", IG_Y_FLOAT },
		{ "-9223372036854775809", IG_Y_FLOAT },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		enum ig_ytype type = ig_scalar_type(cases[i].text);

		if (type != cases[i].type)
			fail_msg("'%s' is %d", cases[i].text, type);
	}
}

static void reads_whole_numbers(void **state)
{
	static const struct {
		const char *text;
		int rc;
		int64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "-0", 0, 0 },
		{ "010", 0, 8 },
		{ "0_10", 0, 8 },
		{ "0x1F", 0, 31 },
		{ "-0x10", 0, -16 },
		{ "0o17", 0, 15 },
		{ "0b101", 0, 5 },
		{ "1_000_000", 0, 1000000 },
		{ "08", 0, 8 },
		{ "1e3", 0, 1000 },
		{ "-2.0", 0, -2 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "-9223372036854775808", 0, INT64_MIN },
		{ "9223372036854775808", -1, 0 },
		{ "1e300", -1, 0 },
		{ "1.5", -1, 0 },
		{ ".nan", -1, 0 },
		{ "x", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		int64_t value = 0;
		int rc = ig_scalar_int(&value, cases[i].text);

		if (rc != cases[i].rc || (!rc && value != cases[i].value))
			fail_msg("'%s' gives %d, %lld", cases[i].text, rc,
				 (long long)value);
	}
}

static void quotes_text_for_messages(void **state)
{
	char out[IG_QUOTE];

	(void)state;
	assert_string_equal(ig_spec_quote(out, "a\x1b[2Jb\n"), "a?[2Jb?");
	ig_spec_quote(out, "0123456789012345678901234567890123456789"
			   "0123456789012345678\xc3\xbc and more");
	assert_string_equal(out, "0123456789012345678901234567890123456789"
				 "0123456789012345678...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_scalars_as_yaml_v3_does),
		cmocka_unit_test(reads_whole_numbers),
		cmocka_unit_test(quotes_text_for_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
