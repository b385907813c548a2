/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_E2TOOLS_H
#define INIT_E2TOOLS_H

#include <stdbool.h>

/*
 * e2fsprogs, from an init image of their own (pkg/disk). For children of
 * PID 1.
 */

/** e2tools_there() - are they in the image? */
bool e2tools_there(void);

/** e2tools_format() - mke2fs: an ext4 on @path. 0, or -1 after saying why. */
int e2tools_format(const char *what, const char *path, const char *label);

/** e2tools_check() - e2fsck -p. 0 when the file system is sound now. */
int e2tools_check(const char *what, const char *path);

#endif
