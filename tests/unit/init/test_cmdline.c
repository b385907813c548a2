/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cmdline.h"

static void consoles_are_taken_in_order_and_once(void **state)
{
	struct consoles c = { .n = 0 };

	(void)state;
	consoles_active(&c, "tty0 ttyS0\n");
	cmdline_consoles(
		&c,
		"quiet console=ttyS0,115200n8 root=x console=hvc0 console=tty0 -- console=ttyS9\n");
	assert_int_equal(c.n, 3);
	assert_string_equal(c.name[0], "tty0");
	assert_string_equal(c.name[1], "ttyS0");
	assert_string_equal(c.name[2], "hvc0");
}

static void bad_console_names_are_ignored(void **state)
{
	struct consoles c = { .n = 0 };

	(void)state;
	cmdline_consoles(
		&c,
		"console= console=, console=../../etc/passwd console=.. console=a/b xconsole=ttyS1 console");
	cmdline_consoles(&c,
			 "console=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	cmdline_consoles(&c, "");
	assert_int_equal(c.n, 0);
}

static void more_consoles_than_fit_are_ignored(void **state)
{
	struct consoles c = { .n = 0 };

	(void)state;
	consoles_active(&c, "a b c d e f g h i j k");
	assert_int_equal(c.n, CMDLINE_CONSOLES);
	assert_string_equal(c.name[CMDLINE_CONSOLES - 1], "h");
}

static void module_options_are_collected(void **state)
{
	static const struct {
		const char *text;
		const char *module;
		const char *want;
	} cases[] = {
		{ "quiet nvme.x=1 nvme_core.y=2 nvme.z=\"a b\"", "nvme",
		  "x=1 z=\"a b\"" },
		{ "snd-hda.a=1 snd_hda.b=2", "snd_hda", "a=1 b=2" },
		{ "quiet nvme", "nvme", "" },
		{ "nvme.", "nvme", "" },
		{ "a.b=1 -- nvme.c=2", "nvme", "" },
		{ "", "nvme", "" },
	};
	char out[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(cmdline_params(cases[i].text, cases[i].module,
						out, sizeof(out)),
				 0);
		assert_string_equal(out, cases[i].want);
	}
	char small[6];

	assert_int_equal(
		cmdline_params("m.a=1 m.b=2", "m", small, sizeof(small)), -1);
	assert_string_equal(small, "");
}

static const char *note(void *ctx, const char *key, const char *value)
{
	char *seen = ctx;
	size_t used = strlen(seen);

	snprintf(seen + used, 200 - used, "[%s|%s]", key,
		 value ? value : "none");
	return strcmp(key, "stop") == 0 ? "told to" : NULL;
}

static void words_come_without_quotes_up_to_the_dashes(void **state)
{
	char seen[200] = "";

	(void)state;
	assert_null(cmdline_args(" ro a=1 b= c=\"x y\" \"d=x y\" e==\n -- f=1",
				 note, seen));
	assert_string_equal(seen, "[ro|none][a|1][b|][c|x y][d|x y][e|=]");
	seen[0] = '\0';
	assert_string_equal(cmdline_args("a stop b", note, seen), "told to");
	assert_string_equal(seen, "[a|none][stop|none]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(consoles_are_taken_in_order_and_once),
		cmocka_unit_test(bad_console_names_are_ignored),
		cmocka_unit_test(more_consoles_than_fit_are_ignored),
		cmocka_unit_test(module_options_are_collected),
		cmocka_unit_test(words_come_without_quotes_up_to_the_dashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
