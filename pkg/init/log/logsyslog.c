/* SPDX-License-Identifier: Apache-2.0 */
#include "log/syslog.h"

#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CONNECT_MS  10000
#define SEND_MS	    30000 /* until what it does not take counts as broken */
#define DELAY_MAX_S 30
#define STEADY_MS   10000 /* what lived so long was a good connection */
#define FINISH_S    4	  /* PID 1 kills a second later */

struct server {
	struct sockaddr_storage addr;
	socklen_t len;
	const char *name;
	char host[256];
	int fd;
	int64_t since; /* of the connection, ms */
	unsigned delay;
	bool wait; /* before the next try */
	bool told; /* that it cannot be reached */
};

static volatile sig_atomic_t finishing;

static void on_term(int sig)
{
	(void)sig;
	finishing = 1;
	alarm(FINISH_S);
}

static int wait_for(int fd, short events, int ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n = poll(&p, 1, ms);

	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0 ? 0 : -1;
}

static int connect_to(const struct server *s)
{
	int fd = socket(s->addr.ss_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1;
	unsigned patience = SEND_MS;
	int error = 0;
	socklen_t len = sizeof(error);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
		   sizeof(patience));
	if (connect(fd, (const struct sockaddr *)&s->addr, s->len) == 0)
		return fd;
	if (errno == EINPROGRESS && wait_for(fd, POLLOUT, CONNECT_MS) == 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0 &&
	    error == 0)
		return fd;
	if (error)
		errno = error;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* A server sends nothing; that it can be read means that it has hung up. */
static bool is_broken(int fd)
{
	char c;
	ssize_t n = recv(fd, &c, 1, MSG_DONTWAIT);

	return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

static int send_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			if (wait_for(fd, POLLOUT, SEND_MS) < 0 &&
			    errno != EINTR)
				return -1;
		} else if (n < 0 && errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

static int64_t clock_ms(void)
{
	int64_t now;
	int64_t wall;

	logline_now(&now, &wall);
	return now;
}

static void drop(struct server *s)
{
	if (!s->told)
		complain("%s: %s; what is not sent waits in memory", s->name,
			 strerror(errno));
	s->told = true;
	s->wait = true;
	if (s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
	/* one that takes connections only to end them is not asked at once */
	if (clock_ms() - s->since < STEADY_MS)
		return;
	s->wait = false;
	s->delay = 1;
}

static void wait_a_while(struct server *s)
{
	struct timespec pause = { (time_t)s->delay, 0 };

	if (!s->wait)
		return;
	nanosleep(&pause, NULL);
	s->delay = s->delay < DELAY_MAX_S / 2 ? s->delay * 2 : DELAY_MAX_S;
}

/* 0, or -1 when the machine goes down before there is a connection. */
static int reach(struct server *s)
{
	while (s->fd < 0) {
		if (!finishing)
			wait_a_while(s);
		if (finishing)
			return -1;
		s->fd = connect_to(s);
		if (s->fd < 0)
			drop(s);
		else
			s->since = clock_ms();
	}
	if (s->told)
		complain("%s: connected", s->name);
	s->told = false;
	return 0;
}

static int deliver(struct server *s, const struct logline *line)
{
	char frame[SYSLOG_MAX];
	int64_t now;
	int64_t wall;

	logline_now(&now, &wall);
	size_t len = syslog_frame(frame, line, s->host,
				  logline_wall(line->ms, now, wall));

	for (;;) {
		if (s->fd >= 0 && is_broken(s->fd)) {
			errno = ECONNRESET;
			drop(s);
		}
		if (reach(s) < 0)
			return -1;
		/* one that was cut is sent again, as a whole */
		if (send_all(s->fd, frame, len) == 0)
			return 0;
		drop(s);
	}
}

static int deliver_lost(struct server *s, int64_t lost)
{
	char name[] = "init";
	char text[80];
	struct logline line = { .level = 4, .name = name, .text = text };
	int64_t wall;

	logline_now(&line.ms, &wall);
	snprintf(text, sizeof(text), "logs: syslog: %lld lines were lost here",
		 (long long)lost);
	logline_tell_lost(lost);
	return deliver(s, &line);
}

static int one(struct server *s, const char *text, size_t len)
{
	struct logline line;
	int rc = 0;

	if (logline_parse(&line, text, len) < 0)
		return complain("a line that is none");
	if (line.lost > 0)
		rc = deliver_lost(s, line.lost);
	else if (line.name)
		rc = deliver(s, &line);
	logline_free(&line);
	return rc;
}

int syslog_main(const char *address)
{
	static struct logreader reader;
	static struct server s = { .fd = -1, .delay = 1 };
	struct sigaction sa = { .sa_handler = on_term };
	char *line;
	size_t len;
	int n;

	s.name = address;
	s.len = syslog_address(&s.addr, address);
	if (s.len == 0) {
		complain("'%s' is no address", address);
		return 2;
	}
	sigaction(SIGTERM, &sa, NULL);
	for (;;) {
		/* a name may come with the network */
		gethostname(s.host, sizeof(s.host) - 1);
		n = logreader_next(&reader, 0, &line, &len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || one(&s, line, len) < 0)
			break;
	}
	if (s.fd >= 0)
		shutdown(s.fd, SHUT_WR);
	return n < 0;
}
