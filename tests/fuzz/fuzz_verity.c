/* SPDX-License-Identifier: Apache-2.0 */
/* A verity superblock; the sizes of the two devices are behind it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "disk/verity.h"

#define HEX "0123456789abcdef00112233445566778899aabbccddeeff0f1e2d3c4b5a6978"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t superblock[VERITY_SUPERBLOCK];
	char table[VERITY_TABLE];
	uint64_t sizes[2];
	struct verity v;

	if (size < sizeof(superblock) + sizeof(sizes))
		return 0;
	memcpy(superblock, data, sizeof(superblock));
	memcpy(sizes, data + sizeof(superblock), sizeof(sizes));
	if (verity_read(&v, superblock, sizes[0], sizes[1]))
		return 0;
	/* the kernel must not be told of more than there is */
	if (verity_sectors(&v) == 0 || verity_sectors(&v) > sizes[0] / 512)
		abort();
	if (verity_table(table, &v, "4095:1048575", "4095:1048575", HEX,
			 VERITY_RESTART) < 0 ||
	    strlen(table) >= sizeof(table))
		abort();
	return 0;
}
