/* SPDX-License-Identifier: Apache-2.0 */
#include "log/ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What stands before the name and the text, byte by byte: no record is
 * aligned, and each may go round the end. */
struct head {
	uint64_t seq;
	int64_t us;
	uint16_t len;
	uint8_t name_len;
	uint8_t level;
};

int ring_init(struct ring *r, size_t size)
{
	memset(r, 0, sizeof(*r));
	if (size < RING_LEAST) {
		errno = EINVAL;
		return -1;
	}
	/* its pages are taken when they are written */
	r->buf = calloc(1, size);
	if (!r->buf)
		return -1;
	r->size = size;
	return 0;
}

void ring_free(struct ring *r)
{
	free(r->buf);
	memset(r, 0, sizeof(*r));
}

static void copy_in(struct ring *r, const void *from, size_t len)
{
	size_t at = (size_t)(r->head % r->size);
	size_t part = len < r->size - at ? len : r->size - at;

	memcpy(r->buf + at, from, part);
	memcpy(r->buf, (const unsigned char *)from + part, len - part);
	r->head += len;
}

static void copy_out(const struct ring *r, uint64_t off, void *to, size_t len)
{
	size_t at = (size_t)(off % r->size);
	size_t part = len < r->size - at ? len : r->size - at;

	memcpy(to, r->buf + at, part);
	memcpy((unsigned char *)to + part, r->buf, len - part);
}

static size_t length(size_t name_len, size_t len)
{
	return sizeof(struct head) + name_len + len;
}

static void drop_oldest(struct ring *r)
{
	struct head h;

	copy_out(r, r->tail, &h, sizeof(h));
	r->tail += length(h.name_len, h.len);
	r->first++;
}

void ring_put(struct ring *r, const struct ring_record *rec)
{
	size_t name_len = strnlen(rec->name, RING_NAME);
	size_t len = rec->len < RING_TEXT ? rec->len : RING_TEXT;
	struct head h;

	if (r->size == 0)
		return;
	memset(&h, 0, sizeof(h));
	h.seq = rec->seq;
	h.us = rec->us;
	h.len = (uint16_t)len;
	h.name_len = (uint8_t)name_len;
	h.level = rec->level;
	while (r->head + length(name_len, len) - r->tail > r->size)
		drop_oldest(r);
	copy_in(r, &h, sizeof(h));
	copy_in(r, rec->name, name_len);
	copy_in(r, rec->text, len);
	r->next++;
}

int ring_peek(const struct ring *r, struct ring_cursor *at,
	      struct ring_record *out, uint64_t *lost)
{
	struct head h;

	if (at->number < r->first) {
		*lost += r->first - at->number;
		at->number = r->first;
		at->off = r->tail;
	}
	if (at->number >= r->next)
		return 0;
	copy_out(r, at->off, &h, sizeof(h));
	out->seq = h.seq;
	out->us = h.us;
	out->level = h.level;
	out->len = h.len;
	copy_out(r, at->off + sizeof(h), out->name, h.name_len);
	out->name[h.name_len] = '\0';
	copy_out(r, at->off + sizeof(h) + h.name_len, out->text, h.len);
	return 1;
}

void ring_skip(struct ring_cursor *at, const struct ring_record *rec)
{
	at->off += length(strlen(rec->name), rec->len);
	at->number++;
}
