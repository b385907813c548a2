/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_ORPHANS_H
#define INIT_ORPHANS_H

#include <sys/types.h>

/*
 * Ended children that belong to no container yet: one can end before its
 * start is known to be complete. The newest 4096 are kept.
 */

/** orphans_add() - remember that @pid ended with @status. */
void orphans_add(pid_t pid, int status);

/** orphans_take() - *status of @pid, when it is known; it is forgotten. */
void orphans_take(pid_t pid, int *status);

#endif
