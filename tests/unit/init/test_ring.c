/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/ring.h"

#include <stdio.h>

static struct ring ring;

static int start(void **state)
{
	(void)state;
	return ring_init(&ring, RING_LEAST);
}

static int end(void **state)
{
	(void)state;
	ring_free(&ring);
	return 0;
}

/* Texts of many lengths, so that records lie over the end in all ways. */
static size_t length_of(uint64_t i)
{
	return (size_t)(i * 37 % 211);
}

static void put(uint64_t i)
{
	struct ring_record rec = { .seq = i,
				   .us = (int64_t)i * 10,
				   .level = (uint8_t)(i % 8),
				   .len = length_of(i) };

	snprintf(rec.name, sizeof(rec.name), "n%llu",
		 (unsigned long long)(i % 100));
	memset(rec.text, 'a' + (int)(i % 26), rec.len);
	ring_put(&ring, &rec);
}

static void check(const struct ring_record *rec, uint64_t i)
{
	char name[16];

	snprintf(name, sizeof(name), "n%llu", (unsigned long long)(i % 100));
	assert_int_equal(rec->seq, i);
	assert_int_equal(rec->us, i * 10);
	assert_int_equal(rec->level, i % 8);
	assert_string_equal(rec->name, name);
	assert_int_equal(rec->len, length_of(i));
	for (size_t k = 0; k < rec->len; k++)
		assert_int_equal(rec->text[k], 'a' + (int)(i % 26));
}

static void what_is_put_in_comes_out_in_order(void **state)
{
	struct ring_cursor at = { 0 };
	struct ring_record rec;
	uint64_t lost = 0;

	(void)state;
	for (uint64_t i = 0; i < 5000; i++) {
		put(i);
		assert_int_equal(ring_peek(&ring, &at, &rec, &lost), 1);
		check(&rec, i);
		ring_skip(&at, &rec);
		assert_int_equal(ring_peek(&ring, &at, &rec, &lost), 0);
	}
	assert_int_equal(lost, 0);
}

static void the_oldest_go_and_are_counted(void **state)
{
	struct ring_cursor at = { 0 };
	struct ring_record rec;
	uint64_t lost = 0;
	uint64_t next;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		put(i);
		assert_in_range(ring.head - ring.tail, 1, RING_LEAST);
	}
	assert_int_equal(ring_peek(&ring, &at, &rec, &lost), 1);
	assert_in_range(lost, 900, 999);
	next = lost;
	do {
		check(&rec, next++);
		ring_skip(&at, &rec);
	} while (ring_peek(&ring, &at, &rec, &lost));
	assert_int_equal(next, 1000);
}

static void a_slow_reader_loses_only_what_went(void **state)
{
	struct ring_cursor at = { 0 };
	struct ring_record rec;
	uint64_t lost = 0;
	uint64_t seen = 0;

	(void)state;
	for (uint64_t i = 0; i < 3000; i++) {
		put(i);
		if (i % 50 != 49 || !ring_peek(&ring, &at, &rec, &lost))
			continue;
		check(&rec, seen + lost);
		ring_skip(&at, &rec);
		seen++;
	}
	while (ring_peek(&ring, &at, &rec, &lost)) {
		ring_skip(&at, &rec);
		seen++;
	}
	assert_true(lost > 0);
	assert_int_equal(seen + lost, 3000);
}

static void what_is_too_long_is_cut(void **state)
{
	struct ring_cursor at = { 0 };
	static struct ring_record rec;
	uint64_t lost = 0;

	(void)state;
	memset(rec.name, 'n', sizeof(rec.name));
	rec.len = SIZE_MAX;
	ring_put(&ring, &rec);
	assert_int_equal(ring_peek(&ring, &at, &rec, &lost), 1);
	assert_int_equal(strlen(rec.name), RING_NAME);
	assert_int_equal(rec.len, RING_TEXT);
}

static void without_memory_it_keeps_nothing(void **state)
{
	struct ring none = { .size = 0 };
	struct ring_cursor at = { 0 };
	struct ring_record rec = { .seq = 1 };
	uint64_t lost = 0;

	(void)state;
	assert_int_equal(ring_init(&none, RING_LEAST - 1), -1);
	ring_put(&none, &rec);
	assert_int_equal(ring_peek(&none, &at, &rec, &lost), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_put_in_comes_out_in_order),
		TEST(the_oldest_go_and_are_counted),
		TEST(a_slow_reader_loses_only_what_went),
		TEST(what_is_too_long_is_cut),
		TEST(without_memory_it_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
