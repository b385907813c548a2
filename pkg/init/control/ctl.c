/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctl.h"

#include "base/evloop.h"
#include "control/ctlclient.h"
#include "control/ctlfill.h"
#include "log/log.h"
#include "service/guest.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define IDLE_US (60 * (int64_t)SECOND)

static struct {
	struct ctlclient *clients;
	size_t n; /* without keepers */
	bool ending;
} ctl;

static void drop(struct ctlclient *c)
{
	struct ctlclient **p = &ctl.clients;

	while (*p != c)
		p = &(*p)->next;
	*p = c->next;
	if (!c->saved)
		ctl.n--;
	evtimer_clear(&c->timer);
	evloop_del(c->fd);
	close(c->fd);
	free(c);
}

static void on_idle(void *ctx)
{
	struct ctlclient *c = ctx;

	/* one that follows may have nothing to take */
	if (c->answering && !c->blocked)
		evtimer_set(&c->timer, now_us() + IDLE_US, on_idle, c);
	else
		drop(c);
}

static void is_alive(struct ctlclient *c)
{
	if (!c->saved)
		evtimer_set(&c->timer, now_us() + IDLE_US, on_idle, c);
}

/* ---- clients ---- */

/* Answer as long as it takes answers; -1: drop it. */
static int serve(struct ctlclient *c)
{
	char line[CTLREQ_MAX];
	int len;

	for (;;) {
		if (ctlclient_send(c) < 0)
			return -1;
		if (c->blocked)
			return 0;
		if (c->answering) {
			if (ctlfill(c))
				continue;
			return c->saved && ctl.ending ? -1 : 0;
		}
		len = ctlclient_request(c, line);
		if (len < 0)
			return ctlclient_is_over(c) ? -1 : 0;
		ctlfill_begin(c, line, (size_t)len);
	}
}

static void go_on(struct ctlclient *c)
{
	if (serve(c) < 0) {
		drop(c);
		return;
	}
	bool room = !c->eof && c->in_len < sizeof(c->in);

	evloop_want(c->fd,
		    (short)((room ? POLLIN : 0) | (c->blocked ? POLLOUT : 0)));
}

static void on_client(void *ctx, int fd, short events)
{
	struct ctlclient *c = ctx;

	(void)fd;
	is_alive(c);
	/* who has hung up takes no answer */
	if ((events & (POLLERR | POLLHUP | POLLNVAL)) ||
	    ((events & POLLIN) && ctlclient_receive(c) < 0))
		drop(c);
	else
		go_on(c);
}

static struct ctlclient *add(int fd)
{
	struct ctlclient *c = calloc(1, sizeof(*c));

	if (!c || evloop_add(fd, POLLIN, on_client, c) < 0) {
		free(c);
		close(fd);
		return NULL;
	}
	c->fd = fd;
	c->next = ctl.clients;
	ctl.clients = c;
	return c;
}

/* PID 1's is root. */
static bool is_own_user(int fd)
{
	struct ucred who;
	socklen_t len = sizeof(who);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
	       len == sizeof(who) && who.uid == geteuid();
}

static void on_connect(void *ctx, int fd, short events)
{
	(void)ctx;
	(void)events;
	int client = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (client < 0)
		return;
	if (ctl.n >= CTL_CLIENTS || !is_own_user(client)) {
		close(client);
		return;
	}
	struct ctlclient *c = add(client);

	if (!c)
		return;
	ctl.n++;
	is_alive(c);
}

void ctl_turn(void)
{
	struct ctlclient *next;

	for (struct ctlclient *c = ctl.clients; c; c = next) {
		next = c->next;
		if (c->answering && !c->blocked)
			go_on(c);
	}
}

int ctl_keep(int fd, struct logbook_cursor *at)
{
	struct ctlclient *c = add(fd);

	if (!c) {
		errno = ENOMEM;
		return -1;
	}
	c->saved = at;
	c->at = *at;
	c->answering = true;
	c->req = (struct ctlreq){ .verb = CTL_LOGS, .follow = true };
	return 0;
}

void ctl_end_keepers(void)
{
	ctl.ending = true;
	ctl_turn();
}

/* ---- the socket ---- */

static int listen_at(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	strncpy(addr.sun_path, path, sizeof(addr.sun_path) - 1);
	unlink(path);
	mode_t old = umask(0177);
	int rc = bind(fd, (struct sockaddr *)&addr, sizeof(addr));
	int saved = errno;

	umask(old);
	if (rc == 0 && listen(fd, CTL_CLIENTS) == 0)
		return fd;
	if (rc < 0)
		errno = saved;
	close(fd);
	return -1;
}

int ctl_listen(const char *path)
{
	int fd = listen_at(path);

	if (fd < 0)
		return -1;
	if (evloop_add(fd, POLLIN, on_connect, NULL) == 0)
		return 0;
	close(fd);
	return -1;
}
