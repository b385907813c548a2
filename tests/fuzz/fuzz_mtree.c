/* SPDX-License-Identifier: Apache-2.0 */
/* A list of a tree is refused with a message, or its lines are sound. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/format.h>
#include <ingot/own.h>
#include <ingot/stream.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int check(void *ctx, const struct ig_mtree_line *line)
{
	size_t hash = strlen(line->sha256);

	(void)ctx;
	if (!line->path || line->mode > 07777 || (hash && hash != 64))
		abort();
	return line->link && strlen(line->link) == SIZE_MAX;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_source_closep)
	struct ig_source *src = ig_source_mem(data, size, &err);

	if (src && ig_mtree_read(src, check, NULL, &err) < 0 &&
	    (err.code == IG_OK || !err.msg[0]))
		abort();
	return 0;
}
