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

void reason_set(char out[IG_SUITE_REASON], const char *fmt, ...)
{
	char text[4 * IG_SUITE_REASON];
	size_t len = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	for (const char *at = text; *at;) {
		size_t n = ig_utf8_shown(at);
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
