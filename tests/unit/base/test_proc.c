/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/proc.h>

#include "../../support/scratch.h"

#define NO_FDS .in = -1, .out = -1, .err = -1

static int run_shell(const char *script)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct ig_proc proc = { .argv = argv, NO_FDS };
	struct ig_err err = { 0 };
	int status = -1;
	pid_t pid;

	assert_int_equal(ig_proc_start(&pid, &proc, &err), 0);
	assert_int_equal(ig_proc_wait(&status, pid, &err), 0);
	return status;
}

static void gives_the_status(void **state)
{
	(void)state;
	assert_int_equal(run_shell("exit 0"), 0);
	assert_int_equal(run_shell("exit 3"), 3);
	assert_int_equal(run_shell("exit 255"), 255);
	assert_int_equal(run_shell("kill -9 $$"), 128 + SIGKILL);
	/* With what is left to /dev/null as input, this ends. */
	assert_int_equal(run_shell("cat"), 0);
	/* The dispositions and the mask are those of a fresh program. */
	assert_int_equal(run_shell("kill -TERM $$; sleep 5"), 128 + SIGTERM);
}

static void keeps_descriptors_in_their_order(void **state)
{
	const char *const argv[] = {
		"sh", "-c",
		"read a <&3; read b <&4; test \"$a$b\" = onetwo && ! true <&5",
		NULL
	};
	int one[2], two[2];
	int status = -1;
	struct ig_proc proc = { .argv = argv, NO_FDS };
	struct ig_err err = { 0 };
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(one, O_CLOEXEC), 0);
	assert_int_equal(pipe2(two, O_CLOEXEC), 0);
	assert_int_equal(write(one[1], "one\n", 4), 4);
	assert_int_equal(write(two[1], "two\n", 4), 4);
	/* the second one's number may be that of the first one's place */
	const int keep[] = { one[0], two[0] };

	proc.keep = keep;
	proc.keep_n = 2;
	assert_int_equal(ig_proc_start(&pid, &proc, &err), 0);
	assert_int_equal(ig_proc_wait(&status, pid, &err), 0);
	assert_int_equal(status, 0);
	const int swapped[] = { two[0], one[0] };

	assert_int_equal(write(one[1], "two\n", 4), 4);
	assert_int_equal(write(two[1], "one\n", 4), 4);
	proc.keep = swapped;
	assert_int_equal(ig_proc_start(&pid, &proc, &err), 0);
	assert_int_equal(ig_proc_wait(&status, pid, &err), 0);
	assert_int_equal(status, 0);
	proc.keep_n = IG_PROC_KEEP + 1;
	assert_int_equal(ig_proc_start(&pid, &proc, &err), -1);
	for (int i = 0; i < 2; i++) {
		close(one[i]);
		close(two[i]);
	}
}

