/* SPDX-License-Identifier: Apache-2.0 */
#include "network.h"

#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>

static unsigned all_bits(int family)
{
	return family == AF_INET ? 32 : 128;
}

int ig_prefix_address(struct ig_prefix *out, const char *text)
{
	memset(out, 0, sizeof(*out));
	out->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	out->bits = all_bits(out->family);
	return inet_pton(out->family, text, out->addr) == 1 ? 0 : -1;
}

int ig_prefix_parse(struct ig_prefix *out, const char *text)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : 0;
	size_t digits = slash ? strspn(slash + 1, "0123456789") : 0;
	char addr[INET6_ADDRSTRLEN];
	unsigned bits = 0;

	if (!slash || len >= sizeof(addr) || digits < 1 || digits > 3 ||
	    slash[1 + digits] || (digits > 1 && slash[1] == '0'))
		return -1;
	memcpy(addr, text, len);
	addr[len] = '\0';
	if (ig_prefix_address(out, addr) < 0)
		return -1;
	for (size_t i = 1; i <= digits; i++)
		bits = bits * 10 + (unsigned)(slash[i] - '0');
	if (bits > out->bits)
		return -1;
	out->bits = bits;
	return 0;
}

static bool bit(const struct ig_prefix *p, unsigned i)
{
	return p->addr[i / 8] >> (7 - i % 8) & 1;
}

bool ig_prefix_covers(const struct ig_prefix *net, const struct ig_prefix *addr)
{
	if (net->family != addr->family)
		return false;
	for (unsigned i = 0; i < net->bits; i++) {
		if (bit(net, i) != bit(addr, i))
			return false;
	}
	return true;
}

bool ig_prefix_same(const struct ig_prefix *a, const struct ig_prefix *b)
{
	return a->family == b->family &&
	       memcmp(a->addr, b->addr, sizeof(a->addr)) == 0;
}

/* Are all bits of the host @value? */
static bool host_is(const struct ig_prefix *p, bool value)
{
	for (unsigned i = p->bits; i < all_bits(p->family); i++) {
		if (bit(p, i) != value)
			return false;
	}
	return true;
}

bool ig_prefix_is_net(const struct ig_prefix *p)
{
	return host_is(p, false);
}

bool ig_prefix_link_local(const struct ig_prefix *p)
{
	return p->family == AF_INET6 && p->addr[0] == 0xfe &&
	       (p->addr[1] & 0xc0) == 0x80;
}

static const char *fault4(const struct ig_prefix *p)
{
	/* RFC 3021: of a /31 both are hosts */
	bool has_ends = p->bits < 31;

	if (p->addr[0] == 0)
		return "is of 0.0.0.0/8, which is no host's";
	if (p->addr[0] == 127)
		return "is a loopback address";
	if (p->addr[0] >= 224)
		return "is a multicast or reserved address";
	if (has_ends && host_is(p, false))
		return "is the network itself, not a host in it";
	if (has_ends && host_is(p, true))
		return "is the network's broadcast address";
	return NULL;
}

static const char *fault6(const struct ig_prefix *p)
{
	struct in6_addr a;

	memcpy(&a, p->addr, sizeof(a));
	if (IN6_IS_ADDR_UNSPECIFIED(&a))
		return "is no host's address";
	if (IN6_IS_ADDR_LOOPBACK(&a))
		return "is the loopback address";
	if (IN6_IS_ADDR_MULTICAST(&a))
		return "is a multicast address";
	if (IN6_IS_ADDR_V4MAPPED(&a))
		return "is an IPv4 address written as IPv6";
	return NULL;
}

const char *ig_prefix_host_fault(const struct ig_prefix *p)
{
	if (p->bits == 0)
		return "has no network: its prefix has no bits";
	return p->family == AF_INET ? fault4(p) : fault6(p);
}
