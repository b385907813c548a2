/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/own.h>

#include "suite_internal.h"

/* QEMU cannot be given a socket that listens: the port is free again for a
 * moment. */
static int take_one(int *out, uint16_t *port, struct ig_err *err)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct sockaddr *any = (struct sockaddr *)(void *)&at;
	socklen_t len = sizeof(at);
	ig_autofd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, any, len) < 0 || getsockname(fd, any, &len) < 0)
		return ig_fail_sys(err, errno, "find a free port");
	*port = ntohs(at.sin_port);
	*out = ig_take_fd(&fd);
	return 0;
}

static int add(struct ports *ports, int64_t guest, struct ig_err *err)
{
	struct ig_run_port *port = &ports->v[ports->n];

	if (ports_host(ports, guest))
		return 0;
	if (ports->n == PORTS_MOST)
		return ig_fail(err, IG_ELIMIT,
			       "the tests name more than %d ports", PORTS_MOST);
	*port = (struct ig_run_port){ .guest = (uint16_t)guest };
	if (take_one(&ports->held[ports->n], &port->host, err) < 0)
		return -1;
	ports->n++;
	return 0;
}

int ports_take(struct ports *out, const struct ig_tests *tests,
	       struct ig_err *err)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < tests->n; i++) {
		const struct ig_test *test = &tests->v[i];

		if ((test->http.set && add(out, test->http.port, err) < 0) ||
		    (test->tcp.set && add(out, test->tcp.port, err) < 0)) {
			ports_release(out);
			return -1;
		}
	}
	return 0;
}

void ports_release(struct ports *ports)
{
	for (size_t i = 0; i < ports->n; i++)
		ig_closep(&ports->held[i]);
}

uint16_t ports_host(const struct ports *ports, int64_t guest)
{
	for (size_t i = 0; i < ports->n; i++)
		if (ports->v[i].guest == guest)
			return ports->v[i].host;
	return 0;
}
