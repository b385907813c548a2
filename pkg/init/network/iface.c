/* SPDX-License-Identifier: Apache-2.0 */
#include "network/iface.h"

#include "base/sys.h"
#include "network/lease.h"

#include <errno.h>
#include <limits.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define METRIC 100

static void changed(struct iface *i)
{
	i->changed(i->ctx, i);
}

/* ---- what a link is ---- */

/* "" when it has none: a VLAN, a bridge. */
static void driver_of(const char *link, char *out, size_t cap)
{
	char path[SYS_PATH];
	char target[SYS_PATH];

	out[0] = '\0';
	snprintf(path, sizeof(path), "/sys/class/net/%s/device/driver", link);
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n <= 0)
		return;
	target[n] = '\0';
	const char *slash = strrchr(target, '/');

	snprintf(out, cap, "%s", slash ? slash + 1 : target);
}

bool iface_fits(const struct iface *i, const struct link *l, int parent)
{
	char driver[64];

	if (i->link.index > 0 || !l->ethernet)
		return false;
	if (i->want->vlan)
		return l->parent == parent && parent > 0 &&
		       strcmp(l->name, i->want->name) == 0;
	driver_of(l->name, driver, sizeof(driver));
	return config_matches(&i->want->match, l->name, l->mac, driver);
}

/* ---- addresses and routes of the configuration ---- */

static void add_route(struct iface *i, const struct rt_route *r)
{
	char to[ADDR_TEXT], via[ADDR_TEXT] = "";

	if (rt_route(i->link.index, r) == 0)
		return;
	int why = errno;

	addr_text(to, &r->to, true);
	if (r->via.family)
		addr_text(via, &r->via, false);
	complain("%s: route to %s via %s: %s", i->want->name, to, via,
		 strerror(why));
}

static bool leased(const struct iface *i)
{
	return i->want->dhcp && i->dhcp.has_lease;
}

/* Those whose way is there: before the lease, or the prefix that a router
 * announces, the kernel would refuse them. */
static void add_routes(struct iface *i)
{
	const struct config_iface *w = i->want;
	struct rt_route r = { .metric = i->metric, .protocol = RTPROT_STATIC };

	for (size_t n = 0; n < w->gateway.n; n++) {
		r.to = (struct addr){ .family = w->gateway.v[n].family };
		r.via = w->gateway.v[n];
		add_route(i, &r);
	}
	for (size_t n = 0; n < w->n_routes; n++) {
		r.to = w->routes[n].to;
		r.via = w->routes[n].via;
		if (r.to.family == AF_INET ? w->dhcp && !leased(i)
					   : w->ra != RA_OFF && !i->announced &&
						     w->addresses.n == 0)
			continue;
		add_route(i, &r);
	}
}

static void add_addresses(struct iface *i)
{
	const struct config_iface *w = i->want;

	for (size_t n = 0; n < w->addresses.n; n++) {
		char text[ADDR_TEXT];

		addr_text(text, &w->addresses.v[n], true);
		if (rt_address(i->link.index, &w->addresses.v[n], UINT32_MAX) <
		    0)
			complain("%s: address %s: %s", w->name, text,
				 strerror(errno));
		else if (w->addresses.v[n].family == AF_INET)
			complain("%s: %s: %s", w->name, i->link.name, text);
	}
}

static void set_ra(const struct iface *i, const char *key, const char *value)
{
	char path[SYS_PATH];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s",
		 i->link.name, key);
	if (sys_write(path, value) < 0)
		complain("%s: write '%s': %s", i->want->name, path,
			 strerror(errno));
}

static void set_up(const struct iface *i)
{
	const struct config_iface *w = i->want;

	if (w->mtu && rt_mtu(i->link.index, w->mtu) < 0)
		complain("%s: MTU %u: %s", w->name, w->mtu, strerror(errno));
	/* 2: also when the machine forwards packets */
	if (w->ra != RA_KERNEL)
		set_ra(i, "accept_ra", w->ra == RA_ON ? "2" : "0");
	if (rt_up(i->link.index) < 0)
		complain("%s: up: %s", w->name, strerror(errno));
}

/* ---- the lease ---- */

static void drop_lease(struct iface *i, const struct dhcp_answer *old)
{
	char text[ADDR_TEXT];

	/* its routes go with it: they are from that address */
	if (i->link.index > 0 &&
	    rt_address_drop(i->link.index, &old->address) < 0 &&
	    errno != EADDRNOTAVAIL && errno != ENODEV)
		complain("%s: drop %s: %s", i->want->name,
			 addr_text(text, &old->address, true), strerror(errno));
}

static void drop_routes(const struct iface *i, const struct dhcp_answer *old)
{
	struct rt_route r[LEASE_ROUTES];
	size_t n = lease_routes(r, old, i->metric);

	while (n-- > 0)
		rt_route_drop(i->link.index, &r[n]);
}

static bool same_routes(const struct dhcp_answer *a,
			const struct dhcp_answer *b)
{
	return a->has_routes == b->has_routes && a->n_routes == b->n_routes &&
	       a->n_routers == b->n_routers &&
	       memcmp(a->routes, b->routes, sizeof(a->routes)) == 0 &&
	       memcmp(a->routers, b->routers, sizeof(a->routers)) == 0;
}

static bool same_address(const struct dhcp_answer *a,
			 const struct dhcp_answer *b)
{
	return addr_same(&a->address, &b->address) &&
	       a->address.bits == b->address.bits;
}

