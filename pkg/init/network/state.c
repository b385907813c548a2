/* SPDX-License-Identifier: Apache-2.0 */
#include "network/state.h"

#include "base/utf8.h"

#include <string.h>

#define SECOND	    1000000
#define SERVERS_MAX 3 /* resolv.conf(5): MAXNS */

/* ---- resolv.conf ---- */

static void put_search(struct text *t, const struct config *c,
		       const struct iface *ifaces)
{
	if (c->search.n > 0) {
		text_put(t, "search");
		for (size_t i = 0; i < c->search.n; i++)
			text_put(t, " %s", c->search.v[i]);
		text_put(t, "\n");
		return;
	}
	for (size_t i = 0; i < c->n; i++) {
		const struct dhcp *d = &ifaces[i].dhcp;

		if (!d->has_lease || !d->lease.domains[0])
			continue;
		text_put(t, "search %s\n", d->lease.domains);
		return;
	}
}

static void put_server(struct text *t, const struct addr *a)
{
	char text[ADDR_TEXT];

	text_put(t, "nameserver %s\n", addr_text(text, a, false));
}

void state_resolv(struct text *t, const struct config *c,
		  const struct iface *ifaces)
{
	size_t n = 0;

	put_search(t, c, ifaces);
	for (; n < c->servers.n && n < SERVERS_MAX; n++)
		put_server(t, &c->servers.v[n]);
	if (n > 0)
		return;
	for (size_t i = 0; i < c->n; i++) {
		const struct dhcp *d = &ifaces[i].dhcp;

		for (size_t k = 0;
		     d->has_lease && k < d->lease.n_dns && n < SERVERS_MAX;
		     k++, n++) {
			struct addr a = addr_ipv4(d->lease.dns[k], 32);

			put_server(t, &a);
		}
	}
}

/* ---- JSON ---- */

/* The kernel takes nearly any byte in a link's name. */
static void put_name(struct text *t, const char *name)
{
	size_t left = strlen(name);

	text_put(t, "\"");
	while (left > 0) {
		size_t n = utf8_char(name, left);

		if (n == 0)
			text_put(t, UTF8_LOST);
		else if ((unsigned char)*name < 0x20 || *name == '"' ||
			 *name == '\\')
			text_put(t, "\\u%04x", (unsigned)*name);
		else
			text_put(t, "%.*s", (int)n, name);
		name += n > 0 ? n : 1;
		left -= n > 0 ? n : 1;
	}
	text_put(t, "\"");
}

static const char *comma(size_t i)
{
	return i > 0 ? ", " : "";
}

/* By the clock that counts from the boot. */
static void put_time(struct text *t, const char *key, int64_t seconds)
{
	text_put(t, "\"%s\": %lld", key, (long long)seconds);
}

static void put_lease(struct text *t, const struct dhcp *d)
{
	const struct dhcp_answer *l = &d->lease;
	const struct addr server = addr_ipv4(l->server, 32);
	const int64_t since = d->leased / SECOND;
	char own[ADDR_TEXT], from[ADDR_TEXT], text[ADDR_TEXT];

	text_put(t, ",\n      \"address\": \"%s\", \"server\": \"%s\"",
		 addr_text(own, &l->address, true),
		 addr_text(from, &server, false));
	text_put(t, ", \"routers\": [");
	for (size_t i = 0; i < l->n_routers; i++) {
		struct addr a = addr_ipv4(l->routers[i], 32);

		text_put(t, "%s\"%s\"", comma(i), addr_text(text, &a, false));
	}
	text_put(t, "], \"leaseSeconds\": %u,\n      ", l->lease);
	put_time(t, "since", since);
	if (l->lease == DHCP_INFINITE)
		return;
	text_put(t, ", ");
	put_time(t, "renew", since + l->t1);
	text_put(t, ", ");
	put_time(t, "rebind", since + l->t2);
	text_put(t, ", ");
	put_time(t, "expires", since + l->lease);
}

static void put_link(struct text *t, const struct link *l)
{
	if (l->index == 0) {
		text_put(t, "\"link\": null");
		return;
	}
	text_put(t, "\"link\": ");
	put_name(t, l->name);
	text_put(t, ", \"mac\": \"%02x:%02x:%02x:%02x:%02x:%02x\"", l->mac[0],
		 l->mac[1], l->mac[2], l->mac[3], l->mac[4], l->mac[5]);
	text_put(t, ", \"carrier\": %s, \"mtu\": %u",
		 l->carrier ? "true" : "false", l->mtu);
}

static void put_iface(struct text *t, const struct iface *i)
{
	const struct addrs *own = &i->want->addresses;
	char text[ADDR_TEXT];
	size_t n = 0;

	text_put(t, "    {\"name\": ");
	put_name(t, i->want->name);
	text_put(t, ", ");
	put_link(t, &i->link);
	text_put(t, ", \"ready\": %s", iface_ready(i) ? "true" : "false");
	text_put(t, ",\n     \"addresses\": [");
	for (size_t k = 0; k < own->n; k++) {
		if (i->usable & UINT32_C(1) << k)
			text_put(t, "%s\"%s\"", comma(n++),
				 addr_text(text, &own->v[k], true));
	}
	text_put(t, "]");
	if (i->want->dhcp) {
		text_put(t, ",\n     \"dhcp\": {\"state\": \"%s\"",
			 dhcp_state_name(i->dhcp.state));
		if (i->dhcp.has_lease)
			put_lease(t, &i->dhcp);
		text_put(t, "}");
	}
	text_put(t, "}");
}

void state_json(struct text *t, const struct config *c,
		const struct iface *ifaces, bool ready)
{
	text_put(t, "{\"ready\": %s,\n  \"interfaces\": [\n",
		 ready ? "true" : "false");
	for (size_t i = 0; i < c->n; i++) {
		put_iface(t, &ifaces[i]);
		text_put(t, "%s\n", i + 1 < c->n ? "," : "");
	}
	text_put(t, "  ]}\n");
}
