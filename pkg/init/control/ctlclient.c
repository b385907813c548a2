/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctlclient.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int ctlclient_receive(struct ctlclient *c)
{
	size_t room = sizeof(c->in) - c->in_len;

	/* what is there waits for its answer */
	if (room == 0)
		return 0;
	ssize_t n = recv(c->fd, c->in + c->in_len, room, MSG_DONTWAIT);

	if (n > 0)
		c->in_len += (size_t)n;
	else if (n == 0)
		c->eof = true;
	else if (errno != EAGAIN && errno != EINTR)
		return -1;
	/* nobody reads what follows */
	return c->eof && c->answering && c->req.follow ? -1 : 0;
}

int ctlclient_send(struct ctlclient *c)
{
	c->blocked = false;
	while (c->out_at < c->out_len) {
		ssize_t n =
			send(c->fd, c->out + c->out_at, c->out_len - c->out_at,
			     MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n > 0) {
			c->out_at += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		c->blocked = n < 0 && errno == EAGAIN;
		return c->blocked ? 0 : -1;
	}
	c->out_at = 0;
	c->out_len = 0;
	return 0;
}

int ctlclient_request(struct ctlclient *c, char line[CTLREQ_MAX])
{
	const char *end = memchr(c->in, '\n', c->in_len);

	if (!end)
		return -1;
	size_t len = (size_t)(end - c->in);

	memcpy(line, c->in, len);
	c->in_len -= len + 1;
	memmove(c->in, end + 1, c->in_len);
	return (int)len;
}

bool ctlclient_is_over(const struct ctlclient *c)
{
	return c->eof || c->in_len == sizeof(c->in);
}
