/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/fsprobe.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct magic {
	size_t at;
	size_t len;
	const char *bytes;
};

/* Zero as the place of a label or UUID: there is none. */
static const struct kind {
	const char *type;
	struct magic magic[2];
	size_t label_at;
	size_t label_len;
	size_t uuid_at;
} kinds[] = {
	/* four letters alone are little; 4.0 is the only version in use */
	{ "squashfs", { { 0, 4, "hsqs" }, { 28, 4, "\4\0\0\0" } }, 0, 0, 0 },
	{ "erofs",
	  { { 1024, 4, "\xe2\xe1\xf5\xe0" } },
	  1024 + 64,
	  16,
	  1024 + 48 },
	/* the primary volume descriptor is the first of a CD */
	{ "iso9660", { { 32768, 7, "\1CD001\1" } }, 32768 + 40, 32, 0 },
	/* its driver mounts ext2 and ext3 as well */
	{ "ext4",
	  { { 1024 + 56, 2, "\x53\xef" } },
	  1024 + 120,
	  16,
	  1024 + 104 },
};

static bool is_kind(const struct kind *k, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < 2; i++) {
		const struct magic *m = &k->magic[i];

		if (m->len > 0 && (m->at + m->len > len ||
				   memcmp(p + m->at, m->bytes, m->len) != 0))
			return false;
	}
	return k->label_at + k->label_len <= len && k->uuid_at + 16 <= len;
}

/* Padded with zeros, or with blanks on a CD. */
static void copy_label(char *out, const uint8_t *p, size_t len)
{
	const uint8_t *end = memchr(p, '\0', len);

	if (end)
		len = (size_t)(end - p);
	while (len > 0 && p[len - 1] == ' ')
		len--;
	memcpy(out, p, len);
	out[len] = '\0';
}

static void copy_uuid(char *out, const uint8_t *p)
{
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		snprintf(out, 3, "%02x", p[i]);
		out += 2;
	}
}

void fsprobe(struct fsprobe *out, const uint8_t *p, size_t len)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *k = &kinds[i];

		if (!is_kind(k, p, len))
			continue;
		out->type = k->type;
		if (k->label_len > 0)
			copy_label(out->label, p + k->label_at, k->label_len);
		if (k->uuid_at > 0)
			copy_uuid(out->uuid, p + k->uuid_at);
		return;
	}
}
