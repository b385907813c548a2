/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NATIVE_H
#define INIT_NATIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Programs that are built into this one and run as children of PID 1, without
 * any container. One that ends is started again, later each time; what it
 * prints is shown under its name.
 */

/** The child's descriptor for one byte: it is ready (NATIVE_READY), or others
 * are to go on without it. */
#define NATIVE_READY_FD 3
#define NATIVE_READY	'r'
#define NATIVE_LATE	'l'

/** natives_start() - start those that the image has a configuration for. */
void natives_start(void);

/** natives_ready() - is there nothing to wait for any more? True also when one
 * has ended before it was ready, or says nothing for too long. */
bool natives_ready(void);

/** natives_hold() - start none again: the machine goes down. */
void natives_hold(void);

/** native_reaped() - one of PID 1's children has ended; true if it was one of
 * these. */
bool native_reaped(pid_t pid, int status);

/** native_backoff() - µs before the restart after the @row-th end in a row,
 * from 1: 0.5 s, doubled each time, 30 s at most. */
int64_t native_backoff(unsigned row);

#endif
