/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPIO_TEST_H
#define CPIO_TEST_H

#include "image_test.h"

/* newc, read back: Linux, driver-api/early-userspace/buffer-format. */
struct t_cpio {
	unsigned ino, mode, uid, gid, nlink, mtime, size;
	unsigned major, minor, rmajor, rminor, namesize, check;
	const char *name, *data;
	size_t end; /* where the next one begins */
};

static inline unsigned t_hex(const char *at)
{
	char text[9] = "";
	char *end;
	unsigned long n;

	memcpy(text, at, 8);
	n = strtoul(text, &end, 16);
	assert_int_equal(*end, 0);
	return (unsigned)n;
}

/* Header, name and data each begin 4-byte aligned. */
static inline struct t_cpio t_cpio_at(const struct ig_buf *buf, size_t at)
{
	struct t_cpio e = { 0 };
	unsigned *fields[] = { &e.ino,	 &e.mode,   &e.uid,    &e.gid,
			       &e.nlink, &e.mtime,  &e.size,   &e.major,
			       &e.minor, &e.rmajor, &e.rminor, &e.namesize,
			       &e.check };

	assert_int_equal(at % 4, 0);
	assert_true(at + 110 <= buf->len);
	assert_memory_equal(buf->data + at, "070701", 6);
	for (size_t i = 0; i < IG_COUNT(fields); i++)
		*fields[i] = t_hex(buf->data + at + 6 + i * 8);
	e.name = buf->data + at + 110;
	assert_int_equal(strlen(e.name) + 1, e.namesize);
	at = (at + 110 + e.namesize + 3) / 4 * 4;
	e.data = buf->data + at;
	e.end = (at + e.size + 3) / 4 * 4;
	assert_true(e.end <= buf->len);
	assert_int_equal(e.check, 0);
	return e;
}

/* The entry @name; the last one when there are several. */
static inline struct t_cpio t_cpio_find(const struct ig_buf *buf,
					const char *name)
{
	struct t_cpio found = { 0 };

	for (size_t at = 0; at < buf->len;) {
		struct t_cpio e = t_cpio_at(buf, at);

		if (ig_streq(e.name, name))
			found = e;
		at = e.end;
	}
	if (!found.name)
		fail_msg("no entry '%s'", name);
	return found;
}

/* "a b/c …" in their order. */
static inline void t_cpio_names(const struct ig_buf *buf, const char *want)
{
	IG_AUTO(ig_buf_done) struct ig_buf names = IG_BUF_INIT(T_MAX);

	for (size_t at = 0; at < buf->len;) {
		struct t_cpio e = t_cpio_at(buf, at);

		ig_buf_printf(&names, &t_err, "%s%s", at ? " " : "", e.name);
		at = e.end;
	}
	assert_string_equal(names.data ? names.data : "", want);
}

#endif
