/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>

#include "json_writer.h"

static void put_match(struct ig_json *json, const struct ig_net_match *match)
{
	if (!match->set)
		return;
	ig_json_object(json, "match");
	ig_json_some_text(json, "name", match->name);
	ig_json_some_text(json, "mac", match->mac);
	ig_json_some_text(json, "driver", match->driver);
	ig_json_end(json);
}

static void put_vlan(struct ig_json *json, const struct ig_net_vlan *vlan)
{
	if (!vlan->set)
		return;
	ig_json_object(json, "vlan");
	ig_json_int(json, "id", vlan->id);
	ig_json_text(json, "parent", vlan->parent);
	ig_json_end(json);
}

static void put_routes(struct ig_json *json, const struct ig_net_interface *i)
{
	if (i->routes_n == 0)
		return;
	ig_json_array(json, "routes");
	for (size_t n = 0; n < i->routes_n; n++) {
		ig_json_object(json, NULL);
		ig_json_text(json, "to", i->routes[n].to);
		ig_json_text(json, "via", i->routes[n].via);
		ig_json_end(json);
	}
	ig_json_end(json);
}

static void put_interface(struct ig_json *json,
			  const struct ig_net_interface *i)
{
	/* what never gets an address is not waited for */
	bool required = i->required.set ? i->required.v : ig_net_has_address(i);

	ig_json_object(json, NULL);
	ig_json_text(json, "name", i->name);
	put_match(json, &i->match);
	put_vlan(json, &i->vlan);
	ig_json_some_true(json, "dhcp", i->dhcp);
	ig_json_some_true(json, "dhcpHostname", i->dhcp_hostname);
	ig_json_some_texts(json, "addresses", &i->addresses);
	ig_json_some_texts(json, "gateway", &i->gateway);
	put_routes(json, i);
	ig_json_some_int(json, "mtu", &i->mtu);
	if (i->accept_ra.set)
		ig_json_bool(json, "acceptRa", i->accept_ra.v);
	ig_json_some_true(json, "required", required);
	ig_json_end(json);
}

int ig_network_json(struct ig_buf *out, const struct ig_network *net,
		    struct ig_err *err)
{
	struct ig_json json;

	ig_json_init(&json, out, err);
	ig_json_object(&json, NULL);
	ig_json_array(&json, "interfaces");
	for (size_t i = 0; i < net->interfaces_n; i++)
		put_interface(&json, &net->interfaces[i]);
	ig_json_end(&json);
	if (net->dns.set) {
		ig_json_object(&json, "dns");
		ig_json_some_texts(&json, "servers", &net->dns.servers);
		ig_json_some_texts(&json, "search", &net->dns.search);
		ig_json_end(&json);
	}
	if (net->wait_ms)
		ig_json_int(&json, "waitMs", net->wait_ms);
	ig_json_end(&json);
	return ig_json_done(&json);
}
