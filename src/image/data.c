/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#include "walk.h"

#define CHUNK (256u << 10)

int ig_inode_write(struct ig_sink *out, const struct ig_inode *inode,
		   struct ig_err *err)
{
	ig_autofree char *buf = NULL;
	uint64_t done = 0;

	if (!inode->size)
		return 0;
	if (inode->mem)
		return ig_sink_write(out, inode->mem, (size_t)inode->size, err);
	buf = malloc(inode->size < CHUNK ? (size_t)inode->size : CHUNK);
	if (!buf)
		return ig_fail_mem(err);
	while (done < inode->size) {
		uint64_t left = inode->size - done;
		size_t n = left < CHUNK ? (size_t)left : CHUNK;

		if (ig_pread_all(inode->fd, buf, n, inode->off + done, err) < 0)
			return -1;
		if (ig_sink_write(out, buf, n, err) < 0)
			return -1;
		done += n;
	}
	return 0;
}
