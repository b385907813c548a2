/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_ARP_H
#define INIT_NETWORK_ARP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A packet of ARP for IPv4 on Ethernet, RFC 826. */
#define ARP_SIZE 28
/** Where it has the sender's address. */
#define ARP_SENDER 14

/**
 * arp_request() - who has @addr? @from: the address of who asks; 0 makes it a
 * probe, @addr itself an announcement (RFC 5227, 1.1).
 */
void arp_request(uint8_t out[ARP_SIZE], const uint8_t mac[6],
		 const uint8_t from[4], const uint8_t addr[4]);

/**
 * arp_conflict() - does a packet say that another card than @mac has @addr?
 * A probe of it does not: switches send such to look for who is there.
 * @p: @len bytes. @who: receives the other card.
 */
bool arp_conflict(uint8_t who[6], const uint8_t *p, size_t len,
		  const uint8_t mac[6], const uint8_t addr[4]);

#endif
