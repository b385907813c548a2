/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/rate.h"

#define SECOND 1000000

/* Ask for lines of 100 bytes as long as they go through. */
static size_t pour(struct rate *r, int64_t now)
{
	size_t n = 0;

	while (rate_take(r, now, 100))
		n += 100;
	return n;
}

static void a_burst_goes_through_and_no_more(void **state)
{
	struct rate r = { .level = 0 };

	(void)state;
	assert_in_range(pour(&r, 50 * SECOND), RATE_BURST - 100, RATE_BURST);
	assert_int_equal(r.held, 1);
	assert_false(rate_take(&r, 50 * SECOND, 1));
	assert_int_equal(r.held, 2);
}

static void writing_goes_on_when_half_has_drained(void **state)
{
	const int64_t half = (int64_t)RATE_BURST / 2 * SECOND / RATE_PER_S;
	struct rate r = { .level = 0 };

	(void)state;
	pour(&r, 0);
	assert_false(rate_take(&r, half / 2, 100));
	assert_false(rate_take(&r, half - SECOND / 10, 100));
	assert_true(rate_take(&r, half + SECOND / 10, 100));
	assert_in_range(pour(&r, half + SECOND / 10), RATE_BURST / 2 - 200,
			RATE_BURST / 2 + 1000);
}

static void the_mean_is_bounded_however_often_it_is_asked(void **state)
{
	struct rate r = { .level = 0 };
	size_t sum = 0;

	(void)state;
	for (int64_t t = 0; t < 100 * SECOND; t += 997)
		sum += rate_take(&r, t, 50) ? 50 : 0;
	assert_in_range(sum, 90 * RATE_PER_S, RATE_BURST + 100 * RATE_PER_S);
}

static void a_clock_that_jumps_does_no_harm(void **state)
{
	struct rate r = { .level = 0 };

	(void)state;
	pour(&r, 100 * SECOND);
	assert_true(rate_take(&r, SECOND, 100));
	pour(&r, SECOND);
	assert_true(rate_take(&r, INT64_MAX / 2, 100));
}

static void a_flood_stays_one_until_it_is_over(void **state)
{
	struct rate r = { .level = 0 };
	int64_t t = 50 * SECOND;
	size_t calm = 0;

	(void)state;
	while (!rate_loud(&r, t, 100))
		calm += 100;
	assert_in_range(calm, RATE_LOUD_BURST - 100, RATE_LOUD_BURST);
	/* however long it takes */
	for (int i = 0; i < 10000; i++)
		assert_true(rate_loud(&r, t += SECOND / 50, 100));
	/* and a while after it */
	assert_true(rate_loud(&r, t += SECOND, 100));
	assert_false(rate_loud(&r, t + 20 * SECOND, 100));
}

static void who_writes_a_little_is_never_loud(void **state)
{
	struct rate r = { .level = 0 };

	(void)state;
	for (int64_t t = 0; t < 1000 * SECOND; t += SECOND)
		assert_false(rate_loud(&r, t, RATE_LOUD_PER_S));
}

static void time_that_was_spent_comes_back_slowly(void **state)
{
	const int64_t half = RATE_TIME_BURST / 2;
	struct rate r = { .level = 0 };
	int64_t t = 50 * (int64_t)SECOND;

	(void)state;
	rate_spend(&r, t, RATE_TIME_BURST);
	assert_false(rate_spent(&r, t, true));
	rate_spend(&r, t, 1);
	assert_true(rate_spent(&r, t, true));
	t += half * SECOND / RATE_TIME_PER_S - 1;
	assert_true(rate_spent(&r, t, true));
	t += 10;
	assert_false(rate_spent(&r, t, true));
}

static void a_flood_leaves_time_for_others(void **state)
{
	struct rate r = { .level = 0 };

	(void)state;
	while (!rate_spent(&r, SECOND, true))
		rate_spend(&r, SECOND, 20000);
	assert_false(rate_spent(&r, SECOND, false));
	rate_spend(&r, SECOND, RATE_TIME_BURST);
	assert_true(rate_spent(&r, SECOND, false));
}

static void the_share_of_time_is_bounded(void **state)
{
	struct rate r = { .level = 0 };
	int64_t spent = 0;

	(void)state;
	/* 20 ms each time that it may be, and 10 ms for something else */
	for (int64_t t = 0; t < 1000 * (int64_t)SECOND; t += 10000) {
		if (rate_spent(&r, t, true))
			continue;
		t += 20000;
		spent += 20000;
		rate_spend(&r, t, 20000);
	}
	assert_in_range(spent, 200 * (int64_t)SECOND, 251 * (int64_t)SECOND);
}

static void a_long_wait_is_not_paid_for_without_end(void **state)
{
	struct rate r = { .level = 0 };

	(void)state;
	rate_spend(&r, SECOND, 3600 * (int64_t)SECOND);
	assert_true(rate_spent(&r, SECOND, true));
	assert_false(rate_spent(&r, 8 * (int64_t)SECOND, true));
	rate_spend(&r, 8 * (int64_t)SECOND, -5);
	assert_false(rate_spent(&r, 8 * (int64_t)SECOND, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_goes_through_and_no_more),
		cmocka_unit_test(writing_goes_on_when_half_has_drained),
		cmocka_unit_test(the_mean_is_bounded_however_often_it_is_asked),
		cmocka_unit_test(a_clock_that_jumps_does_no_harm),
		cmocka_unit_test(a_flood_stays_one_until_it_is_over),
		cmocka_unit_test(who_writes_a_little_is_never_loud),
		cmocka_unit_test(time_that_was_spent_comes_back_slowly),
		cmocka_unit_test(a_flood_leaves_time_for_others),
		cmocka_unit_test(the_share_of_time_is_bounded),
		cmocka_unit_test(a_long_wait_is_not_paid_for_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
