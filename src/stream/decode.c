/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/stream.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

#include "decode.h"

#define IN_SIZE	   ((size_t)128 * 1024)
#define MAGIC_SIZE 4

enum where {
	AT_START,
	IN_MEMBER,
	BEHIND_MEMBER,
	IN_PADDING,
	AT_END
};

struct decode {
	struct ig_source base;
	struct ig_source *in;
	enum ig_codec codec;
	const struct unpacker *how; /* NULL: as it is */
	void *state;
	enum where where;
	uint64_t max;
	uint64_t total;
	bool in_end;
	size_t pos; /* of what is not used in data */
	size_t end;
	struct ig_err failed; /* said again when read again */
	unsigned char data[IN_SIZE];
};

/* Have @want bytes at data + pos, or all there are. */
static int fill(struct decode *self, size_t want, struct ig_err *err)
{
	if (self->end - self->pos >= want || self->in_end)
		return 0;
	memmove(self->data, self->data + self->pos, self->end - self->pos);
	self->end -= self->pos;
	self->pos = 0;
	while (self->end < want && !self->in_end) {
		ssize_t n = ig_source_read(self->in, self->data + self->end,
					   IN_SIZE - self->end, err);

		if (n < 0)
			return -1;
		self->in_end = n == 0;
		self->end += (size_t)n;
	}
	return 0;
}

static bool begins(const struct decode *self, const struct unpacker *how)
{
	size_t len = self->end - self->pos;

	return len >= MAGIC_SIZE && how->begins(self->data + self->pos, len);
}

static const struct unpacker *choose(const struct decode *self)
{
	switch (self->codec) {
	case IG_CODEC_GZIP:
		return &ig_unpacker_gzip;
	case IG_CODEC_ZSTD:
		return &ig_unpacker_zstd;
	case IG_CODEC_AUTO:
		if (begins(self, &ig_unpacker_gzip))
			return &ig_unpacker_gzip;
		if (begins(self, &ig_unpacker_zstd))
			return &ig_unpacker_zstd;
		return NULL;
	case IG_CODEC_NONE:
		break;
	}
	return NULL;
}

static int start(struct decode *self, struct ig_err *err)
{
	if (fill(self, MAGIC_SIZE, err) < 0)
		return -1;
	self->how = choose(self);
	if (!self->how) {
		self->where = IN_MEMBER;
		return 0;
	}
	if (!begins(self, self->how))
		return ig_fail(err, IG_EFORMAT, "not in %s format",
			       self->how->name);
	self->state = self->how->new (err);
	if (!self->state)
		return -1;
	self->where = IN_MEMBER;
	self->how->begin(self->state);
	return 0;
}

/* What follows a member: another, zeros until the end, or the end. */
static int go_on(struct decode *self, struct ig_err *err)
{
	if (fill(self, MAGIC_SIZE, err) < 0)
		return -1;
	if (self->pos == self->end) {
		self->where = AT_END;
		return 0;
	}
	if (self->data[self->pos] == 0) {
		self->where = IN_PADDING;
		return 0;
	}
	if (!begins(self, self->how))
		return ig_fail(err, IG_EFORMAT, "junk behind the %s data",
			       self->how->name);
	self->where = IN_MEMBER;
	self->how->begin(self->state);
	return 0;
}

static int skip_padding(struct decode *self, struct ig_err *err)
{
	if (fill(self, 1, err) < 0)
		return -1;
	for (; self->pos < self->end; self->pos++) {
		if (self->data[self->pos] != 0)
			return ig_fail(err, IG_EFORMAT,
				       "junk behind the %s data",
				       self->how->name);
	}
	if (self->in_end)
		self->where = AT_END;
	return 0;
}

static int copy(struct decode *self, struct step *step, struct ig_err *err)
{
	ssize_t n;

	if (step->in_len == 0) { /* past what was read for the magic */
		n = ig_source_read(self->in, step->out, step->out_len, err);
		if (n < 0)
			return -1;
		step->made = (size_t)n;
		step->ended = n == 0;
		return 0;
	}
	step->used = step->in_len;
	if (step->used > step->out_len)
		step->used = step->out_len;
	memcpy(step->out, step->in, step->used);
	step->made = step->used;
	return 0;
}

static int unpack(struct decode *self, struct step *step, struct ig_err *err)
{
	if (self->how && fill(self, 1, err) < 0)
		return -1;
	step->in = self->data + self->pos;
	step->in_len = self->end - self->pos;
	if (!self->how) {
		if (copy(self, step, err) < 0)
			return -1;
		self->where = step->ended ? AT_END : IN_MEMBER;
	} else {
		if (self->how->step(self->state, step, err) < 0)
			return -1;
		if (step->ended)
			self->where = BEHIND_MEMBER;
		else if (step->used == 0 && step->made == 0)
			return ig_fail(err, IG_EFORMAT,
				       "the %s data is cut short",
				       self->how->name);
	}
	self->pos += step->used;
	self->total += step->made;
	if (self->total > self->max)
		return ig_fail(err, IG_ELIMIT,
			       "unpacks to more than %llu bytes",
			       (unsigned long long)self->max);
	return 0;
}

static int advance(struct decode *self, struct step *step, struct ig_err *err)
{
	switch (self->where) {
	case AT_START:
		return start(self, err);
	case IN_MEMBER:
		return unpack(self, step, err);
	case BEHIND_MEMBER:
		return go_on(self, err);
	case IN_PADDING:
		return skip_padding(self, err);
	case AT_END:
		break;
	}
	return 0;
}

static ssize_t decode_read(struct ig_source *src, void *data, size_t len,
			   struct ig_err *err)
{
	struct decode *self = (struct decode *)src;
	struct step step = { .out = data, .out_len = len };

	if (self->failed.code != IG_OK) {
		*err = self->failed;
		return -1;
	}
	/* One byte more than allowed is enough to see a bomb. */
	if (step.out_len > SSIZE_MAX)
		step.out_len = SSIZE_MAX;
	if (step.out_len - 1 > self->max - self->total)
		step.out_len = (size_t)(self->max - self->total) + 1;
	while (step.made == 0 && self->where != AT_END) {
		step.used = 0;
		step.ended = false;
		if (advance(self, &step, err) < 0) {
			self->failed = *err;
			return -1;
		}
	}
	return (ssize_t)step.made;
}

static void decode_close(struct ig_source *src)
{
	struct decode *self = (struct decode *)src;

	if (self->state)
		self->how->free(self->state);
	free(self);
}

struct ig_source *ig_source_decode(struct ig_source *in, enum ig_codec codec,
				   uint64_t max, struct ig_err *err)
{
	static const struct ig_source_ops ops = { decode_read, decode_close };
	struct decode *self = malloc(sizeof(*self));

	if (!self) {
		ig_fail_mem(err);
		return NULL;
	}
	memset(self, 0, offsetof(struct decode, data));
	self->base.ops = &ops;
	self->in = in;
	self->codec = codec;
	self->max = max;
	return &self->base;
}
