/* SPDX-License-Identifier: Apache-2.0 */
/* The first bytes of a device, whatever is on it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "disk/fsprobe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fsprobe fs;
	/* of its own length, so that reading past the end is seen */
	uint8_t *copy = malloc(size + 1);

	if (!copy)
		return 0;
	if (size > 0)
		memcpy(copy, data, size);
	fsprobe(&fs, copy, size);
	if (strlen(fs.label) >= sizeof(fs.label) ||
	    (fs.uuid[0] && strlen(fs.uuid) != 36))
		abort();
	if (!fs.type && (fs.label[0] || fs.uuid[0]))
		abort();
	free(copy);
	return 0;
}
