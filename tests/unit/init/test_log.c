/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/log.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#define MS 1000

/* The console: before log_open() it is descriptor 2. */
static struct {
	unsigned refused; /* so many writes are, after each byte taken */
	unsigned left;
	bool room; /* what poll(2) says */
	unsigned writes;
	char got[4096];
	size_t n;
} tty;

ssize_t __wrap_write(int fd, const void *p, size_t len);
int __wrap_poll(struct pollfd *fds, nfds_t n, int ms);

ssize_t __wrap_write(int fd, const void *p, size_t len)
{
	assert_int_equal(fd, STDERR_FILENO);
	tty.writes++;
	if (tty.left > 0) {
		tty.left--;
		errno = EAGAIN;
		return -1;
	}
	if (tty.refused > 0)
		len = 1;
	tty.left = tty.refused;
	assert_true(tty.n + len < sizeof(tty.got));
	memcpy(tty.got + tty.n, p, len);
	tty.n += len;
	return (ssize_t)len;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int ms)
{
	assert_int_equal(n, 1);
	assert_int_equal(fds[0].events, POLLOUT);
	assert_true(ms >= 0);
	return tty.room;
}

static int start(void **state)
{
	(void)state;
	memset(&tty, 0, sizeof(tty));
	/* whatever the last test left: it takes something now */
	log_line("x", "y", 1);
	memset(&tty, 0, sizeof(tty));
	tty.room = true;
	return 0;
}

static void a_line_that_waits_for_room_is_whole(void **state)
{
	(void)state;
	tty.left = 3;
	log_line("web", "hello", 5);
	assert_non_null(strstr(tty.got, "] web: hello\n"));
	assert_int_equal(tty.writes, 4);
	assert_false(log_slow(true));
}

/* tty(4) may have room for one byte where the end of a line needs two. */
static void a_console_that_promises_room_does_not_hold(void **state)
{
	int64_t before = now_us();

	(void)state;
	tty.left = UINT32_MAX;
	log_line("web", "hello", 5);
	assert_true(now_us() - before < 2000 * MS);
	/* 1 ms apart, for 200 ms */
	assert_in_range(tty.writes, 2, 202);
	tty.writes = 0;
	log_line("web", "hello", 5);
	assert_int_equal(tty.writes, 1);
}

static void a_console_that_has_no_room_is_asked_once(void **state)
{
	(void)state;
	tty.left = UINT32_MAX;
	tty.room = false;
	log_line("web", "hello", 5);
	assert_int_equal(tty.writes, 1);
	log_line("web", "hello", 5);
	assert_int_equal(tty.writes, 2);
}

static void a_line_that_drips_is_cut(void **state)
{
	char text[1000];
	int64_t before = now_us();

	(void)state;
	memset(text, 'x', sizeof(text));
	/* a byte in 10 ms or more: never stuck, and 10 s for the line */
	tty.refused = 10;
	log_line("web", text, sizeof(text));
	assert_in_range(now_us() - before, 900 * MS, 4000 * MS);
	assert_in_range(tty.n, 10, 200);
	assert_true(log_slow(true));
	/* 0.2 s and 1 s, less what has drained since */
	tty.left = 0;
	log_line("web", text, sizeof(text));
	assert_true(log_slow(false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_line_that_waits_for_room_is_whole,
				       start),
		cmocka_unit_test_setup(
			a_console_that_promises_room_does_not_hold, start),
		cmocka_unit_test_setup(a_console_that_has_no_room_is_asked_once,
				       start),
		cmocka_unit_test_setup(a_line_that_drips_is_cut, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
