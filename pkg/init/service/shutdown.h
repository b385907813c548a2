/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SHUTDOWN_H
#define INIT_SHUTDOWN_H

#include <stdbool.h>

struct guest;

/*
 * The way out, one function a step. Each sets the machine's deadline.
 */

/** shutdown_begin() - say so; nothing is started any more but onshutdown. */
void shutdown_begin(struct guest *g);

/** shutdown_stop() - tell the services that have a way of their own to end. */
void shutdown_stop(struct guest *g);

/** shutdown_stopped() - they all have ended. */
bool shutdown_stopped(const struct guest *g);

/** shutdown_term() - tell every process to end. */
void shutdown_term(struct guest *g);

/** shutdown_kill() - make every process end. */
void shutdown_kill(struct guest *g);

/** shutdown_unmount() - a child writes out and unmounts all. */
void shutdown_unmount(struct guest *g);

/** shutdown_leave() - off or reboot. Does not return. */
void shutdown_leave(struct guest *g) __attribute__((noreturn));

#endif
