/* SPDX-License-Identifier: Apache-2.0 */
/* The loop when poll(2) gets no memory for its list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/evloop.h"
#include "log/log.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#define MS    1000
#define PIPES 40

static struct {
	int fds[PIPES][2];
	int called[PIPES];
	int ticks;
	bool small_too; /* even a short list fails */
} at;

int __real_poll(struct pollfd *fds, nfds_t n, int ms);
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms);

/* fs/select.c, do_sys_poll(): 30 need no memory. */
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms)
{
	if (n > 30 || at.small_too) {
		errno = ENOMEM;
		return -1;
	}
	return __real_poll(fds, n, ms);
}

static void count(void *ctx, int fd, short events)
{
	int *called = ctx;
	char c;

	assert_int_equal(events & POLLIN, POLLIN);
	assert_int_equal(read(fd, &c, 1), 1);
	++*called;
}

static void tick(void *ctx)
{
	(void)ctx;
	at.ticks++;
}

static int start(void **state)
{
	(void)state;
	at.ticks = 0;
	at.small_too = false;
	for (int i = 0; i < PIPES; i++) {
		at.called[i] = 0;
		if (pipe(at.fds[i]) < 0 ||
		    evloop_add(at.fds[i][0], POLLIN, count, &at.called[i]) < 0)
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

static void what_is_ready_is_called_all_the_same(void **state)
{
	(void)state;
	assert_int_equal(write(at.fds[0][1], "x", 1), 1);
	assert_int_equal(write(at.fds[PIPES - 1][1], "x", 1), 1);
	assert_int_equal(evloop_turn(now_us() + 5 * MS), -1);
	assert_int_equal(errno, ENOMEM);
	for (int i = 0; i < PIPES; i++)
		assert_int_equal(at.called[i], i == 0 || i == PIPES - 1);
}

static void timers_are_called_all_the_same(void **state)
{
	struct evtimer t = { .at = 0 };

	(void)state;
	at.small_too = true;
	evtimer_set(&t, now_us(), tick, NULL);
	assert_int_equal(evloop_turn(0), -1);
	assert_int_equal(errno, ENOMEM);
	assert_int_equal(at.ticks, 1);
	assert_int_equal(at.called[0], 0);
}

static void it_does_not_spin(void **state)
{
	int64_t before = now_us();

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_int_equal(evloop_turn(0), -1);
	assert_true(now_us() - before >= 5 * 20 * MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_ready_is_called_all_the_same, start, end),
		cmocka_unit_test_setup_teardown(timers_are_called_all_the_same,
						start, end),
		cmocka_unit_test_setup_teardown(it_does_not_spin, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
