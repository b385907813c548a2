/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_STATE_H
#define INIT_NETWORK_STATE_H

#include "network/iface.h"
#include "network/text.h"

#include <stdbool.h>
#include <stddef.h>

/** What can be known of the network: /run/ingot/network.json. */
#define STATE_FILE  "/run/ingot/network.json"
#define RESOLV_FILE "/run/resolvconf/resolv.conf"
#define STATE_MAX   65536

/** state_resolv() - resolv.conf(5): the spec's servers and domains, or those of
 * the leases, in the order of the interfaces. */
void state_resolv(struct text *t, const struct config *c,
		  const struct iface *ifaces);

/** state_json() - all interfaces with their addresses and leases. */
void state_json(struct text *t, const struct config *c,
		const struct iface *ifaces, bool ready);

#endif
