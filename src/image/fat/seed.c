/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/disk.h>

#include <string.h>

/*
 * The seed is a hash already: what is needed here is another value for every
 * use, from a function that cannot fail. Two lanes of FNV-1a, each with the
 * finalizer of MurmurHash3.
 */
static uint64_t absorb(uint64_t lane, const char *text)
{
	do {
		lane ^= (unsigned char)*text;
		lane *= 0x100000001b3u;
	} while (*text++);
	return lane;
}

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdu;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53u;
	return x ^ x >> 33;
}

static uint64_t lane_of(uint64_t basis, const char *seed, const char *use)
{
	/* In between: FNV alone keeps what two lanes have in common. */
	return mix(absorb(mix(absorb(basis, seed)), use));
}

void ig_seed_uuid(unsigned char out[16], const char *seed, const char *use)
{
	uint64_t lanes[2] = {
		lane_of(0xcbf29ce484222325u, seed, use),
		lane_of(0x9e3779b97f4a7c15u, seed, use),
	};

	for (size_t i = 0; i < 16; i++)
		out[i] = (unsigned char)(lanes[i / 8] >> (i % 8 * 8));
	/* RFC 9562, 5.8. The third field lies in little-endian order. */
	out[7] = (unsigned char)((out[7] & 0x0f) | 0x80);
	out[8] = (unsigned char)((out[8] & 0x3f) | 0x80);
}

uint32_t ig_seed_u32(const char *seed, const char *use)
{
	uint32_t value = (uint32_t)lane_of(0xcbf29ce484222325u, seed, use);

	/* 0 means "none" to readers of both. */
	return value ? value : 1;
}
