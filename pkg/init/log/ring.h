/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_RING_H
#define INIT_RING_H

#include <stddef.h>
#include <stdint.h>

/** Longest name and text of a record; what is longer is cut. */
#define RING_NAME 127
#define RING_TEXT 1024

/** One line that is kept. */
struct ring_record {
	uint64_t seq; /* over all rings, as the caller counts */
	int64_t us;   /* since power-on */
	uint8_t level;
	char name[RING_NAME + 1];
	size_t len;
	char text[RING_TEXT]; /* not terminated */
};

/**
 * Records in memory that does not grow: a new one takes the place of the
 * oldest ones. Offsets only grow; where they are is offset modulo size.
 */
struct ring {
	unsigned char *buf;
	size_t size;
	uint64_t head;	/* where the next record goes */
	uint64_t tail;	/* the oldest */
	uint64_t first; /* number of the oldest, counted in this ring */
	uint64_t next;	/* number that the next one gets */
};

/** Where a reader is; zeroed: at the beginning. */
struct ring_cursor {
	uint64_t off;
	uint64_t number;
};

/** ring_init() - @size zeroed bytes, at least RING_LEAST.
 * 0, or -1 with errno; it then keeps nothing. */
#define RING_LEAST 4096
int ring_init(struct ring *r, size_t size);
void ring_free(struct ring *r);

/** ring_put() - keep a copy of @rec. */
void ring_put(struct ring *r, const struct ring_record *rec);

/**
 * ring_peek() - the record at @at, which first moves to the oldest one when
 * its own was overwritten.
 * @lost: is counted up by those that @at missed.
 * Returns 1, or 0 when there is none yet.
 */
int ring_peek(const struct ring *r, struct ring_cursor *at,
	      struct ring_record *out, uint64_t *lost);

/** ring_skip() - go on behind @rec, which ring_peek() gave. */
void ring_skip(struct ring_cursor *at, const struct ring_record *rec);

#endif
