/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <ingot/log.h>

struct seen {
	int calls;
	enum ig_level level;
	char text[2000];
	uint64_t done;
	uint64_t total;
};

static void note(void *ctx, enum ig_level level, const char *text)
{
	struct seen *seen = ctx;

	seen->calls++;
	seen->level = level;
	strncpy(seen->text, text, sizeof(seen->text) - 1);
}

static void note_progress(void *ctx, const char *id, uint64_t done,
			  uint64_t total)
{
	struct seen *seen = ctx;

	note(ctx, IG_LOG_INFO, id);
	seen->done = done;
	seen->total = total;
}

static void is_silent_without_a_sink(void **state)
{
	static const struct ig_log empty;

	(void)state;
	ig_log_set(NULL);
	ig_warn("nobody hears %d", 1);
	ig_progress("x", 1, 2);
	ig_log_set(&empty);
	ig_info("nobody hears %d", 1);
	ig_progress("x", 1, 2);
	ig_log_set(NULL);
}

static void tells_the_sink(void **state)
{
	struct seen seen = { 0 };
	const struct ig_log log = { &seen, note, note_progress };

	(void)state;
	ig_log_set(&log);
	ig_warn("careful: %s", "hot");
	assert_int_equal(seen.level, IG_LOG_WARN);
	assert_string_equal(seen.text, "careful: hot");
	ig_info("done");
	assert_int_equal(seen.level, IG_LOG_INFO);
	ig_debug("%d", 5);
	assert_int_equal(seen.level, IG_LOG_DEBUG);
	assert_string_equal(seen.text, "5");
	ig_progress("layer", 3, 7);
	assert_string_equal(seen.text, "layer");
	assert_int_equal(seen.done, 3);
	assert_int_equal(seen.total, 7);
	assert_int_equal(seen.calls, 4);
	ig_log_set(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_silent_without_a_sink),
		cmocka_unit_test(tells_the_sink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
