/* SPDX-License-Identifier: Apache-2.0 */
#include "erofs.h"

#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#include "put.h"

#define HEADER	   12u /* before all of them; we share none */
#define ENTRY	   4u
#define NAME_LIMIT 255u
#define AREA_MAX   (HEADER + ENTRY * (UINT16_MAX - 1u))

/* What names begin with, and the number that stands for it. */
static const struct {
	const char *prefix;
	uint8_t index;
	bool whole;
} kinds[] = {
	{ "user.", 1, false },
	{ "system.posix_acl_access", 2, true },
	{ "system.posix_acl_default", 3, true },
	{ "trusted.", 4, false },
	{ "security.", 6, false },
};

/* The part of @name behind the prefix, or NULL. */
static const char *split(uint8_t *index, const char *name)
{
	for (size_t i = 0; i < IG_COUNT(kinds); i++) {
		const char *rest = name + strlen(kinds[i].prefix);

		if (!ig_starts(name, kinds[i].prefix) ||
		    (kinds[i].whole && *rest))
			continue;
		*index = kinds[i].index;
		return rest;
	}
	return NULL;
}

static size_t entry_size(const char *rest, size_t len)
{
	return (ENTRY + strlen(rest) + len + 3) / 4 * 4;
}

int ig_erofs_xattr_size(uint32_t *out, const struct ig_inode *inode,
			size_t *lost, struct ig_err *err)
{
	uint64_t size = HEADER;
	uint8_t index;

	for (size_t i = 0; i < inode->xattrs_n; i++) {
		const struct ig_xattr *x = &inode->xattrs[i];
		const char *rest = split(&index, x->name);

		if (!rest) {
			(*lost)++;
			continue;
		}
		if (strlen(rest) > NAME_LIMIT || x->len > UINT16_MAX)
			return ig_fail(
				err, IG_ELIMIT,
				"the extended attribute '%.64s' is too large for EROFS",
				x->name);
		size += entry_size(rest, x->len);
		if (size > AREA_MAX)
			return ig_fail(
				err, IG_ELIMIT,
				"more extended attributes than EROFS can hold");
	}
	*out = size > HEADER ? (uint32_t)size : 0;
	return 0;
}

void ig_erofs_xattr_fill(const struct ig_inode *inode, unsigned char *at)
{
	unsigned char *to = at + HEADER;

	for (size_t i = 0; i < inode->xattrs_n; i++) {
		const struct ig_xattr *x = &inode->xattrs[i];
		uint8_t index;
		const char *rest = split(&index, x->name);
		size_t len;

		if (!rest)
			continue;
		len = strlen(rest);
		to[0] = (unsigned char)len;
		to[1] = index;
		put16(to + 2, (uint32_t)x->len);
		memcpy(to + ENTRY, rest, len);
		if (x->len)
			memcpy(to + ENTRY + len, x->value, x->len);
		to += entry_size(rest, x->len);
	}
}
