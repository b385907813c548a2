/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <ingot/own.h>

#include "run_internal.h"

#define PANIC "Kernel panic - not syncing: VFS: Unable to mount root fs"

static void knows_the_lines_that_matter(void **state)
{
	static const struct {
		const char *line;
		enum ig_console_sign want;
	} cases[] = {
		{ "[    1.234567] " PANIC, IG_SIGN_PANIC },
		{ "[12345.000001] " PANIC "\r", IG_SIGN_PANIC },
		{ "[    1.2] ---[ end " PANIC " ]---", IG_SIGN_PANIC },
		{ "[    9.876543] reboot: Power down", IG_SIGN_OFF },
		{ "[    9.876543] init: powering off", IG_SIGN_OFF },
		{ "[    0.9] init: fatal: the initrd was not unpacked completely: x",
		  IG_SIGN_INCOMPLETE },
		{ "", IG_SIGN_NONE },
		{ "[", IG_SIGN_NONE },
		{ "[]", IG_SIGN_NONE },
		{ "[    1.0]", IG_SIGN_NONE },
		{ "[    1.0] ", IG_SIGN_NONE },
		{ PANIC, IG_SIGN_NONE },
		{ "web: " PANIC, IG_SIGN_NONE },
		{ "web: [    1.0] " PANIC, IG_SIGN_NONE },
		{ " [    1.0] " PANIC, IG_SIGN_NONE },
		{ "[    1.0] web: " PANIC, IG_SIGN_NONE },
		{ "[x] " PANIC, IG_SIGN_NONE },
		{ "[    1.0] reboot: Restarting system", IG_SIGN_REBOOT },
		{ "[    1.0] init: rebooting", IG_SIGN_REBOOT },
		{ "[    1.0] init: fatal: reboot in 5 seconds", IG_SIGN_PANIC },
		{ "[    1.0] init: fatal: power off in 5 seconds",
		  IG_SIGN_NONE },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		if (ig_console_sign(cases[i].line) != cases[i].want)
			fail_msg("%s", cases[i].line);
}

/* Feed @text in pieces of @step; whether it shows a panic. */
static bool panics(const char *text, size_t len, size_t step)
{
	struct ig_console console = { .len = 0 };

	for (size_t at = 0; at < len; at += step)
		ig_console_feed(&console, text + at,
				len - at < step ? len - at : step);
	return console.panicked;
}

static void sees_a_panic_in_pieces_of_any_size(void **state)
{
	static const char *const texts[] = {
		"[    0.1] a\r\n[    1.0] " PANIC "\r\n",
		"[    0.1] a\n[    1.0] " PANIC "\n",
		"[    0.1] a\n\r[    1.0] " PANIC "\n\r",
		"\r\n\r\n[    1.0] " PANIC "\r\n",
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(texts); i++)
		for (size_t step = 1; step <= strlen(texts[i]); step++)
			assert_true(panics(texts[i], strlen(texts[i]), step));
}

static void sees_a_panic_behind_a_prompt(void **state)
{
	static const char text[] = "/ # [    1.0] " PANIC "\r\n"
				   "[    1.1] ---[ end " PANIC " ]---\r\n";

	(void)state;
	assert_true(panics(text, strlen(text), 7));
}

static void waits_for_the_end_of_the_line(void **state)
{
	(void)state;
	assert_false(panics("[    1.0] " PANIC, strlen("[    1.0] " PANIC), 3));
}

static void takes_no_panic_from_a_service(void **state)
{
	static const char *const texts[] = {
		"web: [    1.0] " PANIC "\r\n",
		"web: x\r[    1.0] " PANIC "\r\n",
		"web: \r\r[    1.0] " PANIC "\r\n",
		"web: \b\b\b\b\b[    1.0] " PANIC "\r\n",
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(texts); i++)
		for (size_t step = 1; step <= strlen(texts[i]); step++)
			assert_false(panics(texts[i], strlen(texts[i]), step));
}

static void keeps_only_the_beginning_of_a_long_line(void **state)
{
	static const char panic[] = "[    1.0] " PANIC "\n";
	static char text[100000];
	size_t len = sizeof(text) - sizeof(panic);

	(void)state;
	memset(text, 'x', len);
	memcpy(text + len, panic, sizeof(panic));
	assert_false(panics(text, sizeof(text) - 1, 4096));
	text[len - 1] = '\n';
	assert_true(panics(text, sizeof(text) - 1, 4096));
	/* A panic's own line may be long too. */
	memcpy(text, panic, sizeof(panic) - 2);
	assert_true(panics(text, len, 4096));
}

static void passes_nul_bytes(void **state)
{
	static const char text[] = "a\0b\n\0\0\n[    1.0] " PANIC "\n";

	(void)state;
	assert_true(panics(text, sizeof(text) - 1, 5));
}

static void take_record(void *ctx, const char *record)
{
	strcat(strcat(ctx, record), "|");
}

static void hands_out_records_of_the_boot_report(void **state)
{
	static const char text[] = "[ 1.0] init: report {\"a\":1}\r\n"
				   "[ 1.0] init: reports\n"
				   "[ 1.0] web: init: report {}\n"
				   "init: report {}\n"
				   "x\r[ 1.0] init: report {}\n"
				   "[ 1.1] init: report {\"b\":2}\n";
	char got[200] = "";
	struct ig_console console = { .record = take_record, .ctx = got };

	(void)state;
	ig_console_feed(&console, text, sizeof(text) - 1);
	assert_string_equal(got, "{\"a\":1}\r|{\"b\":2}|");
}

static void remembers_every_sign(void **state)
{
	static const char text[] =
		"[ 1.0] init: fatal: the initrd was not unpacked completely\n"
		"[ 1.1] init: powering off\n";
	struct ig_console console = { .len = 0 };

	(void)state;
	ig_console_feed(&console, text, sizeof(text) - 1);
	assert_true(console.incomplete);
	assert_true(console.off);
	assert_false(console.panicked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_lines_that_matter),
		cmocka_unit_test(sees_a_panic_in_pieces_of_any_size),
		cmocka_unit_test(sees_a_panic_behind_a_prompt),
		cmocka_unit_test(waits_for_the_end_of_the_line),
		cmocka_unit_test(takes_no_panic_from_a_service),
		cmocka_unit_test(keeps_only_the_beginning_of_a_long_line),
		cmocka_unit_test(passes_nul_bytes),
		cmocka_unit_test(hands_out_records_of_the_boot_report),
		cmocka_unit_test(remembers_every_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
