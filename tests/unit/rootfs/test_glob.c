/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ingot/glob.h>
#include <ingot/own.h>

static void matches_as_a_shell_with_double_stars(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool want;
	} cases[] = {
		{ "a", "a", true },
		{ "/a", "a", true },
		{ "a", "/a", true },
		{ "a", "b", false },
		{ "", "", true },
		{ "*", "abc", true },
		{ "*", "a/b", false },
		{ "a/*", "a/b", true },
		{ "a/*", "a", false },
		{ "a/*", "a/b/c", false },
		{ "a/**", "a/b/c", true },
		{ "a/**", "a", false },
		{ "**", "a/b", true },
		{ "**/b", "a/x/b", true },
		{ "**/b", "b", true },
		{ "**/b", "ab", false },
		{ "a/**/b", "a/b", true },
		{ "a/**/b", "a/x/y/b", true },
		{ "a/**/b", "a/x/yb", false },
		{ "lib/*/libanl*", "lib/x86_64-linux-gnu/libanl.so.1", true },
		{ "lib/*/*.a", "lib/x/liba.a", true },
		{ "lib/*/*.a", "lib/x/y/liba.a", false },
		{ "?", "a", true },
		{ "?", "/", false },
		{ "a?c", "a/c", false },
		{ "[a-c]x", "bx", true },
		{ "[!a-c]x", "bx", false },
		{ "[^a-c]x", "dx", true },
		{ "[]]", "]", true },
		{ "[ab", "[ab", true },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "*a*b*c", "xaybzc", true },
		{ "*a*b*c", "xaybz", false },
		{ "**/x*/**/y", "a/b/xc/d/e/y", true },
		{ "a**", "a/b", true },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		if (ig_glob(cases[i].pattern, cases[i].path) != cases[i].want)
			fail_msg("'%s' and '%s'", cases[i].pattern,
				 cases[i].path);
	}
}

static void many_stars_cost_little(void **state)
{
	char pattern[401];
	char path[2001];

	(void)state;
	for (size_t i = 0; i < 400; i += 2)
		memcpy(pattern + i, "*a", 2);
	memcpy(pattern + 398, "*b", 2);
	pattern[400] = '\0';
	memset(path, 'a', 2000);
	path[2000] = '\0';
	assert_false(ig_glob(pattern, path));
	for (size_t i = 0; i < 396; i += 4)
		memcpy(pattern + i, "**/a", 4);
	assert_false(ig_glob(pattern, path));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_as_a_shell_with_double_stars),
		cmocka_unit_test(many_stars_cost_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
