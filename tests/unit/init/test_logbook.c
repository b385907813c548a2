/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/logbook.h"

#include <stdio.h>

static int start(void **state)
{
	(void)state;
	return logbook_open(16 * 1024);
}

static int end(void **state)
{
	(void)state;
	logbook_close();
	return 0;
}

static void put(const char *name, const char *text, bool loud)
{
	const struct log_entry entry = { .name = name,
					 .text = text,
					 .len = strlen(text),
					 .level = LEVEL_INFO,
					 .loud = loud };

	logbook_put(&entry);
}

static void expect(struct logbook_cursor *at, const char *name,
		   const char *text)
{
	struct ring_record rec;
	uint64_t lost = 0;

	assert_int_equal(logbook_read(at, &rec, &lost), 1);
	assert_int_equal(lost, 0);
	assert_string_equal(rec.name, name);
	assert_int_equal(rec.len, strlen(text));
	assert_memory_equal(rec.text, text, rec.len);
}

static void expect_end(struct logbook_cursor *at)
{
	struct ring_record rec;
	uint64_t lost = 0;

	assert_int_equal(logbook_read(at, &rec, &lost), 0);
	assert_int_equal(lost, 0);
}

static void lines_come_in_the_order_they_were_put(void **state)
{
	struct logbook_cursor at = { 0 };

	(void)state;
	put("a", "1", false);
	put("b", "2", true);
	put("b", "3", true);
	put("a", "4", false);
	expect(&at, "a", "1");
	expect(&at, "b", "2");
	expect(&at, "b", "3");
	expect(&at, "a", "4");
	expect_end(&at);
	put("b", "5", true);
	expect(&at, "b", "5");
	expect_end(&at);
}

static void a_flood_drives_out_only_its_like(void **state)
{
	struct logbook_cursor at;

	(void)state;
	for (int i = 0; i < 10; i++)
		put("quiet", "said once", false);
	for (int i = 0; i < 100000; i++)
		put("flood", "again and again", true);
	at = logbook_last(10, "quiet");
	for (int i = 0; i < 10; i++)
		expect(&at, "quiet", "said once");
}

static void what_was_driven_out_is_counted(void **state)
{
	struct logbook_cursor at = { 0 };
	struct ring_record rec;
	uint64_t lost = 0;
	uint64_t seen = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		put("flood", "again and again", true);
		put("calm", "now and then", false);
	}
	while (logbook_read(&at, &rec, &lost))
		seen++;
	assert_true(lost > 0);
	assert_int_equal(seen + lost, 2000);
}

static void the_last_lines_are_found(void **state)
{
	struct logbook_cursor at;
	char text[16];

	(void)state;
	for (int i = 0; i < 6; i++) {
		snprintf(text, sizeof(text), "%d", i);
		put(i % 2 ? "odd" : "even", text, i == 3);
	}
	at = logbook_last(2, NULL);
	expect(&at, "even", "4");
	expect(&at, "odd", "5");
	/* others between them are for the reader to leave out */
	at = logbook_last(2, "odd");
	expect(&at, "even", "2");
	expect(&at, "odd", "3");
	expect(&at, "even", "4");
	at = logbook_last(0, NULL);
	expect_end(&at);
	at = logbook_last(UINT64_MAX, NULL);
	expect(&at, "even", "0");
	at = logbook_last(1, "none");
	expect(&at, "even", "0");
}

static void before_it_is_opened_nothing_is_kept(void **state)
{
	struct logbook_cursor at = { 0 };

	(void)state;
	put("a", "1", false);
	expect_end(&at);
	assert_int_equal(logbook_open(10), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_it_is_opened_nothing_is_kept),
		TEST(lines_come_in_the_order_they_were_put),
		TEST(a_flood_drives_out_only_its_like),
		TEST(what_was_driven_out_is_counted),
		TEST(the_last_lines_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
