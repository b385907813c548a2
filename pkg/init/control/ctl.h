/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTL_H
#define INIT_CTL_H

#include <stdbool.h>

struct logbook_cursor;
struct guest;

/*
 * The control socket. Clients wait for PID 1, never PID 1 for them: memory
 * for each is fixed, and one that takes nothing for a while is dropped.
 */

#define CTL_PATH    "/run/ingot/ctl"
#define CTL_CLIENTS 16

/**
 * ctl_init() - what clients are told about.
 * @g: borrowed for ever. @shutdown: begins one; @how as for reboot(2).
 */
void ctl_init(struct guest *g, void (*shutdown)(int how, const char *why));

/** ctl_listen() - take clients at the socket @path, in the loop: those of the
 * own user, CTL_CLIENTS at a time. 0, or -1 with errno. */
int ctl_listen(const char *path);

/** ctl_turn() - hand on what has happened; at the end of each of the loop's
 * turns. */
void ctl_turn(void);

/**
 * ctl_keep() - a stream of all log lines to a child of PID 1, which is never
 * dropped: what it does not take in time is lost to it, and it is told.
 * @fd: non-blocking; taken, also on failure. @at: where it begins, kept up to
 * date until the child hangs up.
 * Returns 0, or -1 with errno.
 */
int ctl_keep(int fd, struct logbook_cursor *at);

/** ctl_end_keepers() - hang up on them when they have taken what there is. */
void ctl_end_keepers(void);

#endif
