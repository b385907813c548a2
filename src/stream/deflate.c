/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/deflate.h>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <ingot/buf.h>
#include <ingot/err.h>

/* RFC 1951 §3.2.4: a byte with BFINAL and the type, LEN, NLEN, the bytes. A
 * piece of 64 KiB is one byte too long for a block. */
#define STORED_HEAD 5u
#define STORED_MAX  65535u
#define PACKED_MAX  (IG_DEFLATE_MAX + 1024u) /* more than deflateBound() */

#define SAMPLE_RUNS 16u
#define SAMPLE_RUN  256u
#define SAMPLE	    (SAMPLE_RUNS * SAMPLE_RUN)

struct ig_deflate {
	enum ig_sum kind;
	uint32_t sum;
	z_stream z;
	bool z_on;
	unsigned char packed[PACKED_MAX];
};

struct ig_deflate *ig_deflate_new(enum ig_sum sum, struct ig_err *err)
{
	struct ig_deflate *d = calloc(1, sizeof(*d));

	if (!d) {
		ig_fail_mem(err);
		return NULL;
	}
	d->kind = sum;
	ig_deflate_sum(d);
	return d;
}

void ig_deflate_free(struct ig_deflate *d)
{
	if (d && d->z_on)
		deflateEnd(&d->z);
	free(d);
}

void ig_deflate_freep(struct ig_deflate **d)
{
	ig_deflate_free(*d);
	*d = NULL;
}

uint32_t ig_deflate_sum(struct ig_deflate *d)
{
	uint32_t sum = d->sum;

	d->sum = d->kind == IG_SUM_ADLER32 ? 1 : 0;
	return sum;
}

void *ig_deflate_room(struct ig_buf *out, size_t len, struct ig_err *err)
{
	if (len > IG_DEFLATE_MAX) {
		ig_fail(err, IG_EUSAGE, "a piece of %zu bytes to deflate", len);
		return NULL;
	}
	if (ig_buf_reserve(out, len + 2 * STORED_HEAD, err) < 0)
		return NULL;
	return out->data + out->len + STORED_HEAD;
}

/* Samples from all over the piece: how often two of them are equal tells
 * uniform bytes, for which it is 1 in 256, from others. Text and programs are
 * at 8 in 256 and more; a kernel packed by its own build lies below, where
 * some per cent could be won at ten times the cost of a copy. */
static bool is_worth(const unsigned char *data, size_t len)
{
	uint32_t count[256] = { 0 };
	uint64_t pairs = 0;
	size_t step = (len - SAMPLE_RUN) / (SAMPLE_RUNS - 1);

	for (size_t run = 0; run < SAMPLE_RUNS; run++)
		for (size_t i = 0; i < SAMPLE_RUN; i++)
			count[data[run * step + i]]++;
	for (size_t i = 0; i < 256; i++)
		pairs += (uint64_t)count[i] * count[i];
	return pairs > (uint64_t)SAMPLE * SAMPLE / 256 * 8;
}

static void put_head(unsigned char *to, size_t len, bool last)
{
	to[0] = last; /* BTYPE 00 */
	to[1] = (unsigned char)len;
	to[2] = (unsigned char)(len >> 8);
	to[3] = (unsigned char)~to[1];
	to[4] = (unsigned char)~to[2];
}

/* The bytes are in their place but for the one that does not fit. */
static void store(struct ig_buf *out, size_t len, bool last)
{
	unsigned char *to = (unsigned char *)out->data + out->len;
	unsigned char *end = to + STORED_HEAD + STORED_MAX;

	if (len > STORED_MAX) {
		end[STORED_HEAD] = end[0];
		put_head(end, len - STORED_MAX, last);
		put_head(to, STORED_MAX, false);
		out->len += STORED_HEAD;
	} else {
		put_head(to, len, last);
	}
	out->len += STORED_HEAD + len;
}

static int start(struct ig_deflate *d, struct ig_err *err)
{
	if (d->z_on)
		return deflateReset(&d->z) == Z_OK ? 0 : ig_fail_mem(err);
	if (deflateInit2(&d->z, 1, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		return ig_fail_mem(err);
	d->z_on = true;
	return 0;
}

/* How long the piece is when it is packed. */
static int pack(size_t *out, struct ig_deflate *d, unsigned char *data,
		size_t len, bool last, struct ig_err *err)
{
	z_stream *z = &d->z;
	int ret;

	if (start(d, err) < 0)
		return -1;
	z->next_in = data;
	z->avail_in = (uInt)len;
	z->next_out = d->packed;
	z->avail_out = PACKED_MAX;
	ret = deflate(z, last ? Z_FINISH : Z_FULL_FLUSH);
	if (ret != (last ? Z_STREAM_END : Z_OK) || z->avail_in)
		return ig_fail(err, IG_ESYS, "zlib cannot compress");
	*out = PACKED_MAX - z->avail_out;
	return 0;
}

int ig_deflate_pack(struct ig_deflate *d, struct ig_buf *out, size_t len,
		    bool last, struct ig_err *err)
{
	unsigned char *to = (unsigned char *)out->data + out->len;
	unsigned char *data = to + STORED_HEAD;
	size_t packed = len;

	d->sum = d->kind == IG_SUM_ADLER32 ? isal_adler32(d->sum, data, len)
					   : crc32_gzip_refl(d->sum, data, len);
	if ((len < SAMPLE || is_worth(data, len)) &&
	    pack(&packed, d, data, len, last, err) < 0)
		return -1;
	if (packed < len) {
		memcpy(to, d->packed, packed);
		out->len += packed;
		return 0;
	}
	store(out, len, last);
	return 0;
}
