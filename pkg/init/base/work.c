/* SPDX-License-Identifier: Apache-2.0 */
#include "base/work.h"

#include "base/evloop.h"
#include "base/spawn.h"
#include "log/log.h"
#include "log/logbook.h"
#include "log/logsend.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000
#define TURN   SECOND
#define LAST   2 /* seconds for what was killed */

/* Lines of the child that is waited for; -1. */
static int lines = -1;

/* Until the next timer, which may feed the watchdog; never long. */
static struct timespec turn(void)
{
	int64_t next = evloop_due();
	int64_t us = next > 0 ? next - now_us() : TURN;

	us = us < 0 ? 0 : us < TURN ? us : TURN;
	return (struct timespec){ us / SECOND, (long)(us % SECOND) * 1000 };
}

/* True when @pid has ended. */
static bool wait_until(pid_t pid, int *status, int64_t deadline)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (waitpid(pid, status, WNOHANG) == 0) {
		if (now_us() >= deadline)
			return false;
		const struct timespec t = turn();

		sigtimedwait(&child, NULL, &t);
		logsend_take(lines);
	}
	return true;
}

static void kill_all_of(pid_t pid)
{
	int status;

	spawn_kill(pid, SIGKILL);
	wait_until(pid, &status, now_us() + LAST * (int64_t)SECOND);
}

/* Without a pipe the lines are on the consoles only. */
static void open_lines(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		fds[0] = fds[1] = -1;
	lines = fds[0];
}

static void close_lines(const int fds[2])
{
	if (fds[0] < 0)
		return;
	logsend_take(fds[0]);
	close(fds[0]);
	close(fds[1]);
	lines = -1;
}

int work_do(work_fn *fn, const void *ctx, unsigned seconds, const char *what)
{
	int status = 0;
	int fds[2];
	sigset_t block, before;

	/* else the end of a quick one is not waited for */
	sigemptyset(&block);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, &before);
	open_lines(fds);
	pid_t pid = fork();

	if (pid < 0) {
		log_say("%s: fork: %s", what, strerror(errno));
		close_lines(fds);
		sigprocmask(SIG_SETMASK, &before, NULL);
		return -1;
	}
	if (pid == 0) {
		/* of its own group, which ends as a whole */
		spawn_child(STDERR_FILENO);
		logsend_to(fds[1]);
		evloop_forget();
		_exit(fn(ctx));
	}
	bool ended =
		wait_until(pid, &status, now_us() + (int64_t)seconds * SECOND);

	close_lines(fds);
	if (!ended) {
		log_say("%s: not done after %u s, given up", what, seconds);
		kill_all_of(pid);
	}
	/* one that was taken here may have told of another child */
	kill(getpid(), SIGCHLD);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ended && WIFSIGNALED(status))
		log_say("%s: ended by signal %d", what, WTERMSIG(status));
	return ended && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* On the consoles behind @name, in the log book behind init's. */
static void say_line(const char *name, const char *line, size_t len)
{
	char text[512 + 64];
	int n = snprintf(text, sizeof(text), "%s: %.*s", name, (int)len, line);

	logbook_put(&(struct log_entry){ .name = "init",
					 .text = text,
					 .len = (size_t)n,
					 .us = now_us(),
					 .level = LEVEL_INFO });
	log_line(name, line, len);
}

static void say_lines(const char *name, int fd)
{
	FILE *in = fdopen(fd, "r");
	char line[512];

	while (in && fgets(line, sizeof(line), in)) {
		/* what draws a bar goes back instead of down */
		size_t len = strcspn(line, "\r\n\b");

		if (len > 0)
			say_line(name, line, len);
	}
	if (in)
		fclose(in);
	else
		close(fd);
}

int work_run(const char *name, const char *const argv[])
{
	int fds[2];
	int status;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		_exit(spawn_become(argv));
	}
	close(fds[1]);
	say_lines(name, fds[0]);
	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
