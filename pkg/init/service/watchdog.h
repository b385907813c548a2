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

/** Seconds that it has at least until the loop runs. */
#define WATCHDOG_START 60

/** watchdog_start_time() - seconds for the way to the loop: a driver that takes
 * long, which process 1 waits for, is no hang. */
int watchdog_start_time(int seconds);

/**
 * watchdog_open() - start the watchdog that /etc/ingot/watchdog.json asks for,
 * before anything else that can hang: its module is the first that is loaded,
 * or the kernel's own, where the devices that are there ask for none. It is fed
 * by a timer: evloop_due() and evloop_turn().
 */
void watchdog_open(void);

/**
 * watchdog_run() - now with its own time: from now on the loop feeds it, and a
 * loop that is stuck ends in a reset. Failures are logged, also those of
 * watchdog_open(). Where the kernel's own was started, one of the machine that
 * has come since is started beside it.
 */
void watchdog_run(void);

/** watchdog_close() - the last act: turn it @off, or leave it to watch over the
 * reboot. */
void watchdog_close(bool off);

#endif
