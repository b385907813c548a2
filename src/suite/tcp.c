/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ingot/own.h>

#include "suite_internal.h"

#define SILENCE_MS 300

static int dial(uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	ig_autofd int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)(void *)&at, sizeof(at)) < 0)
		return -1;
	return ig_take_fd(&fd);
}

/*
 * QEMU accepts every connection before the guest is asked. When the guest
 * refuses, QEMU closes it; when the guest is silent, QEMU knows whether it has
 * accepted.
 */
enum verdict tcp_try(struct kase *kase, int64_t until,
		     char why[IG_SUITE_REASON])
{
	uint16_t port = ports_host(&kase->boot->ports, kase->test->tcp.port);
	ig_autofd int fd = dial(port);
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char byte;

	(void)until;
	if (fd < 0) {
		reason_set(why, "QEMU does not listen: %s", strerror(errno));
		return VERDICT_AGAIN;
	}
	if (poll(&wait, 1, SILENCE_MS) > 0) {
		if (recv(fd, &byte, 1, MSG_DONTWAIT) == 1)
			return VERDICT_PASS;
		reason_set(why, "the guest refuses the connection");
		return VERDICT_AGAIN;
	}
	if (monitor_port_open(&kase->boot->monitor, port))
		return VERDICT_PASS;
	reason_set(why, "the guest does not answer at the port");
	return VERDICT_AGAIN;
}
