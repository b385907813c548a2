/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NETWORK_TEXT_H
#define INIT_NETWORK_TEXT_H

#include <stddef.h>
#include <sys/types.h>

/** A text that grows in memory of the caller's, and is cut at its end. */
struct text {
	char *p;
	size_t n, cap;
};

/** text_put() - printf() at the end. */
void text_put(struct text *t, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** text_open() - a file that others have open or bound, to be written in place:
 * made with its folders (@mode) when it is not there. A descriptor, or -1 after
 * saying why. */
int text_open(const char *path, mode_t mode);

/**
 * text_write() - replace a file's content in one go.
 * It stays the same file, for it is bound into containers: the new text goes
 * over the old one by one write, with line ends up to the old length, which are
 * cut off afterwards. So whoever reads finds the one or the other.
 */
void text_write(int fd, const struct text *t);

#endif
