/* SPDX-License-Identifier: Apache-2.0 */
/* What the guest reads of network.json: refused with a reason, or in its
 * limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "network/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

static void check_addrs(const struct addrs *a)
{
	must(a->n <= CONFIG_ADDRESSES);
	for (size_t i = 0; i < a->n; i++)
		must(a->v[i].family != 0 &&
		     a->v[i].bits <= addr_size(&a->v[i]) * 8);
}

static void check_iface(const struct config_iface *i)
{
	size_t len = strlen(i->name);

	must(len > 0 && len < CONFIG_NAME && !strchr(i->name, '/'));
	must((i->vlan == 0) == (i->parent == NULL) && i->vlan < 4095);
	check_addrs(&i->addresses);
	check_addrs(&i->gateway);
	for (size_t n = 0; n < i->n_routes; n++)
		must(i->routes[n].to.family == i->routes[n].via.family);
	config_matches(&i->match, "eth0", i->match.mac, "virtio_net");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config c;
	char msg[200] = "";

	if (config_parse(&c, (const char *)data, size, msg, sizeof(msg)) < 0) {
		must(msg[0] && c.n == 0 && !c.ifaces);
		return 0;
	}
	must(c.n <= CONFIG_IFACES && c.wait > 0);
	for (size_t i = 0; i < c.n; i++)
		check_iface(&c.ifaces[i]);
	check_addrs(&c.servers);
	config_free(&c);
	return 0;
}
