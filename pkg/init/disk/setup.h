/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SETUP_H
#define INIT_SETUP_H

#include <stddef.h>

/**
 * setup_run() - what /etc/ingot/machine.json asks for, in this order: host
 * name, sysctl, disks, mounts, random seed. A failure is a line; one of what
 * is required is the end. Without the file nothing is done.
 */
void setup_run(void);

/** setup_end() - before file systems are unmounted, in the child that does it:
 * save the random seed. */
void setup_end(void);

/**
 * setup_sysctl_path() - the file of a sysctl: "net.ipv4.ip_forward", or with
 * slashes, then dots belong to names. Pure.
 * Returns 0, or -1 when it is none or too long.
 */
int setup_sysctl_path(char *out, size_t cap, const char *name);

#endif
