/* SPDX-License-Identifier: Apache-2.0 */
#include "network/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS(a)   (a), sizeof(a) / sizeof((a)[0])
#define MS	    1000
#define WAIT	    (30 * 1000 * MS)
#define WAIT_MAX_MS 120000

static int read_text(struct json *j, void *out)
{
	char **text = out;

	/* given twice is refused before */
	return json_string(j, text);
}

static int read_bool(struct json *j, void *out)
{
	return json_bool(j, out);
}

static int read_name(struct json *j, void *out)
{
	char **name = out;

	if (json_string(j, name) < 0)
		return -1;
	size_t len = strlen(*name);

	if (len == 0 || len >= CONFIG_NAME || strchr(*name, '/') ||
	    strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0)
		return json_fail(j, "a name that no interface can have");
	return 0;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_mac(uint8_t out[6], const char *text)
{
	if (strlen(text) != 17)
		return -1;
	for (size_t i = 0; i < 6; i++) {
		int high = hex(text[3 * i]);
		int low = hex(text[3 * i + 1]);

		if (high < 0 || low < 0 || (i < 5 && text[3 * i + 2] != ':'))
			return -1;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

static int read_mac(struct json *j, void *out)
{
	struct config_match *m = out;
	char *text;

	if (json_string(j, &text) < 0)
		return -1;
	m->has_mac = parse_mac(m->mac, text) == 0;
	free(text);
	return m->has_mac ? 0 : json_fail(j, "a MAC address is expected");
}

static int read_match(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "name", read_text, offsetof(struct config_match, name) },
		{ "mac", read_mac, 0 },
		{ "driver", read_text, offsetof(struct config_match, driver) },
	};

	return json_object(j, FIELDS(fields), out);
}

static int read_number(struct json *j, int64_t least, int64_t most,
		       int64_t *out)
{
	if (json_count(j, out) < 0)
		return -1;
	if (*out < least || *out > most)
		return json_fail(j, "a number that is too small or too large");
	return 0;
}

static int read_vlan_id(struct json *j, void *out)
{
	struct config_iface *i = out;
	int64_t n = 0;

	if (read_number(j, 1, 4094, &n) < 0)
		return -1;
	i->vlan = (uint16_t)n;
	return 0;
}

static int read_vlan(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "id", read_vlan_id, 0 },
		{ "parent", read_name, offsetof(struct config_iface, parent) },
	};
	const struct config_iface *i = out;

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return i->vlan && i->parent ? 0 : json_fail(j, "a VLAN without parts");
}

static int read_addr(struct json *j, void *out)
{
	char *text;

	if (json_string(j, &text) < 0)
		return -1;
	int rc = addr_parse(out, text);

	free(text);
	return rc < 0 ? json_fail(j, "an address is expected") : 0;
}

static int read_addrs(struct json *j, void *out)
{
	struct addrs *list = out;
	void *v = NULL;
	int rc = json_array(j, &v, &list->n, sizeof(*list->v), read_addr);

	list->v = v;
	if (rc == 0 && list->n > CONFIG_ADDRESSES)
		return json_fail(j, "too many addresses");
	return rc;
}

static int read_route(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "to", read_addr, offsetof(struct config_route, to) },
		{ "via", read_addr, offsetof(struct config_route, via) },
	};
	const struct config_route *r = out;

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	if (!r->to.family || r->to.family != r->via.family)
		return json_fail(j, "a route needs two addresses of a family");
	return 0;
}

static int read_routes(struct json *j, void *out)
{
	struct config_iface *i = out;
	void *v = NULL;
	int rc =
		json_array(j, &v, &i->n_routes, sizeof(*i->routes), read_route);

	i->routes = v;
	return rc;
}

static int read_mtu(struct json *j, void *out)
{
	uint32_t *mtu = out;
	int64_t n = 0;

	if (read_number(j, 576, 65535, &n) < 0)
		return -1;
	*mtu = (uint32_t)n;
	return 0;
}

static int read_ra(struct json *j, void *out)
{
	enum config_ra *ra = out;
	bool on = false;

	if (json_bool(j, &on) < 0)
		return -1;
	*ra = on ? RA_ON : RA_OFF;
	return 0;
}

static int read_iface(struct json *j, void *out)
{
#define AT(member) offsetof(struct config_iface, member)
	static const struct json_field fields[] = {
		{ "name", read_name, AT(name) },
		{ "match", read_match, AT(match) },
		{ "vlan", read_vlan, 0 },
		{ "dhcp", read_bool, AT(dhcp) },
		{ "dhcpHostname", read_bool, AT(dhcp_hostname) },
		{ "addresses", read_addrs, AT(addresses) },
		{ "gateway", read_addrs, AT(gateway) },
		{ "routes", read_routes, 0 },
		{ "mtu", read_mtu, AT(mtu) },
		{ "acceptRa", read_ra, AT(ra) },
		{ "required", read_bool, AT(required) },
	};
#undef AT
	const struct config_iface *i = out;

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return i->name ? 0 : json_fail(j, "an interface without a name");
}

static int read_ifaces(struct json *j, void *out)
{
	struct config *c = out;
	void *v = NULL;
	int rc = json_array(j, &v, &c->n, sizeof(*c->ifaces), read_iface);

	c->ifaces = v;
	if (rc == 0 && c->n > CONFIG_IFACES)
		return json_fail(j, "too many interfaces");
	return rc;
}

static int read_strings(struct json *j, void *out)
{
	return json_strings(j, out);
}

static int read_dns(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "servers", read_addrs, offsetof(struct config, servers) },
		{ "search", read_strings, offsetof(struct config, search) },
	};

	return json_object(j, FIELDS(fields), out);
}

static int read_wait(struct json *j, void *out)
{
	int64_t *wait = out;

	if (read_number(j, 1, WAIT_MAX_MS, wait) < 0)
		return -1;
	*wait *= MS;
	return 0;
}

static int read_config(struct json *j, struct config *out)
{
	static const struct json_field fields[] = {
		{ "interfaces", read_ifaces, 0 },
		{ "dns", read_dns, 0 },
		{ "waitMs", read_wait, offsetof(struct config, wait) },
	};

	out->wait = WAIT;
	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return json_end(j);
}

int config_parse(struct config *out, const char *text, size_t len, char *msg,
		 size_t cap)
{
	struct json j = { .start = text, .p = text, .end = text + len };

	memset(out, 0, sizeof(*out));
	if (len > CONFIG_MAX) {
		snprintf(msg, cap, "larger than %d bytes", CONFIG_MAX);
		return -1;
	}
	if (read_config(&j, out) == 0)
		return 0;
	snprintf(msg, cap, "%s", j.msg);
	config_free(out);
	return -1;
}

void config_free(struct config *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->ifaces[i].name);
		free(c->ifaces[i].match.name);
		free(c->ifaces[i].match.driver);
		free(c->ifaces[i].parent);
		free(c->ifaces[i].addresses.v);
		free(c->ifaces[i].gateway.v);
		free(c->ifaces[i].routes);
	}
	free(c->ifaces);
	free(c->servers.v);
	strings_free(&c->search);
	memset(c, 0, sizeof(*c));
}

const struct config_iface *config_find(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(c->ifaces[i].name, name) == 0)
			return &c->ifaces[i];
	}
	return NULL;
}