static void say_lease(const struct iface *i, const struct dhcp_answer *lease)
{
	char own[ADDR_TEXT], from[ADDR_TEXT], via[ADDR_TEXT] = "none";
	const struct addr server = addr_ipv4(lease->server, 32);
	struct rt_route r[LEASE_ROUTES];
	size_t n = lease_routes(r, lease, 0);

	for (size_t k = 0; k < n; k++) {
		if (r[k].to.bits == 0 && r[k].via.family)
			addr_text(via, &r[k].via, false);
	}
	complain("%s: %s: %s by DHCP from %s, gateway %s, lease %u s",
		 i->want->name, i->link.name,
		 addr_text(own, &lease->address, true),
		 addr_text(from, &server, false), via, lease->lease);
}

static void take_hostname(const struct iface *i,
			  const struct dhcp_answer *lease)
{
	size_t len = strlen(lease->hostname);

	if (i->want->dhcp_hostname && i->hostname >= 0 && len > 0 &&
	    write(i->hostname, lease->hostname, len) < 0)
		complain("%s: host name: %s", i->want->name, strerror(errno));
}

static void take_lease(struct iface *i, const struct dhcp_answer *lease,
		       const struct dhcp_answer *old)
{
	struct rt_route r[LEASE_ROUTES];
	size_t n = lease_routes(r, lease, i->metric);

	if (old && !same_address(lease, old))
		drop_lease(i, old);
	else if (old && !same_routes(lease, old))
		drop_routes(i, old);
	if (rt_address(i->link.index, &lease->address, lease->lease) < 0) {
		complain("%s: address: %s", i->want->name, strerror(errno));
		return;
	}
	if (!i->want->mtu && lease->mtu && lease->mtu != i->link.mtu &&
	    rt_mtu(i->link.index, lease->mtu) < 0)
		complain("%s: MTU %u: %s", i->want->name, lease->mtu,
			 strerror(errno));
	for (size_t k = 0; k < n; k++)
		add_route(i, &r[k]);
	if (!old || !same_address(lease, old))
		say_lease(i, lease);
	if (!old || strcmp(lease->hostname, old->hostname) != 0)
		take_hostname(i, lease);
	add_routes(i);
}

static void on_lease(void *ctx, const struct dhcp_answer *now,
		     const struct dhcp_answer *old)
{
	struct iface *i = ctx;

	if (now)
		take_lease(i, now, old);
	else
		drop_lease(i, old);
	changed(i);
}

/* ---- its life ---- */

void iface_init(struct iface *i, const struct config_iface *want,
		unsigned number)
{
	memset(i, 0, sizeof(*i));
	i->want = want;
	i->metric = METRIC + number;
	i->hostname = -1;
	dhcp_init(&i->dhcp, want->name, on_lease, i);
}

void iface_bind(struct iface *i, const struct link *l)
{
	/* as if it had been down: what is to be done is done on the way up */
	i->link = *l;
	i->link.up = false;
	i->link.carrier = false;
	dhcp_bind(&i->dhcp, l->name, l->index, l->mac);
	set_up(i);
	if (l->up)
		iface_update(i, l);
}

void iface_update(struct iface *i, const struct link *l)
{
	bool came_up = l->up && !i->link.up;
	bool carrier = i->link.carrier;
	bool same = l->carrier == carrier && l->mtu == i->link.mtu;

	i->link = *l;
	if (came_up) {
		add_addresses(i);
		add_routes(i);
	}
	if (i->want->dhcp && l->carrier != carrier)
		dhcp_carrier(&i->dhcp, l->carrier);
	if (came_up || !same)
		changed(i);
}

void iface_unbind(struct iface *i)
{
	complain("%s: %s is gone", i->want->name, i->link.name);
	i->link = (struct link){ 0 };
	i->usable = 0;
	i->announced = false;
	dhcp_unbind(&i->dhcp);
	changed(i);
}

static bool take_own(struct iface *i, const struct rt_addr *a, bool usable)
{
	const struct addrs *own = &i->want->addresses;
	char text[ADDR_TEXT];

	for (size_t n = 0; n < own->n; n++) {
		uint32_t bit = UINT32_C(1) << n;

		if (!addr_same(&own->v[n], &a->addr))
			continue;
		if (a->failed)
			complain("%s: another host has %s", i->want->name,
				 addr_text(text, &a->addr, true));
		else if (usable && !(i->usable & bit) &&
			 a->addr.family == AF_INET6)
			complain("%s: %s: %s", i->want->name, i->link.name,
				 addr_text(text, &a->addr, true));
		i->usable = usable ? i->usable | bit : i->usable & ~bit;
		return true;
	}
	return false;
}

void iface_address(struct iface *i, const struct rt_addr *a, bool gone)
{
	bool usable = a->ready && !gone;
	char text[ADDR_TEXT];

	if (!take_own(i, a, usable)) {
		if (a->addr.family != AF_INET6 || !a->global || i->announced ||
		    !usable)
			return;
		i->announced = true;
		complain("%s: %s: %s by router advertisement", i->want->name,
			 i->link.name, addr_text(text, &a->addr, true));
		add_routes(i);
	}
	changed(i);
}

bool iface_ready(const struct iface *i)
{
	const struct config_iface *w = i->want;
	uint32_t all = (uint32_t)((UINT64_C(1) << w->addresses.n) - 1);

	if (i->link.index == 0 || i->usable != all ||
	    (w->dhcp && !i->dhcp.has_lease))
		return false;
	return w->dhcp || w->addresses.n > 0 || i->announced;
}
