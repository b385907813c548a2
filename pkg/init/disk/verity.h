/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_VERITY_H
#define INIT_VERITY_H

#include <stddef.h>
#include <stdint.h>

#define VERITY_SUPERBLOCK 512u
#define VERITY_HEX	  64u /* digits of a root hash, SHA-256 */
#define VERITY_SALT	  256u
#define VERITY_UUID_TEXT  37u
#define VERITY_TABLE	  1024u

/** What happens at a block that is not what it was. */
enum verity_mode {
	VERITY_PANIC,
	VERITY_RESTART,
	VERITY_EIO
};

/** What a superblock says; checked. */
struct verity {
	uint32_t data_block;
	uint32_t hash_block;
	uint64_t data_blocks;
	uint16_t salt_len;
	uint8_t salt[VERITY_SALT];
};

/**
 * verity_read() - check a superblock and that all it needs is there.
 * @p: borrowed, the hash device's first VERITY_SUPERBLOCK bytes.
 * @data_size, @hash_size: of the two devices, in bytes.
 * Returns NULL, or the reason why it is refused; @out is then unspecified.
 */
const char *verity_read(struct verity *out, const uint8_t *p,
			uint64_t data_size, uint64_t hash_size);

/**
 * verity_uuids() - the UUIDs of the two partitions, by their root hash.
 * @hex: borrowed, VERITY_HEX lower-case digits.
 */
void verity_uuids(char data[VERITY_UUID_TEXT], char hash[VERITY_UUID_TEXT],
		  const char *hex);

/** verity_sectors() - length of the checked device, in 512 bytes. */
uint64_t verity_sectors(const struct verity *v);

/**
 * verity_table() - the parameters of the kernel's target "verity".
 * @data, @hash: borrowed, the devices as "MAJOR:MINOR". @hex: as above.
 * Returns 0, or -1 when they do not fit in VERITY_TABLE bytes.
 */
int verity_table(char out[VERITY_TABLE], const struct verity *v,
		 const char *data, const char *hash, const char *hex,
		 enum verity_mode mode);

#endif
