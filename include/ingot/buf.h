/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_BUF_H
#define IG_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct ig_err;

/*
 * A growing byte buffer with a maximum that is set when it is made. The bytes
 * are always followed by a NUL that is not counted, so text can be read as a
 * C string; who needs to know whether there is a NUL inside compares lengths.
 */
struct ig_buf {
	char *data; /* owned; NULL while empty */
	size_t len;
	size_t cap;
	size_t max; /* bytes; growing past it is IG_ELIMIT */
};

#define IG_BUF_INIT(limit)                                                     \
	{                                                                      \
		NULL, 0, 0, (limit)                                            \
	}

void ig_buf_init(struct ig_buf *buf, size_t max);
void ig_buf_done(struct ig_buf *buf); /* accepts the empty value */
void ig_buf_clear(struct ig_buf *buf);

/** ig_buf_add() - append @len bytes. Fails with IG_ELIMIT or IG_ESYS. */
int ig_buf_add(struct ig_buf *buf, const void *data, size_t len,
	       struct ig_err *err);
int ig_buf_puts(struct ig_buf *buf, const char *text, struct ig_err *err);
int ig_buf_putc(struct ig_buf *buf, char c, struct ig_err *err);
int ig_buf_printf(struct ig_buf *buf, struct ig_err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/** ig_buf_reserve() - room for @len more bytes at data + len. */
int ig_buf_reserve(struct ig_buf *buf, size_t len, struct ig_err *err);
/** ig_buf_zero() - append @len zero bytes. */
int ig_buf_zero(struct ig_buf *buf, size_t len, struct ig_err *err);
/** ig_buf_give() - the text, now the caller's (free()); buf is empty after. */
char *ig_buf_give(struct ig_buf *buf, struct ig_err *err);

#endif
