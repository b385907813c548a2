/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_NET_H
#define INIT_NET_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * net_create() - make a network interface.
 * @kind: "veth", "dummy", "bridge", … as rtnetlink knows it. @peer: the other
 * end's name for veth, else NULL. @pid: make it in that process's network
 * namespace; 0 for this one. Returns 0, or -1 with errno.
 */
int net_create(const char *name, const char *kind, const char *peer, pid_t pid);

/** net_move() - move an interface to a process's network namespace. */
int net_move(const char *name, pid_t pid);

#endif
