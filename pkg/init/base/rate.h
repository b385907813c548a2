/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_RATE_H
#define INIT_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What may be written at once, and what per second after that, in bytes. */
#define RATE_BURST 32768
#define RATE_PER_S 8192

/** How much was written of late. The zeroed value is ready for use. */
struct rate {
	int64_t last; /* microseconds */
	int64_t level;
	uint64_t
		held; /* lines held back since the last one that went through */
	bool full;
};

/**
 * rate_take() - may @len more bytes be written at @now (microseconds)?
 * Once too much was asked for, nothing may until half of the burst has
 * drained, so that writing does not stop and go with every line. When it
 * says no, @r->held is counted up; the caller sets it to 0.
 */
bool rate_take(struct rate *r, int64_t now, size_t len);

/** From where on lines are a flood: at once, and per second after that. */
#define RATE_LOUD_BURST 16384
#define RATE_LOUD_PER_S 2048

/**
 * rate_loud() - does who writes @len more bytes at @now write too much?
 * All bytes count, so that a flood stays one until it has been over for a
 * while.
 */
bool rate_loud(struct rate *r, int64_t now, size_t len);

/** What may be spent at once, by whom is no flood twice of it, and per second
 * after that, in microseconds. */
#define RATE_TIME_BURST 500000
#define RATE_TIME_PER_S 250000

/** rate_spend() - @us microseconds were spent until @now. */
void rate_spend(struct rate *r, int64_t now, int64_t us);

/**
 * rate_spent() - was too much time spent of late, for a flood (@loud) or for
 * others? For a flood, once it was, it stays so until half of the burst has
 * drained.
 */
bool rate_spent(struct rate *r, int64_t now, bool loud);

#endif
