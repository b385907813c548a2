/* SPDX-License-Identifier: Apache-2.0 */
#include "base/spawn.h"
#include "base/sys.h"
#include "log/log.h"
#include "service/bundle.h"
#include "service/ready.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NOBODY 65534

static int left_ms(int64_t until)
{
	int64_t left = (until - now_us()) / 1000;

	return left > 0 ? (int)left : 0;
}

/* The service's own, also where that is everybody's. */
static int enter_network(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNET) < 0)
		return -1;
	close(fd);
	/* from here on it reads what others send */
	return setresgid(NOBODY, NOBODY, NOBODY) < 0 ||
			       setresuid(NOBODY, NOBODY, NOBODY) < 0
		       ? -1
		       : 0;
}

static int wait_for(int fd, short events, int64_t until)
{
	struct pollfd p = { .fd = fd, .events = events };

	return poll(&p, 1, left_ms(until)) == 1 ? 0 : -1;
}

static int connect_to(const struct sockaddr *to, socklen_t len, int64_t until)
{
	int fd = socket(to->sa_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int why = 0;
	socklen_t size = sizeof(why);

	if (fd < 0)
		return -1;
	if ((connect(fd, to, len) == 0 || errno == EINPROGRESS) &&
	    wait_for(fd, POLLOUT, until) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &size) == 0 && why == 0)
		return fd;
	close(fd);
	return -1;
}

static int connect_port(int64_t port, int64_t until)
{
	const struct sockaddr_in v4 = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	const struct sockaddr_in6 v6 = {
		.sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	int fd = connect_to((const struct sockaddr *)&v4, sizeof(v4), until);

	if (fd < 0)
		fd = connect_to((const struct sockaddr *)&v6, sizeof(v6),
				until);
	return fd;
}

static int try_port(const struct ready *r, int64_t until)
{
	return connect_port(r->port, until) < 0;
}

int ready_status(const char *text, size_t len)
{
	static const char start[] = "HTTP/1.";
	const size_t n = sizeof(start) - 1;
	int status = 0;

	/* RFC 9112, 4: "HTTP/1.1 200", then a blank or the line's end */
	if (len < n + 6 || memcmp(text, start, n) != 0 || text[n] < '0' ||
	    text[n] > '9' || text[n + 1] != ' ')
		return -1;
	for (size_t i = n + 2; i < n + 5; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		status = status * 10 + (text[i] - '0');
	}
	if (text[n + 5] != ' ' && text[n + 5] != '\r' && text[n + 5] != '\n')
		return -1;
	return status;
}

static int read_line(int fd, int64_t until)
{
	char text[64];
	size_t used = 0;

	while (used < sizeof(text) && !memchr(text, '\n', used)) {
		if (wait_for(fd, POLLIN, until) < 0)
			return -1;
		ssize_t n = read(fd, text + used, sizeof(text) - used);

		if (n <= 0)
			break;
		used += (size_t)n;
	}
	return ready_status(text, used);
}

static int try_http(const struct ready *r, int64_t until)
{
	int fd = connect_port(r->port, until);

	if (fd < 0)
		return 1;
	/* the peer may close early: that is no reason to die */
	signal(SIGPIPE, SIG_IGN);
	dprintf(fd,
		"GET %s HTTP/1.0\r\nHost: localhost\r\nUser-Agent: ingot\r\nConnection: close\r\n\r\n",
		r->path ? r->path : "/");
	int status = read_line(fd, until);

	if (r->status > 0)
		return status != r->status;
	return status < 200 || status > 399;
}

/* Its links lead where they do for the container. */
static int try_file(const struct ready *r, pid_t pid)
{
	char root[64];

	snprintf(root, sizeof(root), "/proc/%d/root", (int)pid);
	if (chroot(root) < 0 || chdir("/") < 0)
		return 1;
	return access(r->path, F_OK) < 0;
}

static const char **exec_words(const struct ready *r, const char *crun,
			       const char *pidfile, const char *name)
{
	const char *const head[] = { crun,    "--cgroup-manager=cgroupfs",
				     "exec",  "--pid-file",
				     pidfile, name };
	size_t n = sizeof(head) / sizeof(head[0]);
	const char **words = calloc(n + r->exec.n + 1, sizeof(*words));

	if (!words)
		return NULL;
	memcpy(words, head, sizeof(head));
	for (size_t i = 0; i < r->exec.n; i++)
		words[n + i] = r->exec.v[i];
	return words;
}

static int wait_exec(pid_t pid, const char *pidfile, int64_t until)
{
	const struct timespec pause = { 0, 10 * 1000000 };
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (left_ms(until) == 0) {
			/* it is not left behind in the container */
			bundle_kill_exec(pidfile);
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return 1;
		}
		nanosleep(&pause, NULL);
	}
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static int try_exec(const struct ready *r, const char *name, int64_t until)
{
	const char *crun = bundle_runtime();
	char pidfile[SYS_PATH];

	snprintf(pidfile, sizeof(pidfile), "/run/ingot/%s.check", name);
	unlink(pidfile);
	const char **words = crun ? exec_words(r, crun, pidfile, name) : NULL;
	pid_t pid = words ? fork() : -1;

	if (pid == 0)
		_exit(spawn_become(words));
	free(words);
	int rc = pid > 0 ? wait_exec(pid, pidfile, until) : 1;

	unlink(pidfile);
	return rc;
}

int ready_try(const struct ready *r, pid_t pid, const char *name)
{
	int64_t until = now_us() + r->timeout;

	/* a file can be where nothing answers */
	alarm((unsigned)(r->timeout / 1000000) + 2);
	switch (r->kind) {
	case READY_PORT:
		return enter_network(pid) < 0 || try_port(r, until);
	case READY_HTTP:
		return enter_network(pid) < 0 || try_http(r, until);
	case READY_FILE:
		return try_file(r, pid);
	case READY_EXEC:
		return try_exec(r, name, until);
	case READY_NONE:
		break;
	}
	return 0;
}
