/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_ADDR_H
#define INIT_NETWORK_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Enough for any address with its prefix. */
#define ADDR_TEXT 56

/** An address and how many of its bits are the network's. */
struct addr {
	int family;    /* AF_INET, AF_INET6; 0: none */
	uint8_t b[16]; /* network order */
	unsigned bits;
};

/** addr_parse() - "192.0.2.1/24"; without a prefix all bits count. 0 or -1. */
int addr_parse(struct addr *out, const char *text);

/** addr_ipv4() - from 4 bytes in network order. */
struct addr addr_ipv4(const uint8_t b[4], unsigned bits);

/** addr_size() - bytes of an address of @a's family. */
size_t addr_size(const struct addr *a);

/** addr_same() - the same address, whatever the bits. */
bool addr_same(const struct addr *a, const struct addr *b);

/** addr_covers() - is @a in the network of @net? */
bool addr_covers(const struct addr *net, const struct addr *a);

/** addr_text() - as text, into @out of ADDR_TEXT bytes. @prefix: with its bits.
 * Returns @out. */
char *addr_text(char *out, const struct addr *a, bool prefix);

#endif
