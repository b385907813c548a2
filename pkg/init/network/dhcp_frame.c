/* SPDX-License-Identifier: Apache-2.0 */
#include "network/dhcp_frame.h"

#include "network/dhcp_packet.h"

#include <string.h>

#define IP_HEAD	 20
#define UDP_HEAD 8
#define UDP	 17
#define FRAGMENT 0x3fff /* more fragments, or not the first */

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, size_t n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

/* RFC 1071, not yet complemented */
static uint32_t add_sum(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get16(p + i);
	if (len % 2)
		sum += (uint32_t)p[len - 1] << 8;
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* RFC 768: over a pseudo header, too */
static uint16_t udp_sum(const uint8_t *ip, const uint8_t *udp, size_t len)
{
	uint32_t sum = add_sum(0, ip + 12, 8);

	return fold(add_sum(sum + UDP + (uint32_t)len, udp, len));
}

size_t frame_wrap(uint8_t *out, const uint8_t from[4], size_t len)
{
	uint8_t *udp = out + IP_HEAD;
	size_t all = FRAME_HEADS + len;

	memset(out, 0, FRAME_HEADS);
	out[0] = 0x45;
	put16(out + 2, all);
	out[8] = 64;
	out[9] = UDP;
	memcpy(out + 12, from, 4);
	memset(out + 16, 0xff, 4);
	put16(out + 10, (uint16_t)~fold(add_sum(0, out, IP_HEAD)));
	put16(udp, DHCP_CLIENT_PORT);
	put16(udp + 2, DHCP_SERVER_PORT);
	put16(udp + 4, UDP_HEAD + len);
	uint16_t sum = (uint16_t)~udp_sum(out, udp, UDP_HEAD + len);

	/* 0 means that there is none */
	put16(udp + 6, sum ? sum : 0xffff);
	return all;
}

const uint8_t *frame_unwrap(const uint8_t *p, size_t len, bool summed,
			    size_t *n)
{
	size_t head = len > 0 ? (size_t)(p[0] & 0x0f) * 4 : 0;

	if (len < FRAME_HEADS || p[0] >> 4 != 4 || head < IP_HEAD ||
	    get16(p + 2) < head + UDP_HEAD || get16(p + 2) > len ||
	    (get16(p + 6) & FRAGMENT) || p[9] != UDP ||
	    fold(add_sum(0, p, head)) != 0xffff)
		return NULL;
	const uint8_t *udp = p + head;
	/* what is behind the packet is padding of the link */
	size_t room = get16(p + 2) - head;
	size_t size = get16(udp + 4);

	if (get16(udp) != DHCP_SERVER_PORT ||
	    get16(udp + 2) != DHCP_CLIENT_PORT || size < UDP_HEAD ||
	    size > room)
		return NULL;
	if (summed && get16(udp + 6) != 0 && udp_sum(p, udp, size) != 0xffff)
		return NULL;
	*n = size - UDP_HEAD;
	return udp + UDP_HEAD;
}
