/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_RT_H
#define INIT_NETWORK_RT_H

#include "network/addr.h"
#include "network/config.h"

#include <stdbool.h>
#include <stdint.h>

struct nlmsghdr;

/** A link of the kernel's. */
struct link {
	int index; /* 0: none */
	int parent;
	bool up;      /* wanted to be */
	bool carrier; /* and is */
	bool ethernet;
	uint8_t mac[6];
	uint32_t mtu;
	char name[CONFIG_NAME];
};

/** An address that the kernel tells of. */
struct rt_addr {
	int index;
	struct addr addr;
	bool ready;  /* can be used */
	bool failed; /* another host has it (IPv6) */
	bool global;
};

/** rt_link() - read RTM_NEWLINK or RTM_DELLINK. 0, or -1 for what is none. */
int rt_link(struct link *out, const struct nlmsghdr *h);

/** rt_addr() - read RTM_NEWADDR or RTM_DELADDR. 0, or -1 for what is none. */
int rt_addr(struct rt_addr *out, const struct nlmsghdr *h);

/* What follows asks the kernel: 0, or -1 with errno. */

/** rt_up() - bring a link up. */
int rt_up(int index);

/** rt_mtu() - the largest packet of a link. */
int rt_mtu(int index, uint32_t mtu);

/** rt_vlan() - make a VLAN on the link @parent. */
int rt_vlan(const char *name, int parent, uint16_t id);

/** rt_address() - give a link an address, for @seconds (UINT32_MAX: ever). One
 * that is there gets the new time. */
int rt_address(int index, const struct addr *a, uint32_t seconds);
int rt_address_drop(int index, const struct addr *a);

/** Where a route goes. */
struct rt_route {
	struct addr to;	  /* 0 bits: all */
	struct addr via;  /* family 0: on the link */
	struct addr from; /* the address it is used with, or family 0 */
	bool onlink;	  /* via is there, whatever the networks say */
	uint32_t metric;
	unsigned char protocol; /* RTPROT_STATIC, RTPROT_DHCP */
};

/** rt_route() - make a route, in the place of the one that is like it. */
int rt_route(int index, const struct rt_route *r);
int rt_route_drop(int index, const struct rt_route *r);

#endif
