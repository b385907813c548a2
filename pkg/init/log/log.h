/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOG_H
#define INIT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct consoles;

/**
 * log_open() - open every console: console= and /sys/class/tty/console/active.
 * Where one of them is missing, that of the device tree stands in for it.
 * May be called again when more devices are there; what was open stays open.
 * Before the first call messages go to descriptor 2.
 */
void log_open(void);

/** log_consoles() - those that are named, active, or stand in. Borrowed. */
const struct consoles *log_consoles(void);

/** What the consoles get. */
enum log_console {
	CONSOLE_ALL,
	CONSOLE_ERRORS, /* of PID 1 what went wrong, of bundles nothing */
	CONSOLE_NONE	/* how the machine ends */
};

/** log_console_set() - from now on; before the first call all. */
void log_console_set(enum log_console console);
enum log_console log_console_get(void);

/** log_say() - "[    1.234567] init: text" to the log book and, but for
 * CONSOLE_NONE, to every console. */
void log_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** log_info() - the same for what is as it should be: CONSOLE_ALL only. */
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** log_last() - the same for how the machine ends: in any case. */
void log_last(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/**
 * log_slow() - have the consoles taken too much time of late? Then they do not
 * get what others than PID 1 say, who is @loud first: the loop would stand
 * still.
 */
bool log_slow(bool loud);

/** log_line() - a container's line to every console only; @text is not
 * terminated. */
void log_line(const char *name, const char *text, size_t len);

/**
 * log_die() - say why PID 1 cannot go on, wait 5 s, reboot(2) with @how.
 * Does not return.
 */
void log_die(int how, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/** now_us() - microseconds since the kernel started (CLOCK_BOOTTIME). */
int64_t now_us(void);

#endif
