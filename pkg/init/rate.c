/* SPDX-License-Identifier: Apache-2.0 */
#include "rate.h"

/* After this time nothing is left of what was written. */
#define FORGET_US ((int64_t)RATE_BURST * 1000000 / RATE_PER_S)

static void drain(struct rate *r, int64_t now)
{
	int64_t past = now - r->last;

	if (past < 0 || past >= FORGET_US) {
		r->level = 0;
		r->last = now;
		return;
	}
	int64_t bytes = past * RATE_PER_S / 1000000;

	/* what is less than a byte's time counts the next time */
	r->last += bytes * 1000000 / RATE_PER_S;
	r->level = r->level > bytes ? r->level - bytes : 0;
}

bool rate_take(struct rate *r, int64_t now, size_t len)
{
	int64_t limit = r->full ? RATE_BURST / 2 : RATE_BURST;

	drain(r, now);
	if (len > RATE_BURST / 2 || r->level + (int64_t)len > limit) {
		r->full = true;
		r->held++;
		return false;
	}
	r->full = false;
	r->level += (int64_t)len;
	return true;
}
