/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOOP_H
#define INIT_LOOP_H

#include <stddef.h>

/**
 * loop_attach() - attach @file, read-only, to a free loop device; the module
 * is loaded where it is missing.
 * @dev receives the device's path, of @cap bytes. The device frees itself when
 * the file system on it is unmounted, or without one when what is returned is
 * closed.
 * Returns a descriptor, the caller's, or -1 with errno.
 */
int loop_attach(const char *file, char *dev, size_t cap);

#endif
