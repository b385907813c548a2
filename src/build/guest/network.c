/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_keys.h"

#include <stdio.h>

#include <ingot/build.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>

static bool wants(struct ig_pos *pos, char key[IG_GUEST_KEY],
		  const struct ig_plan *plan)
{
	*pos = plan->spec->network.pos;
	snprintf(key, IG_GUEST_KEY, "network");
	return plan->spec->network.set;
}

static int json(struct ig_buf *out, const struct ig_spec *spec,
		struct ig_err *err)
{
	return spec->network.set ? ig_network_json(out, &spec->network, err)
				 : 0;
}

static void modules(struct ig_guest_modules *out, const struct ig_spec *spec)
{
	const struct ig_network *net = &spec->network;
	bool dhcp = false, vlan = false;

	for (size_t i = 0; i < net->interfaces_n; i++) {
		dhcp = dhcp || net->interfaces[i].dhcp;
		vlan = vlan || net->interfaces[i].vlan.set;
	}
	if (dhcp)
		out->v[out->n++] = "af_packet";
	if (vlan)
		out->v[out->n++] = "8021q";
}

const struct ig_guest_section ig_guest_network = {
	.since = IG_INIT_KEYS,
	.wants = wants,
	.file = "network.json",
	.max = 64u << 10, /* pkg/init/network/config.h */
	.json = json,
	.modules = modules,
};
