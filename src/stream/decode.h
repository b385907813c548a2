/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_STREAM_DECODE_H
#define IG_STREAM_DECODE_H

#include <stdbool.h>
#include <stddef.h>

struct ig_err;

/* What one step may use up and fill. */
struct step {
	const unsigned char *in;
	size_t in_len;
	size_t used; /* of in */
	unsigned char *out;
	size_t out_len;
	size_t made; /* of out */
	bool ended;  /* that was all of this member */
};

/* One compression format; a member is what RFC 1952 and 8878 (frame) call so.
 * decode.c calls step() only when a member has begun and not ended. */
struct unpacker {
	const char *name;
	void *(*new)(struct ig_err *err);
	/* Whether a member may begin with these; @len is at least 4. */
	bool (*begins)(const unsigned char *data, size_t len);
	/* Make ready for the next member. */
	void (*begin)(void *state);
	int (*step)(void *state, struct step *step, struct ig_err *err);
	void (*free)(void *state);
};

extern const struct unpacker ig_unpacker_gzip;
extern const struct unpacker ig_unpacker_zstd;

#endif
