/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_MODULES_H
#define INIT_MODULES_H

/**
 * modules_coldplug() - load /etc/modules-load.d and what the devices ask for.
 * Goes round until no device with a new alias appears. Failures are logged.
 */
void modules_coldplug(void);

/**
 * modules_main() - the program "modprobe".
 * The kernel calls it as "modprobe -q -- NAME"; options are otherwise -a -b
 * -q -v, without effect but -q, which is silent about unknown names.
 * Returns the exit code.
 */
int modules_main(int argc, char **argv);

#endif
