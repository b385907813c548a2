/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_PUT_H
#define IG_IMAGE_PUT_H

#include <stdint.h>

/* Little-endian fields of records. */
static inline void put16(unsigned char *to, uint32_t value)
{
	to[0] = (unsigned char)value;
	to[1] = (unsigned char)(value >> 8);
}

static inline void put32(unsigned char *to, uint32_t value)
{
	put16(to, value);
	put16(to + 2, value >> 16);
}

static inline void put64(unsigned char *to, uint64_t value)
{
	put32(to, (uint32_t)value);
	put32(to + 4, (uint32_t)(value >> 32));
}

#endif
