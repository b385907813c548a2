/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SHUTDOWN_H
#define INIT_SHUTDOWN_H

#include <stdbool.h>

struct machine;

/*
 * The way out, one function a step. Each sets the machine's deadline.
 */

/** shutdown_begin() - say so; nothing is started any more but onshutdown. */
void shutdown_begin(struct machine *m);

/** shutdown_stop() - tell the services that have a way of their own to end. */
void shutdown_stop(struct machine *m);

/** shutdown_stopped() - they all have ended. */
bool shutdown_stopped(const struct machine *m);

/** shutdown_term() - tell every process to end. */
void shutdown_term(struct machine *m);

/** shutdown_kill() - make every process end. */
void shutdown_kill(struct machine *m);

/** shutdown_leave() - unmount, then off or reboot. Does not return. */
void shutdown_leave(struct machine *m) __attribute__((noreturn));

#endif
