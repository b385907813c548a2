/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

static void copies_without_looking_for_nul(void **state)
{
	ig_autofree char *raw = malloc(3);
	ig_autofree char *copy = NULL;
	ig_autofree char *empty = ig_strcopy(NULL, 0);

	(void)state;
	assert_non_null(raw);
	for (int i = 0; i < 3; i++)
		raw[i] = (char)('a' + i);
	copy = ig_strcopy(raw, 3);
	assert_string_equal(copy, "abc");
	assert_string_equal(empty, "");
	assert_null(ig_strcopy(raw, SIZE_MAX));
}

static void formats_to_new_memory(void **state)
{
	struct ig_err err = { 0 };
	ig_autofree char *text = ig_format(&err, "%s-%d", "x", 3);
	ig_autofree char *copy = ig_strdup("copy", &err);

	(void)state;
	assert_string_equal(text, "x-3");
	assert_string_equal(copy, "copy");
}

static void compares_heads_tails_and_null(void **state)
{
	(void)state;
	assert_true(ig_starts("image.yml", "image"));
	assert_true(ig_starts("x", ""));
	assert_false(ig_starts("im", "image"));
	assert_true(ig_ends("image.yml", ".yml"));
	assert_true(ig_ends("x", ""));
	assert_false(ig_ends("yml", ".yml"));
	assert_true(ig_streq(NULL, NULL));
	assert_false(ig_streq(NULL, ""));
	assert_false(ig_streq("", NULL));
	assert_true(ig_streq("a", "a"));
	assert_false(ig_streq("a", "b"));
}

static void knows_utf8(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		bool ok;
	} cases[] = {
		{ "", 0, true },
		{ "plain", 5, true },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, true },
		{ "\xed\x9f\xbf\xee\x80\x80", 6, true },
		{ "\xf4\x8f\xbf\xbf", 4, true },
		{ "nul\0", 4, false },
		{ "\x80", 1, false },		  /* alone */
		{ "\xc0\xaf", 2, false },	  /* overlong '/' */
		{ "\xc1\xbf", 2, false },	  /* overlong */
		{ "\xe0\x80\xaf", 3, false },	  /* overlong */
		{ "\xf0\x80\x80\xaf", 4, false }, /* overlong */
		{ "\xed\xa0\x80", 3, false },	  /* surrogate */
		{ "\xf4\x90\x80\x80", 4, false }, /* past U+10FFFF */
		{ "\xf5\x80\x80\x80", 4, false },
		{ "\xff", 1, false },
		{ "\xc3", 1, false },	      /* cut */
		{ "\xe2\x82", 2, false },     /* cut */
		{ "\xf0\x9f\x98", 3, false }, /* cut */
		{ "\xe2\x28\xa1", 3, false },
		{ "\xe2\x82\x28", 3, false },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		if (ig_utf8_ok(cases[i].text, cases[i].len) != cases[i].ok)
			fail_msg("case %zu", i);
	}
}

static void knows_what_a_terminal_can_be_given(void **state)
{
	static const struct {
		const char *text;
		size_t len, shown;
	} cases[] = {
		{ "", 0, 0 },
		{ "ab", 1, 1 },
		{ "\033[2J", 1, 0 },
		{ "\177", 1, 0 },
		{ "\xc3\xa4", 2, 2 },
		{ "\xc2\x9b", 2, 0 }, /* CSI */
		{ "\xc2\xa0", 2, 2 },
		{ "\xe2\x82\xac", 3, 3 },
		{ "\xe2\x80\x8a", 3, 3 },
		{ "\xe2\x80\x8b", 3, 0 }, /* of no width */
		{ "\xe2\x80\x8f", 3, 0 }, /* right to left */
		{ "\xe2\x80\x90", 3, 3 },
		{ "\xe2\x80\xa7", 3, 3 },
		{ "\xe2\x80\xa8", 3, 0 }, /* end of a line */
		{ "\xe2\x80\xae", 3, 0 }, /* from here on backwards */
		{ "\xe2\x81\x9f", 3, 3 },
		{ "\xe2\x81\xa6", 3, 0 }, /* isolated */
		{ "\xef\xbf\xbd", 3, 3 },
		{ "\xef\xbf\xbe", 3, 0 },
		{ "\xf0\x9f\x98\x80", 4, 4 },
		{ "\xf0\x9f\x98", 0, 0 },
		{ "\xff", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		if (ig_utf8_char(cases[i].text) != cases[i].len ||
		    ig_utf8_shown(cases[i].text) != cases[i].shown)
			fail_msg("case %zu", i);
	}
}

static void parses_decimal_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		const char *message; /* NULL: fine */
	} cases[] = {
		{ "0", 0, NULL },
		{ "007", 7, NULL },
		{ "18446744073709551615", UINT64_MAX, NULL },
		{ "18446744073709551616", 0, "too large" },
		{ "99999999999999999999999", 0, "too large" },
		{ "", 0, "missing" },
		{ "-1", 0, "not a decimal" },
		{ "+1", 0, "not a decimal" },
		{ " 1", 0, "not a decimal" },
		{ "1 ", 0, "not a decimal" },
		{ "0x10", 0, "not a decimal" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		uint64_t value = 0;
		int ret = ig_parse_u64(&value, cases[i].text, &err);

		assert_int_equal(ret, cases[i].message ? -1 : 0);
		assert_true(value == cases[i].value);
		if (cases[i].message) {
			assert_int_equal(err.code, IG_EFORMAT);
			assert_non_null(strstr(err.msg, cases[i].message));
		}
	}
}

