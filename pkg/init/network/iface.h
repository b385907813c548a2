/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_IFACE_H
#define INIT_NETWORK_IFACE_H

#include "network/config.h"
#include "network/dhcp.h"
#include "network/rt.h"

#include <stdbool.h>
#include <stdint.h>

/** An interface of the configuration, and the link that it has. */
struct iface {
	const struct config_iface *want;
	struct link link; /* index 0: not there yet */
	uint32_t metric;  /* of its routes: the first interface goes before */
	uint32_t usable;  /* bit: that address of want->addresses is there */
	bool announced;	  /* an address by router advertisement is there */
	bool was_ready;
	struct dhcp dhcp;
	void (*changed)(void *ctx, struct iface *i);
	void *ctx;
	int hostname; /* of hostname_helper(), -1: hands off */
};

/** iface_init() - one without a link. @number: its place, from 0. */
void iface_init(struct iface *i, const struct config_iface *want,
		unsigned number);

/** iface_fits() - is @l the link that it looks for? @parent: index of its
 * parent's link when it is a VLAN, else 0. */
bool iface_fits(const struct iface *i, const struct link *l, int parent);

/** iface_bind() - take a link: its settings, and up. */
void iface_bind(struct iface *i, const struct link *l);

/** iface_update() - its link has changed. */
void iface_update(struct iface *i, const struct link *l);

/** iface_unbind() - its link is gone. */
void iface_unbind(struct iface *i);

/** iface_address() - an address of its link has come, or @gone. */
void iface_address(struct iface *i, const struct rt_addr *a, bool gone);

/** iface_ready() - has it all its addresses? */
bool iface_ready(const struct iface *i);

#endif
