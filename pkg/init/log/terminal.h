/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_TERMINAL_H
#define INIT_TERMINAL_H

#include "base/cmdline.h"

#include <stdbool.h>

/**
 * terminal_empty() - is this a serial port that no hardware is behind?
 * Kernels that are built for more machines than one have such (ttyS0 on most
 * arm64 machines): they can be opened, and take nothing.
 * @sys: where sysfs is mounted, borrowed. @name: without "/dev/", borrowed.
 */
bool terminal_empty(const char *sys, const char *name);

/**
 * terminal_stdout() - the terminal that the device tree names as the machine's
 * console (stdout-path). With ACPI there is none: there the kernel of arm64
 * takes that of the firmware (SPCR) whatever the command line says.
 * @out: receives its name without "/dev/".
 * Returns 0, or -1: no device tree, or no driver for what it names.
 */
int terminal_stdout(char out[CMDLINE_NAME], const char *sys);

#endif
