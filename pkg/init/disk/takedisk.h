/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_TAKEDISK_H
#define INIT_TAKEDISK_H

#include "disk/blockdev.h"
#include "disk/claim.h"

#include <stdbool.h>

/** takedisk_is_real() - no loop device, no memory, not made of others. */
bool takedisk_is_real(const char *name);

/**
 * takedisk_judge() - claim_judge() for a disk of the machine.
 * @out, @why: as there.
 */
enum claim_answer takedisk_judge(struct claim *out, const char **why,
				 const struct blockdev *disk,
				 const char *label);

/**
 * takedisk_make() - a table and a file system on a disk that takedisk_judge()
 * found empty or unfinished: claim, table, mke2fs, and away with the claim.
 * @part: receives the partition. Says what it does. Returns 0, or -1.
 */
int takedisk_make(const char *what, struct blockdev *part,
		  const struct blockdev *disk, const char *label);

#endif
