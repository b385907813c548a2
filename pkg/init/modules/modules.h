/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_MODULES_H
#define INIT_MODULES_H

#include <stdbool.h>

/**
 * Where modprobe is. The kernel looks for it elsewhere, at /sbin/modprobe, so
 * it starts nothing before PID 1 runs: by then what is built in has asked for
 * a dozen modules that it can do without.
 */
#define MODPROBE "/usr/sbin/modprobe"

/** modules_helper() - tell the kernel where modprobe is. An image that has one
 * at /sbin/modprobe keeps that. /proc must be mounted. */
void modules_helper(void);

/**
 * modules_coldplug() - load /etc/modules-load.d and what the devices ask for.
 * Goes round until no device with a new alias appears. Failures are logged.
 * More may be wanted then, until modules_end().
 */
void modules_coldplug(void);

/**
 * modules_first() - before all others: what the devices that are there ask for
 * and lies in @folder ("kernel/drivers/watchdog/"). What was read for it is
 * kept for modules_want() and modules_coldplug(), which ends it.
 */
void modules_first(const char *folder);

/**
 * modules_begin() - the same in steps: read what depmod wrote, unless it is
 * there. End with modules_end(). Failures are logged.
 */
void modules_begin(void);

/** modules_configured() - load /etc/modules-load.d. */
void modules_configured(void);

/** modules_plug() - load what the devices ask for that came since. */
void modules_plug(void);

/** modules_want() - load one by name or alias; it may be built in. Whether it
 * is there; false also for what no module is called. */
bool modules_want(const char *name);

/** modules_end() - forget what was read. */
void modules_end(void);

/**
 * modules_main() - the program "modprobe".
 * The kernel calls it as "modprobe -q -- NAME"; options are otherwise -a -b
 * -q -v, without effect but -q, which is silent about unknown names.
 * Returns the exit code.
 */
int modules_main(int argc, char **argv);

#endif
