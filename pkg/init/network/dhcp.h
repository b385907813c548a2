/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_DHCP_H
#define INIT_NETWORK_DHCP_H

#include "network/acd.h"
#include "network/config.h"
#include "network/dhcp_machine.h"
#include "network/dhcp_packet.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dhcp;

/** Told when there is a lease (@old: the one before it, or NULL), or when @now
 * is NULL: there is none any more. Both are borrowed. */
typedef void dhcp_fn(void *ctx, const struct dhcp_answer *now,
		     const struct dhcp_answer *old);

/** A client on one link. */
struct dhcp {
	enum dhcp_state state;
	const char *name; /* for messages; borrowed */
	char link[CONFIG_NAME];
	int ifindex;
	uint8_t mac[6];
	dhcp_fn *changed;
	void *ctx;
	int packet, udp; /* -1 when closed */
	uint32_t xid;
	unsigned tries; /* of this state */
	unsigned naks;	/* since the last lease */
	int64_t began;	/* the exchange */
	int64_t sent;	/* the last packet */
	struct acd acd; /* of the offer's address */
	bool taken;	/* another host has it */
	struct dhcp_answer offer;
	bool has_lease;
	struct dhcp_answer lease;
	int64_t leased;			/* when it began */
	int64_t retry, t1, t2, expires; /* deadlines in µs, 0: none */
};

/** dhcp_init() - a client that waits for its link. @name is borrowed. */
void dhcp_init(struct dhcp *d, const char *name, dhcp_fn *changed, void *ctx);

/** dhcp_bind() - the link it is for; forgets what it knew of another. */
void dhcp_bind(struct dhcp *d, const char *link, int ifindex,
	       const uint8_t mac[6]);

/** dhcp_unbind() - the link is gone, and with it address and sockets. */
void dhcp_unbind(struct dhcp *d);

/** dhcp_carrier() - the link has a carrier now, or has none. */
void dhcp_carrier(struct dhcp *d, bool up);

/** dhcp_read() - take what came to d->packet and d->acd.fd. */
void dhcp_read(struct dhcp *d);

/** dhcp_deadline() - when dhcp_tick() is to be called next; 0: never. */
int64_t dhcp_deadline(const struct dhcp *d);

/** dhcp_tick() - do what is due. */
void dhcp_tick(struct dhcp *d);

#endif
