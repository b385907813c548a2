/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <string.h>

#define INTERFACES_MAX 64u
#define ADDRESSES_MAX  32u
#define ROUTES_MAX     64u
#define MTU6_LEAST     1280 /* RFC 8200, 5 */

/* An interface on its way through the checks. */
struct iface {
	struct ig_walk *walk;
	const struct ig_net_interface *i;
	const struct ig_ynode *node;
	const struct ig_path *path;
};

bool ig_net_has_address(const struct ig_net_interface *i)
{
	return i->dhcp || i->addresses.n > 0 ||
	       (i->accept_ra.set && i->accept_ra.v);
}

/* Points at @key, or at the whole. */
static int problem(const struct iface *f, const char *key, const char *text)
{
	struct ig_path path = { f->path, key, 0 };
	const struct ig_ynode *value = ig_yaml_get(f->node, key);

	return ig_problem(f->walk, &path, value ? value : f->node, "%s", text);
}

/* Points at the @n-th of the list @key, and says its @value. */
static int item_problem(const struct iface *f, const char *key, size_t n,
			const char *value, const char *text)
{
	struct ig_path list = { f->path, key, 0 };
	struct ig_path item = { &list, NULL, n };
	const struct ig_ynode *items = ig_yaml_get(f->node, key);
	char quoted[IG_QUOTE];

	return ig_problem(f->walk, &item, items->v[n], "'%s' %s",
			  ig_spec_quote(quoted, value), text);
}

static bool has_family(const struct ig_net_interface *i, int family)
{
	struct ig_prefix p;

	for (size_t k = 0; k < i->addresses.n; k++) {
		if (ig_prefix_parse(&p, i->addresses.v[k]) == 0 &&
		    p.family == family)
			return true;
	}
	return false;
}

/* Is @p on the link, as far as the spec tells? */
static bool is_reachable(const struct ig_net_interface *i,
			 const struct ig_prefix *p)
{
	struct ig_prefix own;

	if (ig_prefix_link_local(p))
		return true;
	for (size_t k = 0; k < i->addresses.n; k++) {
		if (ig_prefix_parse(&own, i->addresses.v[k]) == 0 &&
		    ig_prefix_covers(&own, p) && !ig_prefix_same(&own, p))
			return true;
	}
	return false;
}

/* Addresses that nobody knows before the machine runs. */
static bool is_dynamic(const struct ig_net_interface *i, int family)
{
	return family == AF_INET ? i->dhcp
				 : !i->accept_ra.set || i->accept_ra.v;
}

static int check_which(const struct iface *f)
{
	const struct ig_net_match *m = &f->i->match;

	if (f->i->vlan.set && m->set)
		return problem(f, "match",
			       "a VLAN is made, not looked for: leave it out");
	if (f->i->vlan.set)
		return 0;
	if (!m->set)
		return problem(
			f, "match",
			"which network card? Give match with name, mac or driver, or vlan");
	if (!m->name && !m->mac && !m->driver)
		return problem(f, "match", "give name, mac or driver");
	return 0;
}

static int check_address(const struct iface *f, size_t n)
{
	const char *text = f->i->addresses.v[n];
	struct ig_prefix p, other;
	const char *fault;

	if (ig_prefix_parse(&p, text) < 0)
		return item_problem(
			f, "addresses", n, text,
			"is no address with a prefix: write 192.0.2.10/24 or 2001:db8::10/64");
	fault = ig_prefix_host_fault(&p);
	if (fault)
		return item_problem(f, "addresses", n, text, fault);
	if (p.family == AF_INET && f->i->dhcp)
		return item_problem(
			f, "addresses", n, text,
			"is IPv4, which dhcp gives: leave one of them out");
	for (size_t k = 0; k < n; k++) {
		if (ig_prefix_parse(&other, f->i->addresses.v[k]) == 0 &&
		    ig_prefix_same(&p, &other))
			return item_problem(f, "addresses", n, text,
					    "stands there twice");
	}
	return 0;
}

static int check_gateway(const struct iface *f, size_t n)
{
	const char *text = f->i->gateway.v[n];
	struct ig_prefix p, other;

	if (ig_prefix_address(&p, text) < 0)
		return item_problem(f, "gateway", n, text, "is no address");
	if (p.family == AF_INET && f->i->dhcp)
		return item_problem(
			f, "gateway", n, text,
			"is IPv4, which dhcp gives: leave one of them out");
	if (!is_reachable(f->i, &p))
		return item_problem(
			f, "gateway", n, text,
			"is in no network of this interface's addresses");
	for (size_t k = 0; k < n; k++) {
		if (ig_prefix_address(&other, f->i->gateway.v[k]) == 0 &&
		    other.family == p.family)
			return item_problem(f, "gateway", n, text,
					    "is the second of its family");
	}
	return 0;
}

static int check_via(const struct iface *f, size_t n)
{
	const struct ig_net_route *route = &f->i->routes[n];
	struct ig_prefix net, via, other;

	if (ig_prefix_parse(&net, route->to) < 0 ||
	    ig_prefix_address(&via, route->via) < 0)
		return 0; /* told already */
	if (!is_dynamic(f->i, via.family) && !is_reachable(f->i, &via))
		return item_problem(
			f, "routes", n, route->via,
			"is in no network of this interface's addresses");
	for (size_t k = 0; k < n; k++) {
		if (ig_prefix_parse(&other, f->i->routes[k].to) == 0 &&
		    other.bits == net.bits && ig_prefix_same(&net, &other))
			return item_problem(f, "routes", n, route->to,
					    "has a route already");
	}
	return 0;
}

