/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_PANIC_H
#define INIT_PANIC_H

#include <stdbool.h>

/** What the kernel is to do when it cannot go on. */
struct panic_wish {
	bool timeout; /* the command line says nothing: reboot after a while */
	bool oops;    /* the same for a fault in the kernel: panic */
};

/** panic_wish() - what is left open by the kernel command line @text. */
struct panic_wish panic_wish(const char *text);

/** panic_settings() - a kernel that panics reboots, unless the command line
 * says otherwise. */
void panic_settings(void);

#endif
