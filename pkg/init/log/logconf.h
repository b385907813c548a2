/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOGCONF_H
#define INIT_LOGCONF_H

#include "log/log.h"

#include <stddef.h>
#include <stdint.h>

/** Longest logs.json taken. */
#define LOGCONF_MAX 4096

/** /etc/ingot/logs.json: where lines go; zero is what is without it. */
struct logconf {
	int64_t memory; /* bytes of the log book, 0: LOGBOOK_SIZE */
	enum log_console console;
	char *disk; /* folder of the log files, or NULL */
	int64_t disk_size;
	int64_t disk_files;
	char *syslog; /* "ADDRESS:PORT", or NULL */
};

/**
 * logconf_parse() - read logs.json, strictly.
 * @out: receives the parts; empty on failure. Free with logconf_free().
 * @text: borrowed, @len bytes. Keys not known are passed over.
 * @msg: on failure, what is wrong and at which line, cut to @cap bytes.
 * Returns 0 or -1.
 */
int logconf_parse(struct logconf *out, const char *text, size_t len, char *msg,
		  size_t cap);
void logconf_free(struct logconf *c);

/** logconf_load() - read /etc/ingot/logs.json and open the log book. What is
 * wrong is said, and counts as not there. */
void logconf_load(void);

/** logconf_get() - what was loaded. */
const struct logconf *logconf_get(void);

#endif
