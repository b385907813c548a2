/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LINES_H
#define INIT_LINES_H

#include <stddef.h>

/** Longest line handed on; what is longer is cut into pieces of this size. */
#define LINES_MAX 1024

/** A splitter's state. The zeroed value is ready for use. */
struct lines {
	size_t len;
	char buf[LINES_MAX];
};

/** Receives one line without its end; @text is borrowed, not terminated. */
typedef void lines_fn(void *ctx, const char *text, size_t len);

/**
 * lines_feed() - take bytes as they come and hand on every complete line.
 * @text: borrowed, any bytes. A carriage return before the end is dropped;
 * control characters other than tab and escape become '?'.
 * Cannot fail; keeps at most LINES_MAX bytes.
 */
void lines_feed(struct lines *l, const char *text, size_t len, lines_fn *fn,
		void *ctx);

/** lines_flush() - hand on what is left of an unfinished line, if anything. */
void lines_flush(struct lines *l, lines_fn *fn, void *ctx);

#endif
