/* SPDX-License-Identifier: Apache-2.0 */
#include "network/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

size_t addr_size(const struct addr *a)
{
	return a->family == AF_INET ? 4 : 16;
}

/* 1 to 3 digits, and nothing behind them. */
static int parse_bits(unsigned *out, const char *text, size_t most)
{
	size_t digits = strspn(text, "0123456789");
	unsigned n = 0;

	if (digits < 1 || digits > 3 || text[digits])
		return -1;
	for (size_t i = 0; i < digits; i++)
		n = n * 10 + (unsigned)(text[i] - '0');
	if (n > most)
		return -1;
	*out = n;
	return 0;
}

int addr_parse(struct addr *out, const char *text)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char host[INET6_ADDRSTRLEN];

	memset(out, 0, sizeof(*out));
	if (len >= sizeof(host))
		return -1;
	memcpy(host, text, len);
	host[len] = '\0';
	int family = strchr(host, ':') ? AF_INET6 : AF_INET;

	if (inet_pton(family, host, out->b) != 1)
		return -1;
	out->family = family;
	out->bits = (unsigned)addr_size(out) * 8;
	if (!slash || parse_bits(&out->bits, slash + 1, out->bits) == 0)
		return 0;
	memset(out, 0, sizeof(*out));
	return -1;
}

struct addr addr_ipv4(const uint8_t b[4], unsigned bits)
{
	struct addr a = { .family = AF_INET, .bits = bits };

	memcpy(a.b, b, 4);
	return a;
}

bool addr_same(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && memcmp(a->b, b->b, addr_size(a)) == 0;
}

bool addr_covers(const struct addr *net, const struct addr *a)
{
	unsigned whole = net->bits / 8;
	unsigned rest = net->bits % 8;

	if (net->family != a->family || memcmp(net->b, a->b, whole) != 0)
		return false;
	return rest == 0 || (net->b[whole] ^ a->b[whole]) >> (8 - rest) == 0;
}

char *addr_text(char *out, const struct addr *a, bool prefix)
{
	if (!inet_ntop(a->family, a->b, out, ADDR_TEXT)) {
		snprintf(out, ADDR_TEXT, "?");
		return out;
	}
	size_t len = strlen(out);

	if (prefix)
		snprintf(out + len, ADDR_TEXT - len, "/%u", a->bits);
	return out;
}
