/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOGSEND_H
#define INIT_LOGSEND_H

#include <stdbool.h>

struct log_entry;

/*
 * A child of process 1 that says something has a copy of the log book, which
 * nobody reads: it sends its lines by a pipe to the book of process 1.
 */

/** logsend_to() - in the child: from here on logbook_put() sends to @fd, and
 * drops what the pipe has no room for. */
void logsend_to(int fd);

/** logsend_put() - false: this process keeps its lines itself. */
bool logsend_put(const struct log_entry *entry);

/** logsend_take() - into the book what has come by @fd, which does not block.
 */
void logsend_take(int fd);

#endif
