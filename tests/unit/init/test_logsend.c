/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/work.h"
#include "log/log.h"
#include "log/logbook.h"

#define MANY 2000

static int open_book(void **state)
{
	(void)state;
	return logbook_open(512 * 1024);
}

static int close_book(void **state)
{
	(void)state;
	logbook_close();
	return 0;
}

/* The next line of the book is @text of @level. */
static void expect_line(struct logbook_cursor *at, int level, const char *text)
{
	struct ring_record rec;
	uint64_t lost = 0;

	assert_int_equal(logbook_read(at, &rec, &lost), 1);
	assert_string_equal(rec.name, "init");
	assert_int_equal(rec.level, level);
	assert_int_equal(rec.len, strlen(text));
	assert_memory_equal(rec.text, text, rec.len);
	assert_true(rec.us > 0);
}

static void expect_end(struct logbook_cursor *at)
{
	struct ring_record rec;
	uint64_t lost = 0;

	assert_int_equal(logbook_read(at, &rec, &lost), 0);
}

static int speak(const void *ctx)
{
	static const char *const argv[] = { "/bin/sh", "-c",
					    "echo one; echo two >&2", NULL };

	log_info("disk %s: begun", (const char *)ctx);
	if (work_run("tool", argv) != 0)
		return 1;
	log_say("disk %s: done", (const char *)ctx);
	return 0;
}

static void what_a_child_says_is_in_the_book(void **state)
{
	struct logbook_cursor at = { 0 };

	(void)state;
	log_info("before");
	assert_int_equal(work_do(speak, "d", 20, "disk d"), 0);
	log_info("after");
	expect_line(&at, LEVEL_INFO, "before");
	expect_line(&at, LEVEL_INFO, "disk d: begun");
	expect_line(&at, LEVEL_INFO, "tool: one");
	expect_line(&at, LEVEL_INFO, "tool: two");
	expect_line(&at, LEVEL_WARNING, "disk d: done");
	expect_line(&at, LEVEL_INFO, "after");
	expect_end(&at);
}

static int speak_for_ever(const void *ctx)
{
	const int *lines = ctx;

	for (int i = 0; i < *lines; i++)
		log_info("%0900d", i);
	return 7;
}

/* The pipe has room for some 70 of these; nobody waits for the rest. */
static void a_child_that_says_too_much_is_not_held(void **state)
{
	const int lines = MANY;
	struct logbook_cursor at = { 0 };
	char text[1000];

	(void)state;
	assert_int_equal(work_do(speak_for_ever, &lines, 20, "much"), 7);
	snprintf(text, sizeof(text), "%0900d", 0);
	expect_line(&at, LEVEL_INFO, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_a_child_says_is_in_the_book, open_book,
			close_book),
		cmocka_unit_test_setup_teardown(
			a_child_that_says_too_much_is_not_held, open_book,
			close_book),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
