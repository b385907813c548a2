/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_SPEC_WATCHDOG_H
#define IG_SPEC_WATCHDOG_H

#include <stdbool.h>
#include <stdint.h>

#include <ingot/spec_base.h>

/* A machine that resets itself when its process 1 is stuck; ours. */
struct ig_watchdog {
	bool set;
	struct ig_pos pos;   /* of the timeout */
	const char *timeout; /* as written: "30s" */
	int64_t timeout_ms;  /* the same */
};

#endif
