/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_MACHINE_H
#define INIT_MACHINE_H

#include "ctr.h"
#include "super.h"
#include "svc.h"

#include <stdbool.h>
#include <stdint.h>

#define SECOND 1000000 /* µs */

/** All that PID 1 supervises. */
struct machine {
	enum sys_state state;
	struct boot_times times;
	struct ctr_list lists[CTR_KINDS];
	int64_t deadline; /* of the state, 0 if none */
	int how;	  /* for reboot(2) */
	bool childless;
};

/** machine_each() - call @fn for every bundle. */
void machine_each(struct machine *m, void (*fn)(struct ctr *c));

#endif
