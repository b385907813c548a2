/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#define MATCH struct ig_net_match
#define VLAN  struct ig_net_vlan
#define IFACE struct ig_net_interface

static const struct ig_field match_fields[] = {
	{ .key = "name",
	  .kind = IG_K_STR,
	  .at = offsetof(MATCH, name),
	  .check = ig_check_net_pattern },
	{ .key = "mac",
	  .kind = IG_K_STR,
	  .at = offsetof(MATCH, mac),
	  .check = ig_check_net_mac },
	{ .key = "driver",
	  .kind = IG_K_STR,
	  .at = offsetof(MATCH, driver),
	  .check = ig_check_net_driver },
	IG_FIELDS_END
};
static const struct ig_object match_object = {
	.size = sizeof(MATCH),
	.fields = match_fields,
	.brief = "name",
};

static const struct ig_field vlan_fields[] = { { .key = "id",
						 .kind = IG_K_INT,
						 .flags = IG_F_REQUIRED,
						 .at = offsetof(VLAN, id),
						 .min = 1,
						 .max = 4094 },
					       IG_STR("parent", VLAN, parent,
						      IG_F_REQUIRED),
					       IG_FIELDS_END };
static const struct ig_object vlan_object = {
	.size = sizeof(VLAN),
	.fields = vlan_fields,
};

static const struct ig_field route_fields[] = {
	IG_STR("to", struct ig_net_route, to, IG_F_REQUIRED),
	IG_STR("via", struct ig_net_route, via, IG_F_REQUIRED), IG_FIELDS_END
};
static const struct ig_object route_object = {
	.size = sizeof(struct ig_net_route),
	.pos_at = offsetof(struct ig_net_route, pos) + 1,
	.fields = route_fields,
	.check = ig_check_net_route,
};

static const struct ig_field interface_fields[] = {
	{ .key = "name",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(IFACE, name),
	  .check = ig_check_net_name },
	IG_OBJ("match", IFACE, match, &match_object, match.set),
	IG_OBJ("vlan", IFACE, vlan, &vlan_object, vlan.set),
	IG_VALUE("dhcp", IG_K_BOOL, IFACE, dhcp),
	IG_VALUE("dhcp-hostname", IG_K_BOOL, IFACE, dhcp_hostname),
	IG_VALUE("addresses", IG_K_STRS, IFACE, addresses),
	IG_VALUE("gateway", IG_K_STRS, IFACE, gateway),
	IG_LIST("routes", IFACE, routes, routes_n, routes_set, &route_object),
	{ .key = "mtu",
	  .kind = IG_K_OPT_INT,
	  .at = offsetof(IFACE, mtu),
	  .min = 576,
	  .max = 65535 },
	IG_VALUE("accept-ra", IG_K_OPT_BOOL, IFACE, accept_ra),
	IG_VALUE("required", IG_K_OPT_BOOL, IFACE, required),
	IG_FIELDS_END
};
static const struct ig_object interface_object = {
	.size = sizeof(IFACE),
	.pos_at = offsetof(IFACE, pos) + 1,
	.fields = interface_fields,
	.check = ig_check_net_interface,
};

static const struct ig_field dns_fields[] = {
	IG_VALUE("servers", IG_K_STRS, struct ig_net_dns, servers),
	IG_VALUE("search", IG_K_STRS, struct ig_net_dns, search), IG_FIELDS_END
};
static const struct ig_object dns_object = {
	.size = sizeof(struct ig_net_dns),
	.fields = dns_fields,
	.check = ig_check_net_dns,
};

static const struct ig_field network_fields[] = {
	IG_LIST("interfaces", struct ig_network, interfaces, interfaces_n,
		interfaces_set, &interface_object),
	IG_OBJ("dns", struct ig_network, dns, &dns_object, dns.set),
	{ .key = "wait",
	  .kind = IG_K_STR,
	  .at = offsetof(struct ig_network, wait),
	  .check = ig_check_net_wait },
	IG_FIELDS_END
};
const struct ig_object ig_schema_network = {
	.size = sizeof(struct ig_network),
	.pos_at = offsetof(struct ig_network, pos) + 1,
	.fields = network_fields,
	.check = ig_check_network,
};
