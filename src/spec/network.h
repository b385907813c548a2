/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_NETWORK_PRIV_H
#define IG_SPEC_NETWORK_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/socket.h>

#include "schema.h"

/* An address and how many of its bits are the network's. */
struct ig_prefix {
	int family; /* AF_INET or AF_INET6 */
	unsigned char addr[16];
	unsigned bits;
};

/** ig_prefix_parse() - "192.0.2.1/24", "2001:db8::/32"; -1: it is none. */
int ig_prefix_parse(struct ig_prefix *out, const char *text);
/** ig_prefix_address() - the same for an address alone. */
int ig_prefix_address(struct ig_prefix *out, const char *text);
/** ig_prefix_covers() - is @addr in @net? */
bool ig_prefix_covers(const struct ig_prefix *net,
		      const struct ig_prefix *addr);
/** ig_prefix_same() - the same address, whatever the bits. */
bool ig_prefix_same(const struct ig_prefix *a, const struct ig_prefix *b);
/** ig_prefix_is_net() - are all bits of the host 0? */
bool ig_prefix_is_net(const struct ig_prefix *p);
/** ig_prefix_link_local() - fe80::/10, which every IPv6 interface is on. */
bool ig_prefix_link_local(const struct ig_prefix *p);
/** ig_prefix_host_fault() - why a host cannot have @p; NULL: it can. */
const char *ig_prefix_host_fault(const struct ig_prefix *p);

int ig_check_net_name(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node);
int ig_check_net_pattern(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node);
int ig_check_net_mac(struct ig_walk *walk, const struct ig_path *path,
		     const struct ig_ynode *node);
int ig_check_net_driver(struct ig_walk *walk, const struct ig_path *path,
			const struct ig_ynode *node);
int ig_check_net_wait(struct ig_walk *walk, const struct ig_path *path,
		      const struct ig_ynode *node);
int ig_check_net_route(struct ig_walk *walk, void *object,
		       const struct ig_ynode *node, const struct ig_path *path);
int ig_check_net_interface(struct ig_walk *walk, void *object,
			   const struct ig_ynode *node,
			   const struct ig_path *path);
int ig_check_net_dns(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path);
/** ig_check_network() - what several interfaces must not have in common. */
int ig_check_network(struct ig_walk *walk, void *object,
		     const struct ig_ynode *node, const struct ig_path *path);

extern const struct ig_object ig_schema_network; /* struct ig_network */

#endif
