/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_ROOTFIND_H
#define INIT_ROOTFIND_H

#include "blockdev.h"
#include "rootargs.h"

/**
 * root_find() - look for the device that @want means.
 * Returns the first in the order of @list (borrowed), or NULL.
 */
const struct blockdev *root_find(const struct blockdevs *list,
				 const struct root_want *want);

#endif
