/* SPDX-License-Identifier: Apache-2.0 */
#include "network/packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int packet_open(struct sock_filter *code, size_t n)
{
	const struct sock_fprog prog = { (unsigned short)n, code };
	int fd =
		socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
				 sizeof(prog)) == 0)
		return fd;
	int why = errno;

	close(fd);
	errno = why;
	return -1;
}

struct sockaddr_ll packet_address(int ifindex, uint16_t protocol)
{
	struct sockaddr_ll a = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = ifindex,
		.sll_halen = 6,
	};

	memset(a.sll_addr, 0xff, 6);
	return a;
}
