/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <ingot/str.h>

#include "suite_internal.h"

int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Bytes of the printable character at @text, 0 when there is none. U+0080 to
 * U+009F are control characters, U+2028 and U+2029 ends of lines. */
static size_t printable(const char *text)
{
	unsigned char c = (unsigned char)text[0];
	size_t want = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	if (want == 1)
		return c >= 0x20 && c != 0x7f;
	if (strnlen(text, want) != want || !ig_utf8_ok(text, want) ||
	    (c == 0xc2 && (unsigned char)text[1] < 0xa0) ||
	    memcmp(text, "\xe2\x80\xa8", 3) == 0 ||
	    memcmp(text, "\xe2\x80\xa9", 3) == 0)
		return 0;
	return want;
}

void reason_set(char out[IG_SUITE_REASON], const char *fmt, ...)
{
	char text[4 * IG_SUITE_REASON];
	size_t len = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (const char *at = text; *at;) {
		size_t n = printable(at);
		size_t step = n ? n : 1;

		if (len + step >= IG_SUITE_REASON)
			break;
		if (n)
			memcpy(out + len, at, n);
		else
			out[len] = '?';
		len += step;
		at += step;
	}
	out[len] = '\0';
}
