/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/lines.h"

static char got[8192];

static void note(void *ctx, const char *text, size_t len)
{
	size_t used = strlen(got);

	(void)ctx;
	assert_true(len <= LINES_MAX);
	assert_true(used + len + 2 < sizeof(got));
	memcpy(got + used, text, len);
	memcpy(got + used + len, "|", 2);
}

static void feed(struct lines *l, const char *text)
{
	lines_feed(l, text, strlen(text), note, NULL);
}

static void lines_come_out_whole(void **state)
{
	struct lines l = { .len = 0 };

	(void)state;
	got[0] = '\0';
	feed(&l, "one\ntw");
	assert_string_equal(got, "one|");
	feed(&l, "o\r\n\nthree");
	assert_string_equal(got, "one|two||");
	lines_flush(&l, note, NULL);
	lines_flush(&l, note, NULL);
	assert_string_equal(got, "one|two||three|");
}

static void control_characters_are_replaced(void **state)
{
	struct lines l = { .len = 0 };

	(void)state;
	got[0] = '\0';
	lines_feed(&l, "a\0b\x07\x7f\t\x1b[1m\xc3\xa9\r!\n", 16, note, NULL);
	assert_string_equal(got, "a?b??\t\x1b[1m\xc3\xa9?!|");
}

static void long_lines_are_cut_into_pieces(void **state)
{
	struct lines l = { .len = 0 };

	(void)state;
	got[0] = '\0';
	for (int i = 0; i < 2 * LINES_MAX + 1; i++)
		feed(&l, "x");
	feed(&l, "\n");
	assert_int_equal(strlen(got), 2 * LINES_MAX + 1 + 3);
	assert_int_equal(got[LINES_MAX], '|');
	assert_int_equal(got[2 * LINES_MAX + 1], '|');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_out_whole),
		cmocka_unit_test(control_characters_are_replaced),
		cmocka_unit_test(long_lines_are_cut_into_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
