/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Byte 0: codec; byte 1: how many bytes are read at once; the rest: the data.
 * What zlib takes as one gzip member must come out here the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#define OUT_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Gives at most `step` bytes at once, as a network would. */
struct drip {
	struct ig_source base;
	const uint8_t *data;
	size_t left;
	size_t step;
};

static ssize_t drip_read(struct ig_source *src, void *data, size_t len,
			 struct ig_err *err)
{
	struct drip *self = (struct drip *)src;

	(void)err;
	if (len > self->step)
		len = self->step;
	if (len > self->left)
		len = self->left;
	if (len > 0)
		memcpy(data, self->data, len);
	self->data += len;
	self->left -= len;
	return (ssize_t)len;
}

static void drip_close(struct ig_source *src)
{
	(void)src;
}

static int decode(struct ig_buf *out, enum ig_codec codec, struct drip *drip,
		  struct ig_err *err)
{
	IG_AUTO(ig_source_closep) struct ig_source *src = NULL;

	src = ig_source_decode(&drip->base, codec, out->max, err);
	if (!src)
		return -1;
	return ig_slurp(out, src, err);
}

/* Whether zlib takes all of it as one member, giving *@out_len bytes. */
static int zlib_takes(const uint8_t *data, size_t size, uint8_t *out,
		      size_t *out_len)
{
	z_stream z = { 0 };
	int ret;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		abort();
	memcpy(&z.next_in, &data, sizeof(z.next_in));
	z.avail_in = (uInt)size;
	z.next_out = out;
	z.avail_out = OUT_MAX;
	ret = inflate(&z, Z_FINISH);
	*out_len = OUT_MAX - z.avail_out;
	inflateEnd(&z);
	return ret == Z_STREAM_END && z.avail_in == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ig_source_ops ops = { drip_read, drip_close };
	static const enum ig_codec codecs[] = { IG_CODEC_AUTO, IG_CODEC_GZIP,
						IG_CODEC_ZSTD, IG_CODEC_NONE };
	static uint8_t want[OUT_MAX];
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(OUT_MAX);
	struct drip drip = { { &ops }, data, size, SIZE_MAX };
	enum ig_codec codec = IG_CODEC_AUTO;
	struct ig_err err = { 0 };
	size_t want_len;
	int ret;

	if (size >= 2) {
		codec = codecs[data[0] % 4];
		drip.step = data[1] ? data[1] : SIZE_MAX;
		drip.data += 2;
		drip.left -= 2;
	}
	data = drip.data;
	size = drip.left;
	ret = decode(&out, codec, &drip, &err);
	if ((ret < 0) != (err.code != IG_OK) || (ret < 0) != (err.msg[0] != 0))
		abort();
	if (codec != IG_CODEC_GZIP || !zlib_takes(data, size, want, &want_len))
		return 0;
	if (ret < 0 || out.len != want_len ||
	    memcmp(out.data ? out.data : "", want, want_len) != 0)
		abort();
	return 0;
}
