/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_ROOT_H
#define INIT_ROOT_H

#include <stdbool.h>

/** root_in_memory() - is "/" an unpacked initramfs (ramfs or tmpfs)? */
bool root_in_memory(void);

/**
 * root_rebind() - give "/" a parent mount, so that pivot_root works.
 * Copies nothing. To be called before anything else is mounted.
 * Returns 0, or -1 with errno.
 */
int root_rebind(void);

/**
 * root_mounts() - mount proc, sys, dev, run and the rest; failures are logged
 * and not fatal. "/" becomes recursively shared.
 */
void root_mounts(void);

/**
 * root_mounts_late() - mount what root_mounts() had no file system for, where
 * one comes as a module; between modules_begin() and modules_end().
 */
void root_mounts_late(void);

/** root_mounts_early() - proc, sys and dev only; "/" stays private. */
void root_mounts_early(void);

/** root_settings() - hostname, loopback, limits, resolv.conf's folder. */
void root_settings(void);

/** root_unmount() - unmount what holds data, as far as it goes. False when
 * something was busy. */
bool root_unmount(void);

#endif
