/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_BUNDLE_FILES_H
#define INIT_BUNDLE_FILES_H

#include "service/runtime_json.h"

/**
 * bundle_files() - make a bundle's mounts, folders and cgroups.
 * @dir: the bundle; relative places are below its rootfs. Runs in a child of
 * PID 1. Returns 0, or -1 after writing to descriptor 2 what is wrong.
 */
int bundle_files(const char *dir, const struct runtime *r);

#endif
