/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/stream.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <ingot/err.h>

/*
 * The libraries may choose blocks and parameters by how the bytes arrive. So
 * they are gathered to blocks of one size: the caller's pieces never show.
 */
#define BLOCK_SIZE ((size_t)128 * 1024)
#define OUT_SIZE   ((size_t)128 * 1024)

struct encode;

/* Compresses self->block to self->out; @last: that is the end. */
typedef int pack_fn(struct encode *self, bool last, struct ig_err *err);

struct encode {
	struct ig_sink base;
	struct ig_sink *to;
	pack_fn *pack; /* NULL: as it is */
	z_stream gzip;
	bool gzip_on;
	ZSTD_CCtx *zstd;
	size_t len; /* of block */
	unsigned char block[BLOCK_SIZE];
	unsigned char out[OUT_SIZE];
};

static int gzip_pack(struct encode *self, bool last, struct ig_err *err)
{
	z_stream *z = &self->gzip;
	int ret;

	z->next_in = self->block;
	z->avail_in = (uInt)self->len;
	do {
		z->next_out = self->out;
		z->avail_out = OUT_SIZE;
		ret = deflate(z, last ? Z_FINISH : Z_NO_FLUSH);
		if (ret == Z_STREAM_ERROR)
			return ig_fail(err, IG_ESYS, "zlib cannot compress");
		if (ig_sink_write(self->to, self->out, OUT_SIZE - z->avail_out,
				  err) < 0)
			return -1;
	} while (z->avail_out == 0 || (last && ret != Z_STREAM_END));
	return 0;
}

static int zstd_pack(struct encode *self, bool last, struct ig_err *err)
{
	ZSTD_inBuffer in = { self->block, self->len, 0 };
	ZSTD_EndDirective how = last ? ZSTD_e_end : ZSTD_e_continue;
	size_t left;

	do {
		ZSTD_outBuffer out = { self->out, OUT_SIZE, 0 };

		left = ZSTD_compressStream2(self->zstd, &out, &in, how);
		if (ZSTD_isError(left))
			return ig_fail(err, IG_ESYS, "zstd cannot compress: %s",
				       ZSTD_getErrorName(left));
		if (ig_sink_write(self->to, self->out, out.pos, err) < 0)
			return -1;
	} while (last ? left > 0 : in.pos < in.size);
	return 0;
}

static int encode_write(struct ig_sink *sink, const void *data, size_t len,
			struct ig_err *err)
{
	struct encode *self = (struct encode *)sink;
	const unsigned char *p = data;

	if (!self->pack)
		return ig_sink_write(self->to, data, len, err);
	while (len > 0) {
		size_t room = BLOCK_SIZE - self->len;
		size_t step = len < room ? len : room;

		/* Only when more comes: the last block is packed as such. */
		if (step == 0) {
			if (self->pack(self, false, err) < 0)
				return -1;
			self->len = 0;
			continue;
		}
		memcpy(self->block + self->len, p, step);
		self->len += step;
		p += step;
		len -= step;
	}
	return 0;
}

static int encode_finish(struct ig_sink *sink, struct ig_err *err)
{
	struct encode *self = (struct encode *)sink;

	return self->pack ? self->pack(self, true, err) : 0;
}

static void encode_close(struct ig_sink *sink)
{
	struct encode *self = (struct encode *)sink;

	if (self->gzip_on)
		deflateEnd(&self->gzip);
	ZSTD_freeCCtx(self->zstd);
	free(self);
}

static int use_gzip(struct encode *self, int level, struct ig_err *err)
{
	if (level < 0 || level > 9)
		return ig_fail(err, IG_EUSAGE,
			       "gzip has the levels 1 to 9, not %d", level);
	/* 16: a gzip header, which zlib writes with no name and no time. */
	if (deflateInit2(&self->gzip, level ? level : 6, Z_DEFLATED, 15 + 16, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return ig_fail_mem(err);
	self->gzip_on = true;
	self->pack = gzip_pack;
	return 0;
}

static int use_zstd(struct encode *self, int level, struct ig_err *err)
{
	ZSTD_CCtx *ctx;

	/* At level 22 the window is 128 MiB, the most that decoders take. */
	if (level < 0 || level > 22)
		return ig_fail(err, IG_EUSAGE,
			       "zstd has the levels 1 to 22, not %d", level);
	ctx = self->zstd = ZSTD_createCCtx();
	if (!ctx)
		return ig_fail_mem(err);
	if (ZSTD_isError(ZSTD_CCtx_setParameter(ctx, ZSTD_c_compressionLevel,
						level ? level
						      : ZSTD_CLEVEL_DEFAULT)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1)))
		return ig_fail(err, IG_ESYS, "zstd refuses level %d", level);
	self->pack = zstd_pack;
	return 0;
}

static int use(struct encode *self, enum ig_codec codec, int level,
	       struct ig_err *err)
{
	switch (codec) {
	case IG_CODEC_NONE:
		return 0;
	case IG_CODEC_GZIP:
		return use_gzip(self, level, err);
	case IG_CODEC_ZSTD:
		return use_zstd(self, level, err);
	case IG_CODEC_AUTO:
		break;
	}
	return ig_fail(err, IG_EUSAGE, "no compression was chosen");
}

struct ig_sink *ig_sink_encode(struct ig_sink *out, enum ig_codec codec,
			       int level, struct ig_err *err)
{
	static const struct ig_sink_ops ops = { encode_write, encode_finish,
						encode_close };
	struct encode *self = calloc(1, sizeof(*self));

	if (!self) {
		ig_fail_mem(err);
		return NULL;
	}
	self->base.ops = &ops;
	self->to = out;
	if (use(self, codec, level, err) < 0) {
		encode_close(&self->base);
		return NULL;
	}
	return &self->base;
}
