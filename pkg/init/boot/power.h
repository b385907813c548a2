/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_POWER_H
#define INIT_POWER_H

#include <stdbool.h>
#include <stddef.h>

#define POWER_BUTTONS 4

/**
 * power_open() - open the input devices that have a power key.
 * @fds: receives up to POWER_BUTTONS descriptors. Returns how many.
 */
size_t power_open(int fds[POWER_BUTTONS]);

/** power_pressed() - read a device's events; was the power key pressed? */
bool power_pressed(int fd);

/**
 * power_main() - the programs "poweroff", "halt" and "reboot".
 * Tell PID 1; with -f leave at once. Returns the exit code.
 */
int power_main(const char *name, int argc, char **argv);

#endif
