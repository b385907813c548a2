/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_WATCHDOG_H
#define INIT_WATCHDOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest watchdog.json taken. */
#define WATCHDOG_MAX 4096

/**
 * watchdog_parse() - read watchdog.json.
 * @seconds: receives the timeout, 1 to 3600. @msg: on failure, what is wrong
 * and at which line, cut to @cap bytes. Returns 0 or -1.
 */
int watchdog_parse(int *seconds, const char *text, size_t len, char *msg,
		   size_t cap);

/**
 * watchdog_open() - start the watchdog that /etc/ingot/watchdog.json asks for;
 * the kernel's own where the machine has none. From now on the loop feeds it:
 * a loop that is stuck ends in a reset. Failures are logged.
 */
void watchdog_open(void);

/** watchdog_close() - the last act: @disarm it, or leave it to watch over the
 * reboot. */
void watchdog_close(bool disarm);

#endif
