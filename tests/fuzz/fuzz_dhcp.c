/* SPDX-License-Identifier: Apache-2.0 */
/* What the guest's DHCP client reads from the network: as an IP packet, as what
 * is inside of one, and as a packet of ARP. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "network/arp.h"
#include "network/dhcp_frame.h"
#include "network/dhcp_packet.h"
#include "network/lease.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int ok)
{
	if (!ok)
		abort();
}

/* Nothing that could begin a line of its own in resolv.conf, or end a text in
 * JSON. */
static void check_text(const char *text, size_t cap)
{
	must(memchr(text, '\0', cap) != NULL);
	for (; *text; text++)
		must((*text >= '-' && *text <= 'z' && *text != '\\' &&
		      *text != '/') ||
		     *text == ' ');
}

static void check_answer(const struct dhcp_answer *a)
{
	struct rt_route r[LEASE_ROUTES];
	size_t n = lease_routes(r, a, 1);

	check_text(a->hostname, sizeof(a->hostname));
	check_text(a->domains, sizeof(a->domains));
	must(n <= LEASE_ROUTES && a->n_dns <= DHCP_SERVERS &&
	     a->n_routers <= DHCP_ROUTERS);
	for (size_t i = 0; i < n; i++)
		must(r[i].to.bits <= 32 && r[i].to.family == AF_INET);
	if (a->type == DHCP_NAK)
		return;
	must(a->type == DHCP_OFFER || a->type == DHCP_ACK);
	must(dhcp_usable(a->address.b) && a->address.bits >= 1 &&
	     a->address.bits <= 32 && a->lease > 0);
	must(a->t1 <= a->t2 && a->t2 <= a->lease);
	must(a->mtu == 0 || a->mtu >= 576);
}

static void check_arp(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 1 };
	static const uint8_t addr[4] = { 10, 9, 0, 77 };
	uint8_t who[6];

	must(!arp_conflict(who, data, size, mac, addr) ||
	     (size >= ARP_SIZE && memcmp(who, mac, 6) != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dhcp_answer answer;
	size_t n = 0;

	for (int summed = 0; summed < 2; summed++) {
		const uint8_t *p = frame_unwrap(data, size, summed, &n);

		must(!p || (p >= data && n <= size &&
			    (size_t)(p - data) + n <= size));
		if (p && dhcp_decode(&answer, p, n) == 0)
			check_answer(&answer);
	}
	if (dhcp_decode(&answer, data, size) == 0)
		check_answer(&answer);
	check_arp(data, size);
	return 0;
}
