/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/verity.h"

#include "base/bytes.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DIGEST	  32u
#define BLOCK_MIN 512u
#define BLOCK_MAX 4096u /* the kernel's: one page */
#define SECTOR	  512u

/* cryptsetup: lib/verity/verity.c, struct verity_sb */
enum {
	SB_VERSION = 8,
	SB_TYPE = 12,
	SB_HASH = 32,
	SB_HASH_LEN = 32,
	SB_DATA_BLOCK = 64,
	SB_HASH_BLOCK = 68,
	SB_BLOCKS = 72,
	SB_SALT_LEN = 80,
	SB_SALT = 88
};

static const char *const modes[] = {
	[VERITY_PANIC] = " 1 panic_on_corruption",
	[VERITY_RESTART] = " 1 restart_on_corruption",
	[VERITY_EIO] = "",
};

static bool is_block(uint32_t size)
{
	return size >= BLOCK_MIN && size <= BLOCK_MAX &&
	       (size & (size - 1)) == 0;
}

/* The superblock has a block of its own, the tree is what follows. */
static uint64_t tree_blocks(const struct verity *v)
{
	uint64_t per_block = v->hash_block / DIGEST;
	uint64_t level = v->data_blocks;
	uint64_t sum = 0;

	while (level > 1) {
		level = (level + per_block - 1) / per_block;
		sum += level;
	}
	return sum;
}

static const char *read_fields(struct verity *out, const uint8_t *p)
{
	static const char name[SB_HASH_LEN] = "sha256";

	if (memcmp(p, "verity\0\0", 8) != 0)
		return "there is no verity superblock";
	if (get32(p + SB_VERSION) != 1 || get32(p + SB_TYPE) != 1)
		return "the verity superblock is not of version and type 1";
	if (memcmp(p + SB_HASH, name, sizeof(name)) != 0)
		return "the verity superblock's hash is not sha256";
	out->data_block = get32(p + SB_DATA_BLOCK);
	out->hash_block = get32(p + SB_HASH_BLOCK);
	if (!is_block(out->data_block) || !is_block(out->hash_block))
		return "the verity superblock's block sizes are not from 512 to 4096";
	out->data_blocks = get64(p + SB_BLOCKS);
	out->salt_len = get16(p + SB_SALT_LEN);
	if (out->salt_len > VERITY_SALT)
		return "the verity superblock's salt is longer than 256 bytes";
	memcpy(out->salt, p + SB_SALT, out->salt_len);
	return NULL;
}

const char *verity_read(struct verity *out, const uint8_t *p,
			uint64_t data_size, uint64_t hash_size)
{
	const char *why = read_fields(out, p);

	if (why)
		return why;
	if (out->data_blocks == 0)
		return "the verity superblock has no data blocks";
	if (out->data_blocks > data_size / out->data_block)
		return "the data partition is smaller than the verity superblock says";
	if (tree_blocks(out) >= hash_size / out->hash_block)
		return "the hash partition is smaller than its tree";
	return NULL;
}

static void uuid_text(char *out, const char *hex)
{
	snprintf(out, VERITY_UUID_TEXT, "%.8s-%.4s-%.4s-%.4s-%.12s", hex,
		 hex + 8, hex + 12, hex + 16, hex + 20);
}

/* UAPI group, Discoverable Partitions Specification: root hash */
void verity_uuids(char data[VERITY_UUID_TEXT], char hash[VERITY_UUID_TEXT],
		  const char *hex)
{
	uuid_text(data, hex);
	uuid_text(hash, hex + VERITY_HEX / 2);
}

uint64_t verity_sectors(const struct verity *v)
{
	return v->data_blocks * (v->data_block / SECTOR);
}

int verity_table(char out[VERITY_TABLE], const struct verity *v,
		 const char *data, const char *hash, const char *hex,
		 enum verity_mode mode)
{
	char salt[2 * VERITY_SALT + 1] = "-";

	for (size_t i = 0; i < v->salt_len; i++)
		snprintf(salt + 2 * i, 3, "%02x", v->salt[i]);
	int n = snprintf(
		out, VERITY_TABLE, "1 %s %s %u %u %llu 1 sha256 %s %s%s", data,
		hash, v->data_block, v->hash_block,
		(unsigned long long)v->data_blocks, hex, salt, modes[mode]);

	return n > 0 && (unsigned)n < VERITY_TABLE ? 0 : -1;
}
