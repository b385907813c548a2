/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_DHCP_FRAME_H
#define INIT_NETWORK_DHCP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** IPv4 and UDP headers without options. */
#define FRAME_HEADS 28

/** frame_wrap() - IP and UDP headers for @len bytes that lie behind FRAME_HEADS
 * bytes of @out: from port 68 of @from to 255.255.255.255:67. Returns the
 * length of all. */
size_t frame_wrap(uint8_t *out, const uint8_t from[4], size_t len);

/**
 * frame_unwrap() - the UDP payload of an IP packet for port 68.
 * @p: @len bytes, from the IP header on. @summed: false when the UDP checksum
 * was left to hardware that is not there.
 * Returns the payload, @n bytes of it; NULL for what is none.
 */
const uint8_t *frame_unwrap(const uint8_t *p, size_t len, bool summed,
			    size_t *n);

#endif
