/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOGBOOK_H
#define INIT_LOGBOOK_H

#include "log/ring.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Every line, of process 1, of the bundles and of the kernel, in memory.
 * What pours out lines too fast goes to a half of its own, where it drives
 * out only its like.
 */

#define LOGBOOK_SIZE (256 * 1024)

/** Levels of syslog, RFC 5424, 6.2.1. */
enum log_level {
	LEVEL_CRITICAL = 2,
	LEVEL_WARNING = 4,
	LEVEL_NOTICE = 5,
	LEVEL_INFO = 6
};

/** One line to keep. */
struct log_entry {
	const char *name; /* borrowed, as @text */
	const char *text;
	size_t len;
	int64_t us; /* since power-on */
	int level;
	bool loud; /* one of too many */
};

/** Where a reader is; zeroed: before the first line. */
struct logbook_cursor {
	struct ring_cursor at[2];
};

/** logbook_open() - keep lines in @size bytes; before that, none is kept.
 * 0, or -1 with errno. */
int logbook_open(size_t size);
void logbook_close(void);

void logbook_put(const struct log_entry *entry);

/**
 * logbook_read() - the next line in the order they came.
 * @lost: is counted up by the lines that were overwritten before.
 * Returns 1, or 0 when @at is behind the last line.
 */
int logbook_read(struct logbook_cursor *at, struct ring_record *out,
		 uint64_t *lost);

/** logbook_last() - a place before the last @n lines; @name: counting those
 * of that name only, or NULL. */
struct logbook_cursor logbook_last(uint64_t n, const char *name);

#endif
