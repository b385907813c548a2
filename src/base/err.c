/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* The length of @text cut to @room bytes, never inside a UTF-8 sequence. */
static size_t cut(const char *text, size_t room)
{
	size_t len = strlen(text);

	if (len <= room)
		return len;
	len = room;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* "context: cause" to err->msg; the context gives way. */
static void compose(struct ig_err *err, const char *context, const char *cause)
{
	char out[sizeof(err->msg)];
	size_t max = sizeof(out) - 1;
	size_t tail = cut(cause, max);
	size_t head = 0;

	if (tail + 2 < max)
		head = cut(context, max - tail - 2);
	if (head > 0) {
		memcpy(out, context, head);
		out[head++] = ':';
		out[head++] = ' ';
	}
	memcpy(out + head, cause, tail);
	out[head + tail] = '\0';
	memcpy(err->msg, out, head + tail + 1);
}

/* The arguments may point into err->msg, so that is written last. */
static void format(char *out, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));

static void format(char *out, size_t size, const char *fmt, va_list ap)
{
	int len = vsnprintf(out, size, fmt, ap);

	if (len < 0)
		out[0] = '\0';
	else if ((size_t)len >= size)
		out[cut(out, size - 2)] = '\0';
}

int(ig_fail)(struct ig_err *err, enum ig_code code, const char *fmt, ...)
{
	char text[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	format(text, sizeof(text), fmt, ap);
	va_end(ap);
	err->code = code;
	err->sys = 0;
	memcpy(err->msg, text, strlen(text) + 1);
	return -1;
}

int(ig_fail_sys)(struct ig_err *err, int sys, const char *fmt, ...)
{
	char text[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	format(text, sizeof(text), fmt, ap);
	va_end(ap);
	err->code = IG_ESYS;
	err->sys = sys;
	compose(err, text, strerror(sys));
	return -1;
}

int(ig_fail_mem)(struct ig_err *err)
{
	err->code = IG_ESYS;
	err->sys = ENOMEM;
	compose(err, "", strerror(ENOMEM));
	return -1;
}

int(ig_wrap)(struct ig_err *err, const char *fmt, ...)
{
	char text[sizeof(err->msg)];
	va_list ap;

	va_start(ap, fmt);
	format(text, sizeof(text), fmt, ap);
	va_end(ap);
	compose(err, text, err->msg);
	return -1;
}

void ig_err_clear(struct ig_err *err)
{
	err->code = IG_OK;
	err->sys = 0;
	err->msg[0] = '\0';
}
