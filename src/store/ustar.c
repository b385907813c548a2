/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <ingot/stream.h>

/* Members of a ustar archive (POSIX.1-1988) as an export has them: short
 * names, no owner, no time. */

#define BLOCK	  512
#define OCTAL_MAX UINT64_C(077777777777)

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8];
	char type, link[100], magic[6], version[2], user[32], group[32];
	char major[8], minor[8], prefix[155], pad[12];
};
static_assert(sizeof(struct header) == BLOCK, "a tar header is one block");

/* Beyond 8 GiB as a big-endian number with the top bit set, as GNU tar and
 * everybody who reads its archives does. */
static void set_size(struct header *h, uint64_t size)
{
	if (size <= OCTAL_MAX) {
		snprintf(h->size, sizeof(h->size), "%011llo",
			 (unsigned long long)size);
		return;
	}
	memset(h->size, 0, sizeof(h->size));
	h->size[0] = (char)0x80;
	for (int i = 0; i < 8; i++)
		h->size[11 - i] = (char)(unsigned char)(size >> (8 * i));
}

static int put_header(struct ig_sink *out, const char *path, unsigned mode,
		      char type, uint64_t size, struct ig_err *err)
{
	struct header h = { 0 };
	unsigned sum = 0;
	unsigned char bytes[BLOCK];

	assert(strlen(path) < sizeof(h.name));
	memcpy(h.name, path, strlen(path));
	snprintf(h.mode, sizeof(h.mode), "%07o", mode & 07777);
	snprintf(h.uid, sizeof(h.uid), "%07o", 0);
	snprintf(h.gid, sizeof(h.gid), "%07o", 0);
	set_size(&h, size);
	snprintf(h.mtime, sizeof(h.mtime), "%011o", 0);
	memset(h.sum, ' ', sizeof(h.sum));
	h.type = type;
	memcpy(h.magic, "ustar", 6);
	memcpy(h.version, "00", 2);
	memcpy(bytes, &h, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		sum += bytes[i];
	snprintf(h.sum, sizeof(h.sum), "%06o", sum & 0777777);
	return ig_sink_write(out, &h, sizeof(h), err);
}

int ig_ustar_file(struct ig_sink *out, const char *path, uint64_t size,
		  struct ig_err *err)
{
	return put_header(out, path, 0644, '0', size, err);
}

int ig_ustar_dir(struct ig_sink *out, const char *path, struct ig_err *err)
{
	return put_header(out, path, 0755, '5', 0, err);
}

int ig_ustar_pad(struct ig_sink *out, uint64_t size, struct ig_err *err)
{
	uint64_t rest = size % BLOCK;

	return rest ? ig_sink_zero(out, BLOCK - rest, err) : 0;
}

int ig_ustar_end(struct ig_sink *out, struct ig_err *err)
{
	return ig_sink_zero(out, UINT64_C(2) * BLOCK, err);
}
