/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SPAWN_H
#define INIT_SPAWN_H

#include <sys/types.h>

/**
 * spawn_child() - in a child of PID 1, first: signals, session and standard
 * descriptors of its own. @out: for what it prints; -1: nowhere.
 */
void spawn_child(int out);

/** spawn_kill() - a signal for such a child and all that it has started. */
void spawn_kill(pid_t pid, int sig);

/**
 * spawn_become() - execv(); returns only on failure: 127, after saying why.
 * @argv: ends in NULL, its first entry is the program's path.
 */
int spawn_become(const char *const argv[]);

/** spawn_self() - the same with this very program; @argv[0] says what it is
 * called. */
int spawn_self(const char *const argv[]);

/** spawn_wait() - run a program to its end: 0 when it ended with code 0. */
int spawn_wait(const char *const argv[]);

#endif
