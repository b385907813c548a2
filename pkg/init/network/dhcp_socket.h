/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_DHCP_SOCKET_H
#define INIT_NETWORK_DHCP_SOCKET_H

#include <stddef.h>
#include <stdint.h>

/** dhcp_socket_packet() - a socket that hears of UDP for port 68 on a link,
 * whatever address that has, or -1 with errno. */
int dhcp_socket_packet(int ifindex);

/** dhcp_socket_udp() - port 68 of @addr on @link, or -1 with errno. What comes
 * to it is heard by the packet socket: it only sends, and keeps the kernel from
 * telling the server that the port is closed. */
int dhcp_socket_udp(const char *link, const uint8_t addr[4]);

/** dhcp_send_all() - to all on the link, from @from (0: no address yet). */
int dhcp_send_all(int packet, int ifindex, const uint8_t from[4],
		  const uint8_t *p, size_t len);

/** dhcp_send_one() - to @server, by the UDP socket. */
int dhcp_send_one(int udp, const uint8_t server[4], const uint8_t *p,
		  size_t len);

/** dhcp_receive() - the next payload that came to a packet socket, checked down
 * to its checksums; in @buf of DHCP_SIZE bytes. NULL: it was none for us, *more
 * tells whether something was there. */
const uint8_t *dhcp_receive(int packet, uint8_t *buf, size_t *len, int *more);

#endif
