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

#include "cli.h"

static struct {
	bool quiet, offline;
	const char *name, *dir;
	struct cli_list formats, disks;
} got;

const struct cli_option cli_global[] = {
	{ "quiet", 'q', NULL, "say less", .flag = &got.quiet },
	{ 0 },
};

static const struct cli_option *options(void)
{
	static const struct cli_option list[] = {
		{ "format", 'f', "LIST", "", .list = &got.formats },
		{ "disk", 0, "DISK", "", .list = &got.disks, .whole = true },
		{ "name", 'n', "NAME", "", .text = &got.name },
		{ "dir", 0, "DIR", "", .text = &got.dir },
		{ "offline", 0, NULL, "", .flag = &got.offline },
		{ 0 },
	};

	return list;
}

static const struct cli_command command = { .name = "x", .options = options };

#define WORDS_MAX 16

/* @text as words into argv, whose storage is @copy. */
static int split(char *argv[WORDS_MAX], char copy[256], const char *text)
{
	char *save = NULL;
	int argc = 0;

	strncpy(copy, text, 255);
	for (char *word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	return argc;
}

static int reset(void **state)
{
	(void)state;
	cli_list_done(&got.formats);
	cli_list_done(&got.disks);
	memset(&got, 0, sizeof(got));
	return 0;
}

static void takes_options_out_and_leaves_words(void **state)
{
	static const char *const lines[] = {
		"x -f tar,iso -n web --dir=out --offline -q a.yml b.yml",
		"x a.yml -ftar --format iso -qn web b.yml --dir out --off",
		"x -qn web --fo tar,iso --dir out --off -- a.yml b.yml",
	};

	for (size_t i = 0; i < IG_COUNT(lines); i++) {
		char *argv[WORDS_MAX], copy[256] = "";
		int argc = split(argv, copy, lines[i]);
		struct ig_err err = { 0 };

		reset(state);
		argc = cli_parse(&command, argc, argv, &err);
		assert_int_equal(argc, 2);
		assert_string_equal(argv[0], "a.yml");
		assert_string_equal(argv[1], "b.yml");
		assert_null(argv[2]);
		assert_int_equal(got.formats.n, 2);
		assert_string_equal(got.formats.v[0], "tar");
		assert_string_equal(got.formats.v[1], "iso");
		assert_null(got.formats.v[2]);
		assert_string_equal(got.name, "web");
		assert_string_equal(got.dir, "out");
		assert_true(got.offline);
		assert_true(got.quiet);
	}
}

static void keeps_commas_of_options_that_are_whole(void **state)
{
	char *argv[WORDS_MAX], copy[256] = "";
	int argc = split(argv, copy, "x --disk a,size=1G --disk b");
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(cli_parse(&command, argc, argv, &err), 0);
	assert_int_equal(got.disks.n, 2);
	assert_string_equal(got.disks.v[0], "a,size=1G");
}

static void leaves_what_follows_a_command_to_it(void **state)
{
	char *argv[WORDS_MAX], copy[256] = "";
	int argc = split(argv, copy, "ingot -q build --offline -f tar");
	struct ig_err err = { 0 };

	(void)state;
	argc = cli_parse(NULL, argc, argv, &err);
	assert_int_equal(argc, 4);
	assert_string_equal(argv[0], "build");
	assert_true(got.quiet);
	assert_int_equal(cli_parse(&command, argc, argv, &err), 0);
	assert_true(got.offline);
}

static void says_what_is_wrong_with_an_option(void **state)
{
	static const struct {
		const char *line, *part;
	} cases[] = {
		{ "x --formt tar", "'--formt', did you mean '--format'?" },
		{ "x --ofline", "did you mean '--offline'?" },
		{ "x --nmae=web", "did you mean '--name'?" },
		{ "x --quite", "did you mean '--quiet'?" },
		{ "x --entirely-else", "unknown option '--entirely-else'" },
		{ "x -z", "unknown option '-z'" },
		{ "x -qz", "unknown option '-z'" },
		{ "x --name", "option '--name' wants a value" },
		{ "x -n", "option '-n' wants a value" },
		{ "x --offline=yes", "'--offline=yes'" },
	};

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		char *argv[WORDS_MAX], copy[256] = "";
		int argc = split(argv, copy, cases[i].line);
		struct ig_err err = { 0 };

		reset(state);
		assert_int_equal(cli_parse(&command, argc, argv, &err), -1);
		assert_int_equal(err.code, IG_EUSAGE);
		if (!strstr(err.msg, cases[i].part))
			fail_msg("%s: %s", cases[i].line, err.msg);
	}
}

static void reads_numbers_in_their_range(void **state)
{
	static const char *const bad[] = {
		"", "0", "11", "-1", "5x", " 5", "99999999999999999999"
	};
	struct ig_err err = { 0 };
	uint64_t n = 0;

	(void)state;
	assert_int_equal(cli_number(&n, "cpus", "10", 1, 10, &err), 0);
	assert_int_equal(n, 10);
	for (size_t i = 0; i < IG_COUNT(bad); i++) {
		assert_int_equal(cli_number(&n, "cpus", bad[i], 1, 10, &err),
				 -1);
		assert_int_equal(err.code, IG_EUSAGE);
		assert_non_null(
			strstr(err.msg, "--cpus takes a number from 1 to 10"));
	}
}

static void knows_architectures_by_both_names(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{ "amd64", "amd64" },
		{ "x86_64", "amd64" },
		{ "arm64", "arm64" },
		{ "aarch64", "arm64" },
		{ "riscv64", "riscv64" },
		{ "pdp11", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		const char *arch = cases[i].text;
		struct ig_err err = { 0 };
		int result = cli_arch(&arch, &err);

		assert_int_equal(result, cases[i].want ? 0 : -1);
		if (cases[i].want)
			assert_string_equal(arch, cases[i].want);
		else
			assert_int_equal(err.code, IG_EUSAGE);
	}
}

static void expect_cache(const char *given, const char *want)
{
	struct ig_err err = { 0 };
	ig_autofree char *dir = cli_cache_dir(given, &err);

	assert_true(ig_streq(dir, want));
	if (!want)
		assert_int_equal(err.code, IG_EUSAGE);
}

static void looks_for_the_cache_in_its_order(void **state)
{
	(void)state;
	setenv("INGOT_CACHE", "/a", 1);
	setenv("XDG_CACHE_HOME", "/b", 1);
	setenv("HOME", "/c", 1);
	expect_cache("/given", "/given");
	expect_cache(NULL, "/a");
	setenv("INGOT_CACHE", "", 1);
	expect_cache(NULL, "/b/ingot");
	setenv("XDG_CACHE_HOME", "relative", 1);
	expect_cache(NULL, "/c/.cache/ingot");
	unsetenv("HOME");
	expect_cache(NULL, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			takes_options_out_and_leaves_words, reset, reset),
		cmocka_unit_test_setup_teardown(
			keeps_commas_of_options_that_are_whole, reset, reset),
		cmocka_unit_test_setup_teardown(
			leaves_what_follows_a_command_to_it, reset, reset),
		cmocka_unit_test_setup_teardown(
			says_what_is_wrong_with_an_option, reset, reset),
		cmocka_unit_test(reads_numbers_in_their_range),
		cmocka_unit_test(knows_architectures_by_both_names),
		cmocka_unit_test(looks_for_the_cache_in_its_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
