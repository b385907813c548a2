/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_PACKET_H
#define INIT_PACKET_H

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <stddef.h>
#include <stdint.h>

/**
 * packet_open() - a packet socket (packet(7)) without the link's headers, which
 * takes what @code lets pass. It is bound to nothing: without a protocol, no
 * packet comes before there is a filter. Returns it, or -1 with errno.
 */
int packet_open(struct sock_filter *code, size_t n);

/** packet_address() - everybody on a link. @protocol: ETH_P_IP, ETH_P_ARP. */
struct sockaddr_ll packet_address(int ifindex, uint16_t protocol);

#endif
