/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/buf.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

#define BUF_FIRST 64

void ig_buf_init(struct ig_buf *buf, size_t max)
{
	*buf = (struct ig_buf)IG_BUF_INIT(max);
}

void ig_buf_done(struct ig_buf *buf)
{
	ig_freep(&buf->data);
	ig_buf_init(buf, buf->max);
}

void ig_buf_clear(struct ig_buf *buf)
{
	buf->len = 0;
	if (buf->data)
		buf->data[0] = '\0';
}

/* Twice as much as there was, so that n bytes cost O(n), but not past max. */
static size_t next_cap(const struct ig_buf *buf, size_t need)
{
	size_t cap = buf->cap ? buf->cap : BUF_FIRST;
	size_t top = buf->max < SIZE_MAX ? buf->max + 1 : SIZE_MAX;

	while (cap < need && cap <= top / 2)
		cap *= 2;
	if (cap < need || cap > top)
		cap = top;
	return cap;
}

int ig_buf_reserve(struct ig_buf *buf, size_t len, struct ig_err *err)
{
	size_t need;
	size_t cap;
	char *data;

	if (ig_add_overflow(buf->len, len, &need) || need > buf->max ||
	    need == SIZE_MAX)
		return ig_fail(err, IG_ELIMIT, "more than %zu bytes", buf->max);
	need++;
	if (need <= buf->cap)
		return 0;
	cap = next_cap(buf, need);
	data = realloc(buf->data, cap);
	if (!data)
		return ig_fail_mem(err);
	buf->data = data;
	buf->cap = cap;
	buf->data[buf->len] = '\0';
	return 0;
}

int ig_buf_add(struct ig_buf *buf, const void *data, size_t len,
	       struct ig_err *err)
{
	if (ig_buf_reserve(buf, len, err) < 0)
		return -1;
	if (len > 0)
		memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
	return 0;
}

int ig_buf_puts(struct ig_buf *buf, const char *text, struct ig_err *err)
{
	return ig_buf_add(buf, text, strlen(text), err);
}

int ig_buf_putc(struct ig_buf *buf, char c, struct ig_err *err)
{
	return ig_buf_add(buf, &c, 1, err);
}

int ig_buf_printf(struct ig_buf *buf, struct ig_err *err, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return ig_fail_sys(err, errno, "format text");
	if (ig_buf_reserve(buf, (size_t)len, err) < 0)
		return -1;
	va_start(ap, fmt);
	len = vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	if (len < 0)
		return ig_fail_sys(err, errno, "format text");
	buf->len += (size_t)len;
	return 0;
}

int ig_buf_zero(struct ig_buf *buf, size_t len, struct ig_err *err)
{
	if (ig_buf_reserve(buf, len, err) < 0)
		return -1;
	memset(buf->data + buf->len, 0, len + 1);
	buf->len += len;
	return 0;
}

char *ig_buf_give(struct ig_buf *buf, struct ig_err *err)
{
	char *text;

	if (ig_buf_reserve(buf, 0, err) < 0)
		return NULL;
	text = ig_take(&buf->data);
	ig_buf_init(buf, buf->max);
	return text;
}
