/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SEALED_H
#define INIT_SEALED_H

/** Where the runtime is once more, for no one to write: a file mounted
 * read-only, or a link to a sealed copy in memory. */
#define SEALED_RUNTIME "/run/ingot/crun"

/**
 * sealed_runtime() - put the runtime at @path at SEALED_RUNTIME, read-only.
 * A container must not be able to write the program that started it by
 * /proc/PID/exe (CVE-2019-5736), so crun makes itself such a mount and
 * executes itself again, every time it runs, unless it finds that it has
 * been started from one. A failure costs nothing but that.
 */
void sealed_runtime(const char *path);

/** sealed_copy() - what @from has, in memory and sealed against any change.
 * Returns a descriptor (close-on-exec), or -1. */
int sealed_copy(int from);

#endif
