/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_DHCP_PACKET_H
#define INIT_NETWORK_DHCP_PACKET_H

#include "network/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DHCP_CLIENT_PORT 68
#define DHCP_SERVER_PORT 67

/** What a server may send us at most, IP and UDP headers with it. */
#define DHCP_SIZE 1500
/** What we send: RFC 2131, 2: at least 236 and 4 bytes and options. */
#define DHCP_SEND     576

#define DHCP_ROUTERS  4
#define DHCP_SERVERS  3
#define DHCP_ROUTES   32
#define DHCP_NAME     64 /* RFC 1035: a label has 63 */
#define DHCP_DOMAINS  512
#define DHCP_INFINITE UINT32_MAX

/** RFC 2132, 9.6 */
enum dhcp_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
};

/** What a client asks. Addresses are 4 bytes in network order. */
struct dhcp_ask {
	enum dhcp_type type;
	uint32_t xid;
	uint16_t secs;
	uint8_t mac[6];
	uint8_t ciaddr[4];    /* the address in use, or 0 */
	uint8_t requested[4]; /* option 50, or 0 */
	uint8_t server[4];    /* option 54, or 0 */
	uint16_t size;	      /* of the largest packet taken */
	char hostname[DHCP_NAME];
};

struct dhcp_route {
	struct addr to;
	uint8_t via[4]; /* 0: on the link */
};

/** What a server answers. */
struct dhcp_answer {
	enum dhcp_type type; /* OFFER, ACK or NAK */
	uint32_t xid;
	uint8_t mac[6];
	struct addr address; /* with the subnet's bits */
	bool has_server;
	uint8_t server[4];
	uint32_t lease; /* seconds; 0: none given */
	uint32_t t1, t2;
	uint16_t mtu; /* 0: none given */
	uint8_t routers[DHCP_ROUTERS][4];
	size_t n_routers;
	uint8_t dns[DHCP_SERVERS][4];
	size_t n_dns;
	bool has_routes; /* option 121: the routers do not count */
	struct dhcp_route routes[DHCP_ROUTES];
	size_t n_routes;
	char hostname[DHCP_NAME];
	char domains[DHCP_DOMAINS]; /* to search, blanks between */
};

/** dhcp_encode() - a client's packet into @out of DHCP_SEND bytes. Returns its
 * length. */
size_t dhcp_encode(uint8_t *out, const struct dhcp_ask *ask);

/**
 * dhcp_decode() - read a server's packet, strictly.
 * @p: @len bytes behind the UDP header. What a client cannot do without must
 * be right; of the rest, what is wrong is as if it was not there.
 * Returns 0, or -1 for what is no answer.
 */
int dhcp_decode(struct dhcp_answer *out, const uint8_t *p, size_t len);

/** dhcp_usable() - is it an address that a host can have? */
bool dhcp_usable(const uint8_t b[4]);

#endif
