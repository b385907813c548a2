/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_LEASE_H
#define INIT_NETWORK_LEASE_H

#include "network/dhcp_packet.h"
#include "network/rt.h"

#include <stddef.h>

/** Most routes of a lease. */
#define LEASE_ROUTES DHCP_ROUTES

/**
 * lease_routes() - what routes a lease asks for, into @out.
 * Option 121 takes the place of the routers (RFC 3442); a router outside of the
 * subnet is on the link. Returns how many.
 */
size_t lease_routes(struct rt_route out[LEASE_ROUTES],
		    const struct dhcp_answer *lease, uint32_t metric);

#endif