static void says_when_there_is_no_such_program(void **state)
{
	static const char *const argv[] = { "no-such-program-here", NULL };
	static const char *const plain[] = { "./plain", NULL };
	static const char *const sh[] = { "sh", "-c", "exit 0", NULL };
	struct ig_proc proc = { .argv = argv, NO_FDS };
	struct ig_err err = { 0 };
	pid_t pid = -5;

	(void)state;
	assert_int_equal(ig_proc_start(&pid, &proc, &err), -1);
	assert_int_equal(err.code, IG_ENOENT);
	assert_string_equal(err.msg,
			    "there is no program 'no-such-program-here'");
	scratch_write("plain", "x", 1);
	proc.argv = plain;
	assert_int_equal(ig_proc_start(&pid, &proc, &err), -1);
	assert_int_equal(err.code, IG_ESYS);
	assert_int_equal(err.sys, EACCES);
	proc.argv = sh;
	proc.cwd = "nowhere";
	assert_int_equal(ig_proc_start(&pid, &proc, &err), -1);
	assert_int_equal(err.code, IG_ESYS);
	assert_string_equal(
		err.msg, "start 'sh' in 'nowhere': No such file or directory");
	assert_int_equal(pid, -5);
	/* No zombie is left. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void sets_folder_environment_and_descriptors(void **state)
{
	static const char *const argv[] = {
		"sh", "-c", "cat; echo $A $B; pwd; echo bad >&2", NULL
	};
	static const char *const env[] = { "A=new", "B=b", NULL };
	struct ig_err err = { 0 };
	struct ig_proc proc = { .argv = argv, .env = env, .cwd = "d" };
	ig_autofd int in = -1;
	ig_autofd int out = -1;
	ig_autofd int bad = -1;
	char want[400];
	int status = -1;
	pid_t pid;

	assert_int_equal(mkdir("d", 0755), 0);
	setenv("A", "old", 1);
	scratch_write("in", "input\n", 6);
	in = open("in", O_RDONLY | O_CLOEXEC);
	out = open("out", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	bad = open("bad", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	proc.in = in;
	proc.out = out;
	proc.err = bad;
	assert_int_equal(ig_proc_start(&pid, &proc, &err), 0);
	assert_int_equal(ig_proc_wait(&status, pid, &err), 0);
	assert_int_equal(status, 0);
	snprintf(want, sizeof(want), "input\nnew b\n%s/d\n",
		 (const char *)*state);
	assert_string_equal(scratch_read("out"), want);
	assert_string_equal(scratch_read("bad"), "bad\n");
	assert_string_equal(getenv("A"), "old");
}

static void hands_no_other_descriptor_down(void **state)
{
	ig_autofd int extra = open("/dev/null", O_RDONLY | O_CLOEXEC);
	char script[64];

	(void)state;
	assert_true(extra > 2);
	snprintf(script, sizeof(script), "test ! -e /proc/$$/fd/%d", extra);
	assert_int_equal(run_shell(script), 0);
	assert_int_equal(run_shell("test -e /proc/$$/fd/1"), 0);
}

static int run_with(const struct ig_proc *proc)
{
	struct ig_err err = { 0 };
	int status = -1;
	pid_t pid;

	assert_int_equal(ig_proc_start(&pid, proc, &err), 0);
	assert_int_equal(ig_proc_wait(&status, pid, &err), 0);
	return status;
}

static void a_clean_environment_has_what_is_needed(void **state)
{
	static const char script[] =
		"test \"$LLVM-$PATHS-$OWN-$HOME-$TMPDIR=$PATH\" = \"$1=$2\"";
	const char *argv[] = { "sh",	     "-c",	     script, "sh",
			       "--mine-h-t", getenv("PATH"), NULL };
	const char *const env[] = { "OWN=mine", NULL };
	struct ig_proc proc = {
		.argv = argv, .env = env, .clean_env = true, NO_FDS
	};

	(void)state;
	setenv("LLVM", "1", 1);
	setenv("PATHS", "x", 1);
	setenv("OWN", "theirs", 1);
	setenv("HOME", "h", 1);
	setenv("TMPDIR", "t", 1);
	assert_int_equal(run_with(&proc), 0);
	proc.clean_env = false;
	argv[4] = "1-x-mine-h-t";
	assert_int_equal(run_with(&proc), 0);
	unsetenv("LLVM");
	unsetenv("PATHS");
	unsetenv("OWN");
	unsetenv("TMPDIR");
}

/* A process between us and the child, which dies without a word. */
static void dies_with_its_parent(void **state)
{
	static const char *const argv[] = { "sleep", "100", NULL };
	const struct ig_proc proc = { .argv = argv, NO_FDS };
	struct timespec moment = { 0, 10000000 };
	struct ig_err err = { 0 };
	char text[32] = "";
	int pipes[2];
	pid_t middle;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	middle = fork();
	if (middle == 0) {
		if (ig_proc_start(&pid, &proc, &err) < 0)
			_exit(1);
		if (dprintf(pipes[1], "%ld", (long)pid) < 0)
			_exit(1);
		kill(getpid(), SIGKILL);
	}
	close(pipes[1]);
	assert_true(ig_read_some(pipes[0], text, sizeof(text) - 1, &err) > 0);
	close(pipes[0]);
	assert_int_equal(waitpid(middle, NULL, 0), middle);
	pid = (pid_t)strtol(text, NULL, 10);
	assert_true(pid > 1);
	snprintf(text, sizeof(text), "/proc/%ld/stat", (long)pid);
	for (int i = 0; i < 500; i++) {
		const char *stat = scratch_read(text);

		/* Gone, or dead where nobody reaps orphans. */
		if (!stat || !strstr(stat, "(sleep)") || strstr(stat, ") Z "))
			return;
		nanosleep(&moment, NULL);
	}
	fail_msg("process %ld is still there", (long)pid);
}

static void cancel_later(int signal)
{
	(void)signal;
	ig_cancel_set(SIGTERM);
}

/* Starts @script, is told to stop while waiting, gives the status. */
static int wait_and_cancel(const char *script, bool forward)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	struct ig_proc proc = { .argv = argv, NO_FDS };
	struct ig_err err = { 0 };
	int status = -1;
	pid_t pid;

	proc.forward_signals = forward;
	signal(SIGALRM, cancel_later);
	assert_int_equal(ig_proc_start(&pid, &proc, &err), 0);
	alarm(1);
	assert_int_equal(ig_proc_wait(&status, pid, &err), 0);
	assert_true(ig_cancelled());
	ig_cancel_set(0);
	return status;
}

static void forwards_signals_or_kills(void **state)
{
	const char *script = "trap 'exit 7' TERM; while :; do sleep 0.1; done";

	(void)state;
	assert_int_equal(wait_and_cancel(script, true), 7);
	assert_int_equal(wait_and_cancel(script, false), 128 + SIGKILL);
}

static void fails_to_wait_for_a_stranger(void **state)
{
	struct ig_err err = { 0 };
	int status;

	(void)state;
	assert_int_equal(ig_proc_wait(&status, 1, &err), -1);
	assert_int_equal(err.sys, ECHILD);
}

static void finds_programs(void **state)
{
	const char *path = getenv("PATH");
	ig_autofree char *old = strdup(path ? path : "/bin:/usr/bin");

	(void)state;
	assert_non_null(old);
	assert_true(ig_proc_find("sh"));
	assert_true(ig_proc_find("/bin/sh"));
	assert_false(ig_proc_find("/bin"));
	assert_false(ig_proc_find("no-such-program-here"));
	assert_false(ig_proc_find(""));
	scratch_write("plain", "x", 1);
	assert_int_equal(mkdir("bin", 0755), 0);
	scratch_write("bin/tool", "#!/bin/sh\n", 10);
	setenv("PATH", "nowhere:bin", 1);
	assert_false(ig_proc_find("tool"));
	assert_int_equal(chmod("bin/tool", 0755), 0);
	assert_true(ig_proc_find("tool"));
	assert_false(ig_proc_find("sh"));
	assert_false(ig_proc_find("./plain"));
	setenv("PATH", old, 1);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(gives_the_status),
		TEST(keeps_descriptors_in_their_order),
		TEST(says_when_there_is_no_such_program),
		TEST(sets_folder_environment_and_descriptors),
		TEST(hands_no_other_descriptor_down),
		TEST(a_clean_environment_has_what_is_needed),
		TEST(dies_with_its_parent),
		TEST(forwards_signals_or_kills),
		TEST(fails_to_wait_for_a_stranger),
		TEST(finds_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
