/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_EXT4_H
#define INIT_EXT4_H

#include <stdbool.h>
#include <stdint.h>

#define EXT4_SUPER_AT	1024u
#define EXT4_SUPER_SIZE 1024u

/** What a superblock says. */
struct ext4 {
	uint64_t blocks;
	uint32_t block; /* bytes */
	bool unclean;	/* not unmounted: the journal has to be played */
	bool errors;	/* the kernel found some */
	bool mounted;	/* at least once since it was made */
};

/**
 * ext4_read() - read a superblock of ext2, ext3 or ext4.
 * @p: borrowed, EXT4_SUPER_SIZE bytes. Returns false when it is none.
 */
bool ext4_read(struct ext4 *out, const uint8_t *p);

/** ext4_room() - how many blocks a partition of @bytes has room for; 0 when
 * that is no more than there are. */
uint64_t ext4_room(const struct ext4 *fs, uint64_t bytes);

#endif
