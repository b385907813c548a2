/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/stream.h>

int tap_init(struct tap *tap, struct ig_source *src, struct ig_err *err)
{
	tap->src = src;
	tap->err = err;
	tap->block[0] = malloc(TAP_BLOCK);
	tap->block[1] = malloc(TAP_BLOCK);
	if (!tap->block[0] || !tap->block[1])
		return ig_fail_mem(err);
	return 0;
}

void tap_done(struct tap *tap)
{
	ig_freep(&tap->block[0]);
	ig_freep(&tap->block[1]);
	ig_freep(&tap->scratch);
}

static ssize_t next_block(struct tap *tap)
{
	unsigned next = !tap->now;
	ssize_t len;

	if (ig_cancelled())
		return ig_fail_cancel(tap->err);
	/* Only the last block is not full: headers never lie in three. */
	len = ig_source_fill(tap->src, tap->block[next], TAP_BLOCK, tap->err);
	if (len <= 0)
		return len;
	tap->now = next;
	tap->start[next] = tap->end;
	tap->len[next] = (size_t)len;
	tap->end += (size_t)len;
	return len;
}

ssize_t tap_read(struct archive *ar, void *ctx, const void **data)
{
	struct tap *tap = ctx;
	ssize_t len;

	(void)ar;
	if (tap->failed)
		return -1;
	if (tap->in_header && tap->end - tap->header >= TAP_BLOCK) {
		tap->failed = true;
		return ig_fail(
			tap->err, IG_ELIMIT,
			"the headers of an entry are longer than %u bytes",
			TAP_BLOCK);
	}
	len = next_block(tap);
	if (len < 0)
		tap->failed = true;
	*data = tap->block[tap->now];
	return len;
}

static const char *view_in(const struct tap *tap, unsigned i, uint64_t off,
			   size_t *len)
{
	if (off < tap->start[i] || off - tap->start[i] >= tap->len[i])
		return NULL;
	*len = tap->len[i] - (size_t)(off - tap->start[i]);
	return tap->block[i] + (off - tap->start[i]);
}

const char *tap_view(struct tap *tap, uint64_t off, size_t len)
{
	size_t got = 0;
	size_t more = 0;
	const char *first = view_in(tap, tap->now, off, &got);
	const char *second;

	if (first)
		return got >= len ? first : NULL;
	first = view_in(tap, !tap->now, off, &got);
	if (!first || got >= len)
		return first;
	second = view_in(tap, tap->now, off + got, &more);
	if (!second || more < len - got || len > TAP_BLOCK)
		return NULL;
	if (!tap->scratch)
		tap->scratch = malloc(TAP_BLOCK);
	if (!tap->scratch)
		return NULL;
	memcpy(tap->scratch, first, got);
	memcpy(tap->scratch + got, second, len - got);
	return tap->scratch;
}

static bool all_zero(const char *data, size_t len)
{
	return len == 0 ||
	       (data[0] == 0 && memcmp(data, data + 1, len - 1) == 0);
}

int tap_drain(struct tap *tap, uint64_t off, bool *junk, struct ig_err *err)
{
	size_t left = 0;
	const char *rest = view_in(tap, tap->now, off, &left);
	ssize_t len;

	tap->err = err;
	*junk = rest && !all_zero(rest, left);
	while ((len = next_block(tap)) > 0) {
		if (!all_zero(tap->block[tap->now], (size_t)len))
			*junk = true;
	}
	return len < 0 ? -1 : 0;
}