static void parses_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bare;
		uint64_t value; /* 0: refused */
	} cases[] = {
		{ "1K", 0, 1024 },
		{ "512M", 0, 512u << 20 },
		{ "007M", 0, 7u << 20 },
		{ "4G", 0, (uint64_t)4 << 30 },
		{ "4GiB", 0, (uint64_t)4 << 30 },
		{ "2T", 0, (uint64_t)2 << 40 },
		{ "1024T", 0, (uint64_t)1 << 50 },
		{ "4", 1u << 30, (uint64_t)4 << 30 },
		{ "4", 0, 0 },
		{ "1025T", 0, 0 },
		{ "1048577", 1u << 30, 0 },
		{ "99999999999999999999999999999999M", 0, 0 },
		{ "18446744073709551617K", 0, 0 },
		{ "", 1, 0 },
		{ "G", 1, 0 },
		{ "0G", 0, 0 },
		{ "0", 1, 0 },
		{ "-1G", 0, 0 },
		{ " 1G", 0, 0 },
		{ "1 G", 0, 0 },
		{ "1g", 0, 0 },
		{ "1GB", 0, 0 },
		{ "1GiBs", 0, 0 },
		{ "1.5G", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		uint64_t value = 0;
		int ret = ig_parse_size(&value, cases[i].text, cases[i].bare,
					&err);

		assert_int_equal(ret, cases[i].value ? 0 : -1);
		assert_true(value == cases[i].value);
		if (ret < 0) {
			assert_int_equal(err.code, IG_EUSAGE);
			assert_non_null(strstr(err.msg, "write 512M or 4G"));
		}
	}
}

static void takes_a_source_date_that_is_a_number(void **state)
{
	static const struct {
		const char *text;
		int64_t want; /* -1: refused */
	} cases[] = {
		{ "0", 0 },
		{ "1400000000", 1400000000 },
		{ "4294967295", 4294967295 },
		{ "4294967296", -1 },
		{ "99999999999999999999", -1 },
		{ "", -1 },
		{ "-1", -1 },
		{ "+1", -1 },
		{ "1.5", -1 },
		{ "12x", -1 },
		{ " 12", -1 },
		{ "12\n", -1 },
		{ "0x10", -1 },
	};
	struct ig_err err;
	int64_t got;

	(void)state;
	unsetenv("SOURCE_DATE_EPOCH");
	assert_int_equal(ig_source_date(&got, 77, &err), 0);
	assert_true(got == 77);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		bool good = cases[i].want >= 0;

		setenv("SOURCE_DATE_EPOCH", cases[i].text, 1);
		assert_int_equal(ig_source_date(&got, 77, &err), good ? 0 : -1);
		assert_true(got == (good ? cases[i].want : 77));
		if (!good)
			assert_int_equal(err.code, IG_EUSAGE);
	}
	unsetenv("SOURCE_DATE_EPOCH");
}

static void finds_the_nearest_word(void **state)
{
	static const char *const words[] = { "kernel", "init",	   "onboot",
					     "files",  "services", "trust",
					     "rm",     NULL };
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "kernal", "kernel" },
		{ "kerenl", "kernel" },
		{ "onbot", "onboot" },
		{ "service", "services" },
		{ "sevrices", "services" },
		{ "inti", "init" },
		{ "file", "files" },
		{ "files", "files" },
		{ "r", NULL },
		{ "", NULL },
		{ "volumes", NULL },
		{ "xyz", NULL },
		{ "rn", "rm" },
	};
	char longer[200];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		if (!ig_streq(ig_nearest(cases[i].text, words), cases[i].want))
			fail_msg("case '%s'", cases[i].text);
	}
	memset(longer, 'k', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_null(ig_nearest(longer, words));
	assert_null(ig_nearest("init", (const char *const[]){ longer, NULL }));
}

static void writes_hex(void **state)
{
	char out[7];

	(void)state;
	ig_hex(out, (const unsigned char *)"\x00\xaf\x5c", 3);
	assert_string_equal(out, "00af5c");
	ig_hex(out, NULL, 0);
	assert_string_equal(out, "");
}

static void writes_sizes_for_people(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *want;
	} cases[] = {
		{ 0, "0 B" },
		{ 999, "999 B" },
		{ 1000, "1.0 kB" },
		{ 12345678, "12.3 MB" },
		{ 12350000, "12.4 MB" },
		{ 999949, "999.9 kB" },
		{ 999950, "1.0 MB" },
		{ 4000000000, "4.0 GB" },
		{ UINT64_MAX, "18.4 EB" },
	};
	char out[16];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		assert_string_equal(ig_size_text(out, cases[i].bytes),
				    cases[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_without_looking_for_nul),
		cmocka_unit_test(formats_to_new_memory),
		cmocka_unit_test(compares_heads_tails_and_null),
		cmocka_unit_test(knows_utf8),
		cmocka_unit_test(knows_what_a_terminal_can_be_given),
		cmocka_unit_test(parses_decimal_numbers),
		cmocka_unit_test(parses_sizes),
		cmocka_unit_test(takes_a_source_date_that_is_a_number),
		cmocka_unit_test(finds_the_nearest_word),
		cmocka_unit_test(writes_hex),
		cmocka_unit_test(writes_sizes_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
