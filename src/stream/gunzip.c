/* SPDX-License-Identifier: Apache-2.0 */
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

#include "decode.h"

/*
 * igzip inflates two to three times faster than zlib. Its own header reader
 * forgets the flags when a header comes in two pieces and lets reserved ones
 * pass, so headers (RFC 1952 §2.3) are read here; igzip checks the trailer.
 */

#define HAS_HCRC    0x02
#define HAS_EXTRA   0x04
#define HAS_NAME    0x08
#define HAS_COMMENT 0x10
#define RESERVED    0xe0

#define STEP_MAX    ((size_t)1 << 30) /* igzip counts in 32 bits */

enum part {
	PART_FIXED,
	PART_EXTRA_LEN,
	PART_EXTRA,
	PART_NAME,
	PART_COMMENT,
	PART_HCRC,
	PART_BODY,
};

struct gunzip {
	enum part part;
	unsigned flags;
	uint32_t crc; /* of the header's bytes */
	size_t have;  /* bytes seen of this part */
	size_t extra; /* length of the extra field */
	unsigned char raw[10];
	struct inflate_state inflate;
};

static void *gunzip_new(struct ig_err *err)
{
	struct gunzip *self = calloc(1, sizeof(*self));

	if (!self)
		ig_fail_mem(err);
	return self;
}

static bool gunzip_begins(const unsigned char *data, size_t len)
{
	return len >= 3 && data[0] == 0x1f && data[1] == 0x8b && data[2] == 8;
}

static void gunzip_begin(void *state)
{
	struct gunzip *self = state;

	self->part = PART_FIXED;
	self->have = 0;
	self->crc = 0;
	isal_inflate_init(&self->inflate);
	self->inflate.crc_flag = ISAL_GZIP_NO_HDR_VER;
}

static uint32_t le16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

/* The next part that this header has: the flags decide. */
static void next_part(struct gunzip *self)
{
	static const struct {
		enum part part;
		unsigned flag;
	} parts[] = {
		{ PART_EXTRA_LEN, HAS_EXTRA }, { PART_EXTRA, HAS_EXTRA },
		{ PART_NAME, HAS_NAME },       { PART_COMMENT, HAS_COMMENT },
		{ PART_HCRC, HAS_HCRC },
	};
	enum part was = self->part;

	self->have = 0;
	self->part = PART_BODY;
	for (size_t i = 0; i < IG_COUNT(parts); i++) {
		if (parts[i].part > was && (self->flags & parts[i].flag)) {
			self->part = parts[i].part;
			return;
		}
	}
}

static void header_crc(struct gunzip *self, unsigned char byte)
{
	self->crc = crc32_gzip_refl(self->crc, &byte, 1);
}

/* Collect @byte; true when the part has its @want bytes. */
static bool collect(struct gunzip *self, unsigned char byte, size_t want)
{
	self->raw[self->have++] = byte;
	return self->have == want;
}

static int header_byte(struct gunzip *self, unsigned char byte,
		       struct ig_err *err)
{
	bool done = false;

	if (self->part != PART_HCRC)
		header_crc(self, byte);
	switch (self->part) {
	case PART_FIXED:
		done = collect(self, byte, 10);
		self->flags = done ? self->raw[3] : 0;
		if (self->flags & RESERVED)
			return ig_fail(err, IG_EFORMAT,
				       "the gzip header has unknown flags");
		break;
	case PART_EXTRA_LEN:
		done = collect(self, byte, 2);
		self->extra = le16(self->raw);
		if (done && self->extra == 0)
			self->part = PART_EXTRA;
		break;
	case PART_EXTRA:
		done = ++self->have == self->extra;
		break;
	case PART_NAME:
	case PART_COMMENT:
		done = byte == 0;
		break;
	case PART_HCRC:
		done = collect(self, byte, 2);
		if (done && le16(self->raw) != (self->crc & 0xffff))
			return ig_fail(err, IG_EFORMAT,
				       "the gzip header's checksum is wrong");
		break;
	case PART_BODY:
		break;
	}
	if (done)
		next_part(self);
	return 0;
}

static int body(struct gunzip *self, struct step *step, struct ig_err *err)
{
	struct inflate_state *inflate = &self->inflate;
	size_t out_len = step->out_len < STEP_MAX ? step->out_len : STEP_MAX;
	int ret;

	/* igzip does not write to its input; its fields are not const. */
	memcpy(&inflate->next_in, &(const unsigned char *){ step->in },
	       sizeof(inflate->next_in));
	inflate->avail_in = (uint32_t)step->in_len;
	inflate->next_out = step->out;
	inflate->avail_out = (uint32_t)out_len;
	ret = isal_inflate(inflate);
	if (ret == ISAL_INCORRECT_CHECKSUM)
		return ig_fail(err, IG_EFORMAT,
			       "the gzip data's checksum or length is wrong");
	if (ret < 0)
		return ig_fail(err, IG_EFORMAT, "the gzip data is damaged");
	step->used += step->in_len - inflate->avail_in;
	step->made = out_len - inflate->avail_out;
	step->ended = inflate->block_state == ISAL_BLOCK_FINISH;
	return 0;
}

static int gunzip_step(void *state, struct step *step, struct ig_err *err)
{
	struct gunzip *self = state;

	if (self->part == PART_BODY)
		return body(self, step, err);
	while (step->used < step->in_len && self->part != PART_BODY) {
		if (header_byte(self, step->in[step->used], err) < 0)
			return -1;
		step->used++;
	}
	return 0;
}

const struct unpacker ig_unpacker_gzip = {
	.name = "gzip",
	.new = gunzip_new,
	.begins = gunzip_begins,
	.begin = gunzip_begin,
	.step = gunzip_step,
	.free = free,
};
