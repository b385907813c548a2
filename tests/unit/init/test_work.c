/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/evloop.h"
#include "base/work.h"
#include "log/log.h"

#include <time.h>

#define MS	 1000
#define INTERVAL (20 * MS)

static struct evtimer timer;
static int meals;

static void feed(void *ctx)
{
	meals++;
	evtimer_set(&timer, now_us() + INTERVAL, feed, ctx);
}

static int sleep_ms(const void *ctx)
{
	const struct timespec t = { 0, *(const int *)ctx * 1000000L };

	nanosleep(&t, NULL);
	/* a child that feeds would hide that its parent is stuck */
	return evloop_due() == 0 ? 7 : 1;
}

static void timers_are_called_while_work_is_done(void **state)
{
	int ms = 500;
	int64_t before = now_us();

	(void)state;
	feed(NULL);
	assert_int_equal(work_do(sleep_ms, &ms, 10, "sleep"), 7);
	evtimer_clear(&timer);
	/* a machine that is busy may be late, but not asleep for a second */
	assert_true(meals >= 5);
	assert_true(meals <= (now_us() - before) / INTERVAL + 1);
}

static void work_that_takes_too_long_is_killed(void **state)
{
	int ms = 900;
	int64_t before = now_us();

	(void)state;
	assert_int_equal(work_do(sleep_ms, &ms, 0, "sleep"), -1);
	assert_true(now_us() - before < 900 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_are_called_while_work_is_done),
		cmocka_unit_test(work_that_takes_too_long_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
