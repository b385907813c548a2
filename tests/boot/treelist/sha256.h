/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREELIST_SHA256_H
#define TREELIST_SHA256_H

#include <stddef.h>
#include <stdint.h>

/* FIPS 180-4, for a static program without libraries. */
struct sha256 {
	uint32_t h[8];
	uint8_t block[64];
	uint64_t len;
};
void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t len);
void sha256_end(struct sha256 *s, uint8_t out[32]);

#endif
