/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_NETWORK_H
#define IG_SPEC_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/spec_base.h>

/*
 * The section network:, ours: what the guest's own init does without any
 * container. Addresses are text here; they were checked.
 */

/* Which of the machine's network cards; all that is given must hold. */
struct ig_net_match {
	bool set;
	const char *name; /* a pattern */
	const char *mac;
	const char *driver;
};

struct ig_net_vlan {
	bool set;
	int64_t id;
	const char *parent; /* another interface's name here */
};

struct ig_net_route {
	struct ig_pos pos;
	const char *to;	 /* "10.0.0.0/8" */
	const char *via; /* an address */
};

struct ig_net_interface {
	struct ig_pos pos;
	const char *name; /* a VLAN's is the kernel's too */
	struct ig_net_match match;
	struct ig_net_vlan vlan;
	bool dhcp, dhcp_hostname;
	struct ig_strs addresses, gateway;
	bool routes_set;
	size_t routes_n;
	struct ig_net_route *routes;
	struct ig_opt_int mtu;
	struct ig_opt_bool accept_ra, required;
};

struct ig_net_dns {
	bool set;
	struct ig_strs servers, search;
};

struct ig_network {
	bool set;
	struct ig_pos pos;
	bool interfaces_set;
	size_t interfaces_n;
	struct ig_net_interface *interfaces;
	struct ig_net_dns dns;
	const char *wait; /* as written: "30s"; NULL: the default */
	int64_t wait_ms;  /* the same; 0: the default */
};

/** ig_net_has_address() - is there anything that gives @i an address? */
bool ig_net_has_address(const struct ig_net_interface *i);

#endif
