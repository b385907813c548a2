/* SPDX-License-Identifier: Apache-2.0 */
#include "network/lease.h"

#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

static struct rt_route route(const struct dhcp_answer *lease,
			     const struct addr *to, const uint8_t via[4],
			     uint32_t metric)
{
	struct rt_route r = { .to = *to,
			      .from = lease->address,
			      .metric = metric,
			      .protocol = RTPROT_DHCP };
	static const uint8_t none[4];

	if (memcmp(via, none, 4) == 0)
		return r;
	r.via = addr_ipv4(via, 32);
	r.onlink = !addr_covers(&lease->address, &r.via);
	return r;
}

size_t lease_routes(struct rt_route out[LEASE_ROUTES],
		    const struct dhcp_answer *lease, uint32_t metric)
{
	const struct addr all = { .family = AF_INET };

	if (!lease->has_routes) {
		/* the others of them would only have the same place */
		if (lease->n_routers > 0)
			out[0] = route(lease, &all, lease->routers[0], metric);
		return lease->n_routers > 0 ? 1 : 0;
	}
	for (size_t i = 0; i < lease->n_routes; i++)
		out[i] = route(lease, &lease->routes[i].to,
			       lease->routes[i].via, metric);
	return lease->n_routes;
}
