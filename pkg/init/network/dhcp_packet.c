/* SPDX-License-Identifier: Apache-2.0 */
#include "network/dhcp_packet.h"

#include "network/dhcp_option.h"

#include <string.h>

/* RFC 2131, 2: where the fields are */
#define OP	    0
#define HTYPE	    1
#define HLEN	    2
#define XID	    4
#define SECS	    8
#define CIADDR	    12
#define YIADDR	    16
#define CHADDR	    28
#define SNAME	    44
#define FILE_AT	    108
#define COOKIE	    236
#define OPTIONS	    240

#define BOOTREQUEST 1
#define BOOTREPLY   2
#define ETHERNET    1
#define SEND_LEAST  300 /* RFC 1542, 2.1: what old relays need */

static const uint8_t cookie[4] = { 99, 130, 83, 99 };

static const uint8_t none[4];

static void put16(uint8_t *p, uint16_t n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

static void put32(uint8_t *p, uint32_t n)
{
	put16(p, (uint16_t)(n >> 16));
	put16(p + 2, (uint16_t)n);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static uint8_t *put_option(uint8_t *p, uint8_t code, const void *data,
			   size_t len)
{
	p[0] = code;
	p[1] = (uint8_t)len;
	memcpy(p + 2, data, len);
	return p + 2 + len;
}

static uint8_t *put_address(uint8_t *p, uint8_t code, const uint8_t b[4])
{
	return memcmp(b, none, 4) == 0 ? p : put_option(p, code, b, 4);
}

/* All are short: 576 bytes hold them. */
static uint8_t *put_options(uint8_t *p, const struct dhcp_ask *ask)
{
	static const uint8_t wanted[] = { OPT_NETMASK, OPT_ROUTES,   OPT_ROUTER,
					  OPT_DNS,     OPT_HOSTNAME, OPT_DOMAIN,
					  OPT_MTU,     OPT_T1,	     OPT_T2,
					  OPT_SEARCH };
	uint8_t type = (uint8_t)ask->type;
	uint8_t id[7] = { ETHERNET };
	uint8_t size[2];
	size_t name = strlen(ask->hostname);

	memcpy(id + 1, ask->mac, 6);
	put16(size, ask->size);
	p = put_option(p, OPT_TYPE, &type, 1);
	p = put_option(p, OPT_CLIENT, id, sizeof(id));
	p = put_address(p, OPT_REQUESTED, ask->requested);
	p = put_address(p, OPT_SERVER, ask->server);
	if (ask->type == DHCP_DECLINE) {
		/* RFC 2131, table 5: the rest must not be there */
		*p++ = OPT_END;
		return p;
	}
	p = put_option(p, OPT_SIZE, size, sizeof(size));
	p = put_option(p, OPT_WANTED, wanted, sizeof(wanted));
	if (name > 0)
		p = put_option(p, OPT_HOSTNAME, ask->hostname, name);
	*p++ = OPT_END;
	return p;
}

size_t dhcp_encode(uint8_t *out, const struct dhcp_ask *ask)
{
	memset(out, 0, DHCP_SEND);
	out[OP] = BOOTREQUEST;
	out[HTYPE] = ETHERNET;
	out[HLEN] = 6;
	put32(out + XID, ask->xid);
	put16(out + SECS, ask->secs);
	memcpy(out + CIADDR, ask->ciaddr, 4);
	memcpy(out + CHADDR, ask->mac, 6);
	memcpy(out + COOKIE, cookie, 4);
	size_t len = (size_t)(put_options(out + OPTIONS, ask) - out);

	return len < SEND_LEAST ? SEND_LEAST : len;
}

bool dhcp_usable(const uint8_t b[4])
{
	return b[0] != 0 && b[0] != 127 && b[0] < 224;
}

/* Bits of the subnet: of the mask, or of the class that the address was in. */
static int take_bits(struct dhcp_answer *a, const struct options *o)
{
	uint8_t mask[4];
	unsigned bits = 0;

	if (!option_fixed(o, OPT_NETMASK, mask, 4)) {
		a->address.bits = a->address.b[0] < 128	  ? 8
				  : a->address.b[0] < 192 ? 16
							  : 24;
		return 0;
	}
	uint32_t m = get32(mask);

	while (bits < 32 && (m & UINT32_C(1) << (31 - bits)))
		bits++;
	/* all bits behind the first 0 must be 0, and some must be 1 */
	if (bits == 0 || (bits < 32 && m << bits))
		return -1;
	a->address.bits = bits;
	return 0;
}

/* RFC 2131, 4.4.5: what makes no sense has the defaults. */
static void take_times(struct dhcp_answer *a, const struct options *o)
{
	uint8_t b[4];

	a->lease = option_fixed(o, OPT_LEASE, b, 4) ? get32(b) : 0;
	a->t1 = option_fixed(o, OPT_T1, b, 4) ? get32(b) : 0;
	a->t2 = option_fixed(o, OPT_T2, b, 4) ? get32(b) : 0;
	if (a->t1 == 0 || a->t2 <= a->t1 || a->t2 >= a->lease) {
		a->t1 = a->lease / 2;
		a->t2 = (uint32_t)((uint64_t)a->lease * 7 / 8);
	}
}

static size_t take_addresses(uint8_t (*out)[4], size_t most,
			     const struct options *o, uint8_t code)
{
	uint8_t text[OPTION_MAX];
	size_t len = option_get(o, code, text, sizeof(text));
	size_t n = 0;

	if (len % 4 != 0)
		return 0;
	for (size_t at = 0; at < len && n < most; at += 4) {
		if (dhcp_usable(text + at))
			memcpy(out[n++], text + at, 4);
	}
	return n;
}

/* RFC 3442: bits, only as many bytes as these need, router. */
static void take_routes(struct dhcp_answer *a, const struct options *o)
{
	uint8_t text[OPTION_MAX];
	size_t len = option_get(o, OPT_ROUTES, text, sizeof(text));
	size_t at = 0, n = 0;

	while (at < len && n < DHCP_ROUTES) {
		unsigned bits = text[at++];
		size_t bytes = (bits + 7) / 8;
		uint8_t to[4] = { 0 };

		if (bits > 32 || len - at < bytes + 4)
			return;
		memcpy(to, text + at, bytes);
		if (bits % 8)
			to[bytes - 1] &= (uint8_t)(0xff << (8 - bits % 8));
		at += bytes;
		a->routes[n].to = addr_ipv4(to, bits);
		memcpy(a->routes[n].via, text + at, 4);
		at += 4;
		/* no router is 0, which is "on the link" */
		if (memcmp(a->routes[n].via, none, 4) != 0 &&
		    !dhcp_usable(a->routes[n].via))
			return;
		n++;
	}
	a->n_routes = n;
	a->has_routes = n > 0 && at == len;
	if (!a->has_routes)
		a->n_routes = 0;
}

static void take_rest(struct dhcp_answer *a, const struct options *o)
{
	uint8_t b[2];

	a->n_routers = take_addresses(a->routers, DHCP_ROUTERS, o, OPT_ROUTER);
	a->n_dns = take_addresses(a->dns, DHCP_SERVERS, o, OPT_DNS);
	take_routes(a, o);
	/* RFC 791: every host takes 576 */
	if (option_fixed(o, OPT_MTU, b, 2) && (b[0] << 8 | b[1]) >= 576)
		a->mtu = (uint16_t)(b[0] << 8 | b[1]);
	option_hostname(o, a->hostname, sizeof(a->hostname));
	option_domains(o, a->domains, sizeof(a->domains));
}

static int take_type(struct dhcp_answer *a, const struct options *o)
{
	uint8_t type = 0;

	if (!option_fixed(o, OPT_TYPE, &type, 1))
		return -1;
	a->type = (enum dhcp_type)type;
	a->has_server = option_fixed(o, OPT_SERVER, a->server, 4) &&
			dhcp_usable(a->server);
	if (!a->has_server)
		return -1;
	return type == DHCP_OFFER || type == DHCP_ACK || type == DHCP_NAK ? 0
									  : -1;
}

int dhcp_decode(struct dhcp_answer *out, const uint8_t *p, size_t len)
{
	struct options o;

	memset(out, 0, sizeof(*out));
	if (len < OPTIONS || p[OP] != BOOTREPLY || p[HTYPE] != ETHERNET ||
	    p[HLEN] != 6 || memcmp(p + COOKIE, cookie, 4) != 0)
		return -1;
	out->xid = get32(p + XID);
	memcpy(out->mac, p + CHADDR, 6);
	const struct options_at at = {
		.options = { p + OPTIONS, len - OPTIONS },
		.file = { p + FILE_AT, COOKIE - FILE_AT },
		.sname = { p + SNAME, FILE_AT - SNAME },
	};

	if (options_init(&o, &at) < 0 || take_type(out, &o) < 0)
		return -1;
	if (out->type == DHCP_NAK)
		return 0;
	out->address = addr_ipv4(p + YIADDR, 32);
	if (!dhcp_usable(p + YIADDR) || take_bits(out, &o) < 0)
		return -1;
	take_times(out, &o);
	if (out->lease == 0)
		return -1;
	take_rest(out, &o);
	return 0;
}
