/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_LOG_H
#define IG_LOG_H

#include <stdint.h>

/*
 * Where modules tell what they do. Nothing below cli prints: cli sets the
 * sink, tests leave it empty or count. Calls come from any thread; the sink
 * does its own locking.
 */
enum ig_level {
	IG_LOG_WARN,  /* the result may not be what was meant */
	IG_LOG_INFO,  /* a step done */
	IG_LOG_DEBUG, /* for -v */
};

struct ig_log {
	void *ctx;
	void (*say)(void *ctx, enum ig_level level, const char *text);
	/* Something with a known total (bytes; 0: unknown) goes on. @id is
	 * the same string for all calls of one thing; done == total ends it. */
	void (*progress)(void *ctx, const char *id, uint64_t done,
			 uint64_t total);
};

/** ig_log_set() - @log is borrowed for the rest of the program, or NULL. */
void ig_log_set(const struct ig_log *log);

void ig_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ig_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ig_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ig_progress(const char *id, uint64_t done, uint64_t total);

#endif
