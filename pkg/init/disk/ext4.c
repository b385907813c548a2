/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/ext4.h"

#include "base/bytes.h"

/* places in the superblock */
enum {
	SB_BLOCKS = 0x04,
	SB_LOG_BLOCK = 0x18,
	SB_MOUNTED = 0x2c, /* when, the last time */
	SB_MOUNTS = 0x34,
	SB_MAGIC = 0x38,
	SB_STATE = 0x3a,
	SB_INCOMPAT = 0x60,
	SB_BLOCKS_HIGH = 0x150
};

#define MAGIC		 0xef53u
#define STATE_VALID	 1u
#define STATE_ERRORS	 2u
#define INCOMPAT_RECOVER 0x04u
#define INCOMPAT_64BIT	 0x80u
#define LOG_BLOCK_MAX	 6u /* 64 KiB */

bool ext4_read(struct ext4 *out, const uint8_t *p)
{
	uint32_t incompat = get32(p + SB_INCOMPAT);
	uint32_t log_block = get32(p + SB_LOG_BLOCK);
	unsigned state = get16(p + SB_STATE);

	if (get16(p + SB_MAGIC) != MAGIC || log_block > LOG_BLOCK_MAX)
		return false;
	out->block = 1024u << log_block;
	out->blocks = get32(p + SB_BLOCKS);
	if (incompat & INCOMPAT_64BIT)
		out->blocks |= (uint64_t)get32(p + SB_BLOCKS_HIGH) << 32;
	out->unclean = (incompat & INCOMPAT_RECOVER) || !(state & STATE_VALID);
	out->errors = state & STATE_ERRORS;
	/* e2fsck counts mounts anew, a machine without a clock has no time */
	out->mounted = get32(p + SB_MOUNTED) != 0 || get16(p + SB_MOUNTS) != 0;
	return out->blocks > 0;
}

uint64_t ext4_room(const struct ext4 *fs, uint64_t bytes)
{
	uint64_t room = bytes / fs->block;

	return room > fs->blocks ? room : 0;
}
