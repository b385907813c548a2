/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/harden.h"

#define KEY "kernel.kptr_restrict"

static void a_file_that_sets_the_key_is_seen(void **state)
{
	static const char *const texts[] = {
		"kernel.kptr_restrict=1",
		"# x\n\n  kernel.kptr_restrict = 1\n",
		"kernel/kptr_restrict\t=\t0\r\n",
		"a.b=1\n-kernel.kptr_restrict = 1\nc.d=2\n",
		"kernel.kptr_restrict=",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(harden_is_set(texts[i], KEY));
}

static void other_lines_are_not(void **state)
{
	static const char *const texts[] = {
		"",
		"=",
		"\n\n-\n",
		"kernel.kptr_restrict",
		"kernel.kptr_restrict\n=1",
		"#kernel.kptr_restrict=1",
		"; kernel.kptr_restrict=1",
		"kernel.kptr_restrict.x=1",
		"x.kernel.kptr_restrict=1",
		"kernel.kptr=1\nrestrict=1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(harden_is_set(texts[i], KEY));
}

static void the_command_line_may_ask(void **state)
{
	(void)state;
	assert_true(harden_is_asked("a sysctl.kernel.kptr_restrict=0 b", KEY));
	assert_true(harden_is_asked("sysctl.kernel/kptr_restrict=0", KEY));
	assert_false(harden_is_asked("sysctl.kernel.kptr_restrict", KEY));
	assert_false(harden_is_asked("kernel.kptr_restrict=0", KEY));
	assert_false(
		harden_is_asked("x -- sysctl.kernel.kptr_restrict=0", KEY));
	assert_false(harden_is_asked("", KEY));
}

/* Rows "| `KEY` | `VALUE` | reason |" of docs/security.md. */
static void the_documented_table_is_this_one(void **state)
{
	FILE *f = fopen(IG_SOURCE "/docs/security.md", "r");
	char line[1000], key[64], value[16], reason[900];
	size_t n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "| `%63[a-z0-9_.]` | `%15[0-9]` | %899[^|]",
			   key, value, reason) != 3)
			continue;
		assert_true(n < hardenings_n);
		assert_string_equal(key, hardenings[n].key);
		assert_string_equal(value, hardenings[n].value);
		assert_true(strlen(reason) > 10);
		n++;
	}
	fclose(f);
	assert_int_equal(n, hardenings_n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_sets_the_key_is_seen),
		cmocka_unit_test(other_lines_are_not),
		cmocka_unit_test(the_command_line_may_ask),
		cmocka_unit_test(the_documented_table_is_this_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
