/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_OVERLAY_H
#define INIT_OVERLAY_H

#include <stdbool.h>

/** overlay_needed() - is what @path is on read-only? */
bool overlay_needed(const char *path);

/**
 * overlay_mount() - make the folder @path writable: what is written to it goes
 * to @memory, a folder that is made in a tmpfs. Returns 0, or -1 with errno.
 */
int overlay_mount(const char *path, const char *memory);

#endif
