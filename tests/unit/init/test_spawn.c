/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/spawn.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define HANGS 10 /* seconds, then the test has failed */

static void wait_for_signal(pid_t pid, int sig)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), sig);
}

static void kills_a_child_that_has_no_group_yet(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		alarm(HANGS);
		pause();
		_exit(1);
	}
	spawn_kill(pid, SIGTERM);
	wait_for_signal(pid, SIGTERM);
}

static void kills_what_the_child_has_started(void **state)
{
	int alive[2];
	char c;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(alive), 0);
	pid = fork();
	if (pid == 0) {
		spawn_child(-1);
		alarm(HANGS);
		if (fork() >= 0 && write(alive[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	close(alive[1]);
	/* both of them are there */
	assert_int_equal(read(alive[0], &c, 1), 1);
	assert_int_equal(read(alive[0], &c, 1), 1);
	spawn_kill(pid, SIGKILL);
	wait_for_signal(pid, SIGKILL);
	/* nobody holds the other end any more */
	alarm(HANGS);
	assert_int_equal(read(alive[0], &c, 1), 0);
	alarm(0);
	close(alive[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kills_a_child_that_has_no_group_yet),
		cmocka_unit_test(kills_what_the_child_has_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
