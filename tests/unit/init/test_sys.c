/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../support/scratch.h"

#define HANGS 10 /* seconds, then the test has failed */

static void a_fifo_makes_nobody_wait(void **state)
{
	char buf[8];
	char *text;
	size_t len;

	(void)state;
	alarm(HANGS);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(sys_read("fifo", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	assert_int_equal(sys_slurp("fifo", 100, &text, &len), 0);
	assert_int_equal(len, 0);
	free(text);
	assert_int_equal(sys_write("fifo", "x"), -1);
	assert_int_equal(errno, ENXIO);
	assert_int_equal(sys_create("fifo", O_TRUNC, 0600), -1);
	assert_int_equal(errno, ENXIO);
	alarm(0);
}

static void refuses_a_fifo_that_is_read(void **state)
{
	int reader;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	reader = open("fifo", O_RDONLY | O_NONBLOCK);
	assert_int_equal(sys_create("fifo", O_APPEND, 0600), -1);
	assert_int_equal(errno, EPERM);
	close(reader);
}

static void follows_no_link(void **state)
{
	char buf[8];

	(void)state;
	int fd = sys_create("target", O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "kept", 4), 4);
	close(fd);
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(sys_create("link", O_TRUNC, 0600), -1);
	assert_int_equal(errno, ELOOP);
	assert_int_equal(sys_read("target", buf, sizeof(buf)), 4);
}

/* As exit code: the first descriptor that is wrong. */
static int without(int from, int to)
{
	for (int fd = from; fd <= to; fd++)
		close(fd);
	sys_stdio();
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) != 0)
			return 10 + fd;
	}
	return dup(STDIN_FILENO) > STDERR_FILENO ? 0 : 20;
}

static void opens_what_is_missing_of_0_to_2(void **state)
{
	static const int closed[][2] = { { 0, 2 }, { 1, 1 }, { 3, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(closed) / sizeof(closed[0]); i++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(without(closed[i][0], closed[i][1]));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_fifo_makes_nobody_wait,
						scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(refuses_a_fifo_that_is_read,
						scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(follows_no_link, scratch_setup,
						scratch_teardown),
		cmocka_unit_test(opens_what_is_missing_of_0_to_2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
