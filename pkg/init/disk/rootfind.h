/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_ROOTFIND_H
#define INIT_ROOTFIND_H

#include "disk/blockdev.h"
#include "disk/rootargs.h"

#include <stdbool.h>

/**
 * root_find() - look for the device that @want means.
 * Returns the first in the order of @list (borrowed), or NULL.
 */
const struct blockdev *root_find(const struct blockdevs *list,
				 const struct root_want *want);

/** root_numbered() - partition @part of @disk; NULL: the kernel has none. */
const struct blockdev *root_numbered(const struct blockdevs *list,
				     const struct blockdev *disk,
				     unsigned part);

/** root_is_slow() - a drive that can take seconds to say that it is empty. */
bool root_is_slow(const struct blockdev *d);

#endif
