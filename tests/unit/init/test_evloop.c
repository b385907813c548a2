/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/evloop.h"
#include "log/log.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define MS     1000
#define PIPES  100
#define HANDED 16

static struct {
	int fds[PIPES][2];
	int called[PIPES];
	char order[HANDED];
	size_t n_order;
} at;

static int start(void **state)
{
	(void)state;
	memset(&at, 0, sizeof(at));
	for (int i = 0; i < PIPES; i++) {
		if (pipe(at.fds[i]) < 0)
			return -1;
	}
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (int i = 0; i < PIPES; i++) {
		evloop_del(at.fds[i][0]);
		close(at.fds[i][0]);
		close(at.fds[i][1]);
	}
	return 0;
}

static void count(void *ctx, int fd, short events)
{
	int *called = ctx;
	char c;

	assert_true(events & (POLLIN | POLLHUP));
	++*called;
	if (events & POLLIN)
		assert_int_equal(read(fd, &c, 1), 1);
}

static void add_all(void)
{
	for (int i = 0; i < PIPES; i++)
		assert_int_equal(
			evloop_add(at.fds[i][0], POLLIN, count, &at.called[i]),
			0);
}

static void only_what_is_ready_is_called(void **state)
{
	(void)state;
	add_all();
	assert_int_equal(write(at.fds[3][1], "x", 1), 1);
	assert_int_equal(write(at.fds[PIPES - 1][1], "x", 1), 1);
	assert_int_equal(evloop_turn(0), 0);
	for (int i = 0; i < PIPES; i++)
		assert_int_equal(at.called[i], i == 3 || i == PIPES - 1);
}

/* Takes itself, the next one and the descriptor's place away. */
static void take_away(void *ctx, int fd, short events)
{
	(void)events;
	++*(int *)ctx;
	evloop_del(fd);
	evloop_del(at.fds[1][0]);
	assert_int_equal(evloop_add(at.fds[2][0], POLLIN, count, &at.called[2]),
			 0);
}

static void a_handler_may_change_the_list(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(write(at.fds[i][1], "x", 1), 1);
	evloop_add(at.fds[0][0], POLLIN, take_away, &at.called[0]);
	evloop_add(at.fds[1][0], POLLIN, count, &at.called[1]);
	assert_int_equal(evloop_turn(0), 0);
	assert_int_equal(at.called[0], 1);
	assert_int_equal(at.called[1], 0);
	assert_int_equal(at.called[2], 0);
	assert_int_equal(evloop_turn(0), 0);
	assert_int_equal(at.called[0], 1);
	assert_int_equal(at.called[2], 1);
}

static void other_events_can_be_wanted(void **state)
{
	(void)state;
	evloop_add(at.fds[0][0], POLLIN, count, &at.called[0]);
	assert_int_equal(write(at.fds[0][1], "x", 1), 1);
	evloop_want(at.fds[0][0], 0);
	assert_int_equal(evloop_turn(now_us() + 2 * MS), 0);
	assert_int_equal(at.called[0], 0);
	evloop_want(at.fds[0][0], POLLIN);
	assert_int_equal(evloop_turn(0), 0);
	assert_int_equal(at.called[0], 1);
}

static void there_is_a_limit(void **state)
{
	int n = 0;

	(void)state;
	/* poll(2) is not called on them */
	while (evloop_add(100000 + n, 0, count, NULL) == 0)
		n++;
	assert_int_equal(errno, ENOSPC);
	assert_in_range(n, EVLOOP_MAX - PIPES, EVLOOP_MAX);
	while (n-- > 0)
		evloop_del(100000 + n);
	assert_int_equal(evloop_add(at.fds[0][0], POLLIN, count, &at.called[0]),
			 0);
}

static void put(void *ctx)
{
	at.order[at.n_order++] = *(const char *)ctx;
}

static void timers_are_called_once_and_in_order(void **state)
{
	struct evtimer t[4] = { { .at = 0 } };
	int64_t now = now_us();

	(void)state;
	evtimer_set(&t[0], now + 3 * MS, put, "c");
	evtimer_set(&t[1], now + 1 * MS, put, "a");
	evtimer_set(&t[2], now + 2 * MS, put, "b");
	evtimer_set(&t[3], now + 1 * MS, put, "x");
	evtimer_clear(&t[3]);
	evtimer_set(&t[1], now + 4 * MS, put, "d");
	while (at.n_order < 3)
		assert_int_equal(evloop_turn(0), 0);
	assert_int_equal(evloop_turn(now + 8 * MS), 0);
	assert_int_equal(evloop_turn(now_us() + MS), 0);
	assert_string_equal(at.order, "bcd");
	assert_int_equal(t[0].at, 0);
}

static void set_again(void *ctx)
{
	struct evtimer *t = ctx;

	put("t");
	if (at.n_order < 3)
		evtimer_set(t, now_us(), set_again, t);
}

static void a_timer_may_set_itself_again(void **state)
{
	struct evtimer t = { .at = 0 };

	(void)state;
	evtimer_set(&t, now_us(), set_again, &t);
	while (t.at != 0)
		assert_int_equal(evloop_turn(0), 0);
	assert_string_equal(at.order, "ttt");
}

static void it_comes_back_in_time(void **state)
{
	int64_t before = now_us();

	(void)state;
	assert_int_equal(evloop_turn(before + 5 * MS), 0);
	assert_true(now_us() >= before + 5 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_what_is_ready_is_called,
						start, end),
		cmocka_unit_test_setup_teardown(a_handler_may_change_the_list,
						start, end),
		cmocka_unit_test_setup_teardown(other_events_can_be_wanted,
						start, end),
		cmocka_unit_test_setup_teardown(there_is_a_limit, start, end),
		cmocka_unit_test_setup_teardown(
			timers_are_called_once_and_in_order, start, end),
		cmocka_unit_test_setup_teardown(a_timer_may_set_itself_again,
						start, end),
		cmocka_unit_test_setup_teardown(it_comes_back_in_time, start,
						end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
