/* SPDX-License-Identifier: Apache-2.0 */
#include "network/arp.h"

#include <string.h>

#define OP	   7
#define SENDER_MAC 8
#define TARGET	   24

#define REQUEST	   1
#define REPLY	   2

/* Ethernet, IPv4, and the lengths of their addresses */
static const uint8_t kind[6] = { 0, 1, 8, 0, 6, 4 };

void arp_request(uint8_t out[ARP_SIZE], const uint8_t mac[6],
		 const uint8_t from[4], const uint8_t addr[4])
{
	memset(out, 0, ARP_SIZE);
	memcpy(out, kind, sizeof(kind));
	out[OP] = REQUEST;
	memcpy(out + SENDER_MAC, mac, 6);
	memcpy(out + ARP_SENDER, from, 4);
	memcpy(out + TARGET, addr, 4);
}

bool arp_conflict(uint8_t who[6], const uint8_t *p, size_t len,
		  const uint8_t mac[6], const uint8_t addr[4])
{
	if (len < ARP_SIZE || memcmp(p, kind, sizeof(kind)) != 0 ||
	    p[OP - 1] != 0 || (p[OP] != REQUEST && p[OP] != REPLY) ||
	    memcmp(p + ARP_SENDER, addr, 4) != 0 ||
	    memcmp(p + SENDER_MAC, mac, 6) == 0)
		return false;
	memcpy(who, p + SENDER_MAC, 6);
	return true;
}
