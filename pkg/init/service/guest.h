/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_GUEST_H
#define INIT_GUEST_H

#include "service/ctr.h"
#include "service/super.h"
#include "service/svc.h"

#include <stdbool.h>
#include <stdint.h>

#define SECOND 1000000 /* µs */

/** All that PID 1 supervises. */
struct guest {
	enum sys_state state;
	struct boot_times times;
	struct ctr_list lists[CTR_KINDS];
	int64_t deadline;   /* of the state, 0 if none */
	struct svc_out out; /* the times of the shutdown */
	int64_t end;	    /* nothing runs any more by then */
	pid_t unmounter;    /* process that unmounts, 0 when it has ended */
	bool clean;	    /* nothing was busy */
	int how;	    /* for reboot(2) */
	bool childless;
};

/** guest_each() - call @fn for every bundle. */
void guest_each(struct guest *g, void (*fn)(struct ctr *c));

#endif
