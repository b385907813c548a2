/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../support/scratch.h"

/* What crun looks for in the file that it was started from. */
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static void a_copy_is_the_same_and_stays_so(void **state)
{
	static const char text[] = "#a program";
	char back[sizeof(text)] = "";
	int from = open("program", O_RDWR | O_CREAT | O_CLOEXEC, 0700);
	int fd;

	(void)state;
	assert_int_equal(write(from, text, sizeof(text)), sizeof(text));
	assert_int_equal(lseek(from, 0, SEEK_SET), 0);
	fd = sealed_copy(from);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, back, sizeof(back), 0), sizeof(text));
	assert_string_equal(back, text);
	assert_int_equal(fcntl(fd, F_GET_SEALS), SEALS);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	close(from);
	close(fd);
}

static void a_copy_runs_by_its_path(void **state)
{
	char path[64];
	int from = open("/bin/true", O_RDONLY | O_CLOEXEC);
	int fd = sealed_copy(from);
	int status = -1;

	(void)state;
	assert_true(fd >= 0);
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), fd);
	pid_t pid = fork();

	if (pid == 0) {
		execl(path, "true", (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(from);
	close(fd);
}

static void what_cannot_be_read_gives_nothing(void **state)
{
	int from = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(sealed_copy(from), -1);
	assert_int_equal(sealed_copy(-1), -1);
	close(from);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_copy_is_the_same_and_stays_so,
						scratch_setup,
						scratch_teardown),
		cmocka_unit_test(a_copy_runs_by_its_path),
		cmocka_unit_test(what_cannot_be_read_gives_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
