/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_PAX_H
#define IG_IMAGE_PAX_H

#include <stdint.h>

#include <ingot/buf.h>

struct ig_err;
struct ig_sink;

#define IG_TAR_BLOCK 512

/* One ustar header block (POSIX.1-2017, pax, "ustar Interchange Format"). */
struct ig_ustar {
	const char *name; /* cut to 100 bytes, ASCII only */
	const char *link;
	uint32_t mode;
	uint64_t uid, gid, size;
	int64_t mtime;
	uint32_t major, minor;
	char type;
};
void ig_ustar_block(char block[IG_TAR_BLOCK], const struct ig_ustar *head);
int ig_ustar_write(struct ig_sink *out, const struct ig_ustar *head,
		   struct ig_err *err);

/** ig_pax_add() - the record "<len> @key=@value\n"; @len bytes of value. */
int ig_pax_add(struct ig_buf *records, const char *key, const void *value,
	       size_t len, struct ig_err *err);
/** ig_pax_write() - the extended header entry for the file @name. */
int ig_pax_write(struct ig_sink *out, const struct ig_buf *records,
		 const char *name, struct ig_err *err);

#endif
