/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_DM_H
#define INIT_DM_H

#include <stddef.h>
#include <stdint.h>

/**
 * dm_create() - make a read-only mapped device of one target.
 * @out: receives its name below /dev, @cap bytes.
 * @name: of the mapping; @target, @params: borrowed; @sectors of 512 bytes.
 * Returns NULL, or what failed, with errno.
 */
const char *dm_create(char *out, size_t cap, const char *name,
		      const char *target, const char *params, uint64_t sectors);

#endif
