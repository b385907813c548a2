/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOGLINE_H
#define INIT_LOGLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What clients of the control socket make of a line of the log. */

struct logline {
	int64_t ms; /* since power-on */
	int64_t level;
	char *name; /* NULL: this is no line of the log */
	char *text;
	int64_t lost; /* lines that are missing here */
};

/**
 * logline_parse() - read one line of an answer.
 * @text: borrowed, @len bytes. Free with logline_free(). Returns 0 or -1.
 */
int logline_parse(struct logline *out, const char *text, size_t len);
void logline_free(struct logline *l);

/** Longest line of an answer. */
#define LOGLINE_MAX 16384

/** Lines out of a stream; zeroed: at its beginning. */
struct logreader {
	size_t at;
	size_t len;
	char buf[LOGLINE_MAX];
};

/**
 * logreader_next() - wait for the next line.
 * @line: receives it, without its end; good until the next call.
 * Returns 1, 0 at the end, or -1 with errno: EINTR, EMSGSIZE, read(2)'s.
 */
int logreader_next(struct logreader *r, int fd, char **line, size_t *len);

/** Before this the clock was never set: 2024-01-01, in ms. */
#define LOGLINE_CLOCK INT64_C(1704067200000)

/** logline_wall() - when a line came, in ms since 1970, by what both clocks
 * show now (ms); -1: the clock is not set. */
int64_t logline_wall(int64_t ms, int64_t now, int64_t wall);

/** logline_now() - both clocks. */
void logline_now(int64_t *now, int64_t *wall);

/** logline_tell_lost() - say on descriptor 2 how many lines are missing, not
 * more often than every ten seconds. */
void logline_tell_lost(int64_t lost);

#define LOGLINE_TIME 32
/** logline_time() - "2026-11-27T10:47:05.123Z", or "-" for -1. */
void logline_time(char out[LOGLINE_TIME], int64_t wall);

#endif
