/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_AWAIT_H
#define INIT_AWAIT_H

#include "disk/blockdev.h"

#include <stdbool.h>

#define AWAIT_SECONDS 15

/** Looks at the block devices; true: there is what it looks for. */
typedef bool await_fn(void *ctx, const struct blockdevs *list);

/**
 * await_devices() - ask @fn, again and again: buses are searched behind our
 * back, and what is found may need a module. For children of PID 1.
 * Returns false when it was not there after @seconds.
 */
bool await_devices(await_fn *fn, void *ctx, unsigned seconds);

#endif
