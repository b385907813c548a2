/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_VOLUMES_H
#define INIT_VOLUMES_H

#include "base/sys.h"

#include <stdbool.h>

/** Where one volume's pieces are; overlay's "data" is empty if read-only. */
struct volume {
	char lower[SYS_PATH];
	char tmp[SYS_PATH];
	char upper[SYS_PATH];
	char work[SYS_PATH];
	char merged[SYS_PATH];
	char data[4 * SYS_PATH];
};

/**
 * volume_plan() - name the places of a volume and overlay's options.
 * @dir: the folder of all volumes, @name: one of them, both borrowed.
 * Returns 0; -1 with EINVAL for a name that overlay's options could not
 * carry, with ENAMETOOLONG for one that is too long.
 */
int volume_plan(struct volume *out, const char *dir, const char *name,
		bool writable);

/**
 * volumes_mount() - mount every volume of /containers/volumes on its
 * "merged". A volume with a "tmp" is writable, what is written is memory;
 * one without is read-only. A failure is logged, and the "merged" is taken
 * away: what wants to use it then fails instead of running on nothing.
 */
void volumes_mount(void);

#endif
