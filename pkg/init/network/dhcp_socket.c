/* SPDX-License-Identifier: Apache-2.0 */
#include "network/dhcp_socket.h"

#include "network/dhcp_frame.h"
#include "network/dhcp_packet.h"
#include "network/packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int fail(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

/* Whole UDP packets for port 68, from the IP header on. All else would wake us
 * for every packet that the machine gets. */
static int open_filtered(void)
{
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x3fff, 4, 0),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DHCP_CLIENT_PORT, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, DHCP_SIZE),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	return packet_open(code, sizeof(code) / sizeof(code[0]));
}

int dhcp_socket_packet(int ifindex)
{
	const struct sockaddr_ll a = packet_address(ifindex, ETH_P_IP);
	int one = 1;
	int fd = open_filtered();

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) < 0 ||
	    bind(fd, (const struct sockaddr *)&a, sizeof(a)) < 0)
		return fail(fd);
	return fd;
}

static struct sockaddr_in ip_address(const uint8_t addr[4], uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(port) };

	memcpy(&a.sin_addr, addr, 4);
	return a;
}

int dhcp_socket_udp(const char *link, const uint8_t addr[4])
{
	const struct sockaddr_in a = ip_address(addr, DHCP_CLIENT_PORT);
	int one = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, link,
		       (socklen_t)strlen(link) + 1) < 0 ||
	    bind(fd, (const struct sockaddr *)&a, sizeof(a)) < 0)
		return fail(fd);
	return fd;
}

int dhcp_send_all(int packet, int ifindex, const uint8_t from[4],
		  const uint8_t *p, size_t len)
{
	const struct sockaddr_ll a = packet_address(ifindex, ETH_P_IP);
	uint8_t buf[FRAME_HEADS + DHCP_SEND];

	memcpy(buf + FRAME_HEADS, p, len);
	len = frame_wrap(buf, from, len);
	return sendto(packet, buf, len, 0, (const struct sockaddr *)&a,
		      sizeof(a)) < 0
		       ? -1
		       : 0;
}

int dhcp_send_one(int udp, const uint8_t server[4], const uint8_t *p,
		  size_t len)
{
	const struct sockaddr_in a = ip_address(server, DHCP_SERVER_PORT);
	char drop[64];

	/* what came here was read from the packet socket */
	while (recv(udp, drop, sizeof(drop), 0) >= 0)
		;
	return sendto(udp, p, len, 0, (const struct sockaddr *)&a, sizeof(a)) <
			       0
		       ? -1
		       : 0;
}

/* Virtual links leave the sum of UDP to hardware that is not there. */
static bool is_summed(struct msghdr *m)
{
	struct tpacket_auxdata aux;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != SOL_PACKET ||
		    c->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&aux, CMSG_DATA(c), sizeof(aux));
		return !(aux.tp_status & TP_STATUS_CSUMNOTREADY);
	}
	return true;
}

const uint8_t *dhcp_receive(int packet, uint8_t *buf, size_t *len, int *more)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct iovec iov = { buf, DHCP_SIZE };
	struct msghdr m = { .msg_iov = &iov,
			    .msg_iovlen = 1,
			    .msg_control = control,
			    .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(packet, &m, 0);

	*more = n >= 0;
	if (n < 0 || (m.msg_flags & MSG_TRUNC))
		return NULL;
	return frame_unwrap(buf, (size_t)n, is_summed(&m), len);
}
