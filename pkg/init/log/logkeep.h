/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOGKEEP_H
#define INIT_LOGKEEP_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * The children that carry lines out of memory, to a disk and to another
 * machine: what can block is not done in PID 1. Each reads the stream that
 * ctl_keep() gives, and is started again when it ends.
 */

/** logkeep_start() - start those that logs.json asks for. */
void logkeep_start(void);

/** logkeep_reaped() - a child of PID 1 has ended; true if it was one of these.
 */
bool logkeep_reaped(pid_t pid);

/**
 * logkeep_finish() - the machine goes down: when nothing else runs any more,
 * have them write what is left and end. To be called whenever a child ended.
 */
void logkeep_finish(void);

/** logkeep_alone() - do the numbers in @text, as in a children file of /proc,
 * name none but @n @pids? */
bool logkeep_alone(const char *text, const pid_t *pids, size_t n);

#endif
