/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <ingot/err.h>
#include <ingot/own.h>

#include "suite_internal.h"

#define ANSWER_MS	 2000
#define ANSWER_MAX_BYTES (256u << 10)

/* QEMU's docs/interop/qmp-spec.txt: the first command opens the session. */
static const char hello[] = "{\"execute\":\"qmp_capabilities\"}\n";
static const char usernet[] =
	"{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\"info usernet\"}}\n";

void monitor_init(struct monitor *monitor, int fd)
{
	*monitor = (struct monitor){ .fd = fd };
	pthread_mutex_init(&monitor->lock, NULL);
}

void monitor_done(struct monitor *monitor)
{
	ig_closep(&monitor->fd);
	pthread_mutex_destroy(&monitor->lock);
}

static bool say(const struct monitor *monitor, const char *text)
{
	size_t len = strlen(text);

	return send(monitor->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	       (ssize_t)len;
}

/* The line that answers: its text has "Protocol[State]". Of events and of the
 * greeting nothing is wanted. */
static bool hear(const struct monitor *monitor, struct ig_buf *out)
{
	struct pollfd fd = { .fd = monitor->fd, .events = POLLIN };
	int64_t until = now_ms() + ANSWER_MS;
	struct ig_err err;
	char data[8192];
	ssize_t n;

	while (now_ms() < until) {
		const char *at;

		if (poll(&fd, 1, 100) <= 0)
			continue;
		n = recv(monitor->fd, data, sizeof(data), MSG_DONTWAIT);
		if (n <= 0 || ig_buf_add(out, data, (size_t)n, &err) < 0)
			return false;
		at = strstr(out->data, "Protocol[State]");
		if (at && strchr(at, '\n'))
			return true;
	}
	return false;
}

bool monitor_port_open(struct monitor *monitor, uint16_t port)
{
	IG_AUTO(ig_buf_done)
	struct ig_buf text = IG_BUF_INIT(ANSWER_MAX_BYTES);
	bool open = false;

	pthread_mutex_lock(&monitor->lock);
	if (!monitor->greeted)
		monitor->greeted = say(monitor, hello);
	if (say(monitor, usernet) && hear(monitor, &text))
		open = ig_usernet_open(text.data, port);
	pthread_mutex_unlock(&monitor->lock);
	return open;
}
