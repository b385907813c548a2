/* SPDX-License-Identifier: Apache-2.0 */
#include "base/lines.h"

static void emit(struct lines *l, lines_fn *fn, void *ctx)
{
	size_t len = l->len;

	if (len > 0 && l->buf[len - 1] == '\r')
		len--;
	/* a console must not be driven by stray bytes; colours may pass */
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)l->buf[i];

		if ((c < 0x20 && c != '\t' && c != 0x1b) || c == 0x7f)
			l->buf[i] = '?';
	}
	l->len = 0;
	fn(ctx, l->buf, len);
}

void lines_feed(struct lines *l, const char *text, size_t len, lines_fn *fn,
		void *ctx)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			emit(l, fn, ctx);
			continue;
		}
		if (l->len == sizeof(l->buf))
			emit(l, fn, ctx);
		l->buf[l->len++] = text[i];
	}
}

void lines_flush(struct lines *l, lines_fn *fn, void *ctx)
{
	if (l->len > 0)
		emit(l, fn, ctx);
}
