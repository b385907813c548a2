/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rate.h"

static void drain(struct rate *r, int64_t now, int64_t per_s)
{
	int64_t past = now - r->last;

	/* nothing is left; the product below cannot be too large */
	if (past < 0 || past >= 2 * r->level * 1000000 / per_s) {
		r->level = 0;
		r->last = now;
		return;
	}
	int64_t bytes = past * per_s / 1000000;

	/* what is less than a byte's time counts the next time */
	r->last += bytes * 1000000 / per_s;
	r->level = r->level > bytes ? r->level - bytes : 0;
}

bool rate_take(struct rate *r, int64_t now, size_t len)
{
	int64_t limit = r->full ? RATE_BURST / 2 : RATE_BURST;

	drain(r, now, RATE_PER_S);
	if (len > RATE_BURST / 2 || r->level + (int64_t)len > limit) {
		r->full = true;
		r->held++;
		return false;
	}
	r->full = false;
	r->level += (int64_t)len;
	return true;
}

bool rate_loud(struct rate *r, int64_t now, size_t len)
{
	drain(r, now, RATE_LOUD_PER_S);
	r->level += (int64_t)len;
	if (r->level > 2 * RATE_LOUD_BURST)
		r->level = 2 * RATE_LOUD_BURST;
	return r->level > RATE_LOUD_BURST;
}

void rate_spend(struct rate *r, int64_t now, int64_t us)
{
	drain(r, now, RATE_TIME_PER_S);
	r->level += us > 0 ? us : 0;
	/* one long wait is not to be paid for without end */
	if (r->level > 3 * RATE_TIME_BURST)
		r->level = 3 * RATE_TIME_BURST;
}

bool rate_spent(struct rate *r, int64_t now, bool loud)
{
	drain(r, now, RATE_TIME_PER_S);
	if (!loud)
		return r->level > 2 * RATE_TIME_BURST;
	r->full = r->level > (r->full ? RATE_TIME_BURST / 2 : RATE_TIME_BURST);
	return r->full;
}