static int check_lists(const struct iface *f)
{
	const struct ig_net_interface *i = f->i;

	if (i->addresses.n > ADDRESSES_MAX)
		return problem(f, "addresses", "more than 32 addresses");
	if (i->routes_n > ROUTES_MAX)
		return problem(f, "routes", "more than 64 routes");
	if (i->gateway.n > 2)
		return problem(f, "gateway",
			       "one for IPv4 and one for IPv6 at most");
	for (size_t n = 0; n < i->addresses.n; n++) {
		if (check_address(f, n) < 0)
			return -1;
	}
	for (size_t n = 0; n < i->gateway.n; n++) {
		if (check_gateway(f, n) < 0)
			return -1;
	}
	for (size_t n = 0; n < i->routes_n; n++) {
		if (check_via(f, n) < 0)
			return -1;
	}
	return 0;
}

int ig_check_net_interface(struct ig_walk *walk, void *object,
			   const struct ig_ynode *node,
			   const struct ig_path *path)
{
	const struct ig_net_interface *i = object;
	const struct iface f = { walk, i, node, path };

	if (check_which(&f) < 0 || check_lists(&f) < 0)
		return -1;
	if (i->dhcp_hostname && !i->dhcp)
		return problem(&f, "dhcp-hostname", "there is no dhcp here");
	if (i->required.set && i->required.v && !ig_net_has_address(i))
		return problem(
			&f, "required",
			"it never gets an address: give dhcp, addresses or accept-ra");
	if (i->mtu.set && i->mtu.v < MTU6_LEAST && has_family(i, AF_INET6))
		return problem(&f, "mtu", "IPv6 needs at least 1280");
	return 0;
}

/* ---- several of them ---- */

static const struct ig_net_interface *named(const struct ig_network *net,
					    const char *name)
{
	for (size_t i = 0; i < net->interfaces_n; i++) {
		if (strcmp(net->interfaces[i].name, name) == 0)
			return &net->interfaces[i];
	}
	return NULL;
}

static int check_vlan(const struct iface *f, const struct ig_network *net)
{
	const struct ig_net_vlan *v = &f->i->vlan;
	const struct ig_net_interface *parent = named(net, v->parent);

	if (!parent)
		return problem(f, "vlan",
			       "its parent is no interface of this network");
	if (parent == f->i)
		return problem(f, "vlan", "it cannot be its own parent");
	if (parent->vlan.set)
		return problem(f, "vlan", "its parent is a VLAN itself");
	if (f->i->mtu.set && parent->mtu.set && f->i->mtu.v > parent->mtu.v)
		return problem(f, "mtu", "larger than that of its parent");
	for (const struct ig_net_interface *o = net->interfaces; o < f->i;
	     o++) {
		if (o->vlan.set && o->vlan.id == v->id &&
		    strcmp(o->vlan.parent, v->parent) == 0)
			return problem(f, "vlan",
				       "another interface is that VLAN");
	}
	return 0;
}

static bool has_address(const struct ig_net_interface *i,
			const struct ig_prefix *p)
{
	struct ig_prefix own;

	for (size_t k = 0; k < i->addresses.n; k++) {
		if (ig_prefix_parse(&own, i->addresses.v[k]) == 0 &&
		    ig_prefix_same(&own, p))
			return true;
	}
	return false;
}

/* An address of another interface; a link's own may repeat. */
static int check_unique(const struct iface *f, const struct ig_network *net)
{
	struct ig_prefix p;

	for (size_t n = 0; n < f->i->addresses.n; n++) {
		if (ig_prefix_parse(&p, f->i->addresses.v[n]) < 0 ||
		    ig_prefix_link_local(&p))
			continue;
		for (const struct ig_net_interface *o = net->interfaces;
		     o < f->i; o++) {
			if (has_address(o, &p))
				return item_problem(
					f, "addresses", n, f->i->addresses.v[n],
					"is another interface's address");
		}
	}
	return 0;
}

static int check_one(const struct iface *f, const struct ig_network *net)
{
	if (named(net, f->i->name) != f->i)
		return problem(f, "name", "another interface has that name");
	if (f->i->vlan.set && check_vlan(f, net) < 0)
		return -1;
	return check_unique(f, net);
}

int ig_check_network(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path)
{
	struct ig_network *net = object;
	struct ig_path list = { path, "interfaces", 0 };
	const struct ig_ynode *items = ig_yaml_get(node, "interfaces");

	if (net->wait)
		net->wait_ms = ig_spec_ms(net->wait);
	if (net->interfaces_n > INTERFACES_MAX)
		return ig_problem(walk, &list, items, "more than %u interfaces",
				  INTERFACES_MAX);
	for (size_t i = 0; i < net->interfaces_n; i++) {
		struct ig_path item = { &list, NULL, i };
		const struct iface f = { walk, &net->interfaces[i], items->v[i],
					 &item };

		if (check_one(&f, net) < 0)
			return -1;
	}
	return 0;
}
