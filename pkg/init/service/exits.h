/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_EXITS_H
#define INIT_EXITS_H

#include <stdbool.h>

struct ctr;

/** How a bundle's last run ended. */
struct exits {
	bool started; /* else the runtime could not start it */
	int code;     /* -1: not known, or a signal */
	int signal;   /* 0: none */
};

/** exits_note() - @c has ended: leave a file about it in /run/ingot/exit.
 * @started: it had been up. */
void exits_note(const struct ctr *c, bool started);

/** exits_read() - 0, or -1 with errno: ENOENT when it has not ended yet.
 * @kind: "onboot", "services" or "onshutdown"; @name: of the bundle. */
int exits_read(struct exits *out, const char *kind, const char *name);

#endif
