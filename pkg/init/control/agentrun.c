/* SPDX-License-Identifier: Apache-2.0 */
#include "control/agentrun.h"

#include "base/spawn.h"
#include "control/agentreq.h"
#include "log/log.h"
#include "service/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIDFILE	 "/run/ingot/agent.pid"
#define LIMIT_US (10 * 1000000)
#define STEP_MS	 20
#define REST_US	 (200 * 1000) /* what comes after it has ended */
#define WORDS	 8

/* One of its two outputs. */
struct stream {
	int fd; /* -1: ended */
	char *to;
	size_t *len;
	size_t cap;
	bool *cut;
};

static void take(struct stream *s)
{
	char buf[4096];
	ssize_t n = read(s->fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		close(s->fd);
		s->fd = -1;
		return;
	}
	size_t room = s->cap - *s->len;
	size_t keep = (size_t)n < room ? (size_t)n : room;

	memcpy(s->to + *s->len, buf, keep);
	*s->len += keep;
	*s->cut = *s->cut || keep < (size_t)n;
}

static bool wait_some(struct stream s[2])
{
	struct pollfd fds[2] = {
		{ .fd = s[0].fd, .events = POLLIN },
		{ .fd = s[1].fd, .events = POLLIN },
	};

	if (poll(fds, 2, STEP_MS) <= 0)
		return false;
	for (int i = 0; i < 2; i++) {
		if (fds[i].revents)
			take(&s[i]);
	}
	return true;
}

static void watch(struct agentrun *out, struct stream s[2], pid_t pid)
{
	int64_t end = now_us() + LIMIT_US;
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		wait_some(s);
		if (now_us() < end)
			continue;
		out->late = true;
		bundle_kill_exec(PIDFILE);
		kill(pid, SIGKILL);
		waitpid(pid, &status, 0);
		break;
	}
	/* something that it left behind may hold the pipes open */
	end = now_us() + REST_US;
	while ((s[0].fd >= 0 || s[1].fd >= 0) && now_us() < end && wait_some(s))
		;
	out->code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void child(const char *const argv[], const int out[2], const int said[2])
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, 0) < 0 || dup2(out[1], 1) < 0 ||
	    dup2(said[1], 2) < 0)
		_exit(126);
	_exit(spawn_become(argv));
}

static int run(struct agentrun *res, const char *const argv[])
{
	int out[2] = { -1, -1 }, said[2] = { -1, -1 };
	struct stream s[2] = {
		{ -1, res->out, &res->out_len, sizeof(res->out), &res->cut },
		{ -1, res->said, &res->said_len, sizeof(res->said), &res->cut },
	};
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC) == 0 && pipe2(said, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		child(argv, out, said);
	close(out[1]);
	close(said[1]);
	s[0].fd = out[0];
	s[1].fd = said[0];
	if (pid > 0)
		watch(res, s, pid);
	for (int i = 0; i < 2; i++) {
		if (s[i].fd >= 0)
			close(s[i].fd);
	}
	return pid > 0 ? 0 : -1;
}

int agentrun(struct agentrun *out, const char *service,
	     const char *const command[], char *msg, size_t cap)
{
	const char *argv[WORDS + AGENTREQ_WORDS] = {
		bundle_runtime(), "--cgroup-manager=cgroupfs",
		"exec",		  "--pid-file",
		PIDFILE,	  service,
	};
	size_t n = 6;

	memset(out, 0, sizeof(*out));
	if (!argv[0]) {
		snprintf(msg, cap, "there is no container runtime");
		return -1;
	}
	for (size_t i = 0; command[i] && i < AGENTREQ_WORDS; i++)
		argv[n++] = command[i];
	unlink(PIDFILE);
	if (run(out, argv) < 0) {
		snprintf(msg, cap, "run a command: %s", strerror(errno));
		return -1;
	}
	return 0;
}
