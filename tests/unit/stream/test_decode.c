/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#define OUT_MAX ((size_t)1 << 24)

/* A source that gives at most `step` bytes at once. */
struct drip {
	struct ig_source base;
	const char *data;
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
	memcpy(data, self->data, len);
	self->data += len;
	self->left -= len;
	return (ssize_t)len;
}

static void drip_close(struct ig_source *src)
{
	(void)src;
}

static int decode_by(struct ig_buf *out, const struct ig_buf *in,
		     enum ig_codec codec, size_t step, struct ig_err *err)
{
	static const struct ig_source_ops ops = { drip_read, drip_close };
	struct drip drip = { { &ops }, in->data, in->len, step };
	IG_AUTO(ig_source_closep)
	struct ig_source *src =
		ig_source_decode(&drip.base, codec, out->max, err);

	assert_non_null(src);
	ig_buf_clear(out);
	return ig_slurp(out, src, err);
}

/* Text that compresses, but not to nothing. */
static void make_text(struct ig_buf *buf, size_t len)
{
	struct ig_err err;
	uint32_t seed = 1;

	while (buf->len < len) {
		seed = seed * 1664525 + 1013904223;
		assert_int_equal(ig_buf_printf(buf, &err, "%x ", seed >> 14),
				 0);
	}
}

static void add_gzip(struct ig_buf *to, const void *data, size_t len, int level)
{
	z_stream z = { 0 };
	struct ig_err err;

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 31, 8, 0), Z_OK);
	assert_int_equal(ig_buf_reserve(to, deflateBound(&z, len), &err), 0);
	memcpy(&z.next_in, &data, sizeof(data));
	z.avail_in = (uInt)len;
	z.next_out = (Bytef *)to->data + to->len;
	z.avail_out = (uInt)deflateBound(&z, len);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	to->len += z.total_out;
	deflateEnd(&z);
}

static void add_zstd(struct ig_buf *to, const void *data, size_t len)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	struct ig_err err;
	size_t got;

	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	assert_int_equal(ig_buf_reserve(to, ZSTD_compressBound(len), &err), 0);
	got = ZSTD_compress2(ctx, to->data + to->len, ZSTD_compressBound(len),
			     data, len);
	assert_false(ZSTD_isError(got));
	to->len += got;
	ZSTD_freeCCtx(ctx);
}

static void add(struct ig_buf *to, const void *data, size_t len)
{
	struct ig_err err;

	assert_int_equal(ig_buf_add(to, data, len, &err), 0);
}

static void gunzips_what_zlib_wrote_in_any_pieces(void **state)
{
	static const size_t steps[] = { 1, 2, 3, 7, 8, 9, 100, 65536 };
	static const size_t lens[] = { 0, 1, 100, 32767, 32768, 300000 };
	struct ig_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(lens); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(OUT_MAX);
		IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(OUT_MAX);
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(OUT_MAX);
		size_t half = lens[i] / 2;

		make_text(&text, lens[i] + 1);
		for (int level = 0; level <= 9; level += 3) {
			ig_buf_clear(&in);
			add_gzip(&in, text.data, half, level);
			add_gzip(&in, text.data + half, text.len - half, level);
			for (size_t k = 0; k < IG_COUNT(steps); k++) {
				assert_int_equal(decode_by(&out, &in,
							   IG_CODEC_GZIP,
							   steps[k], &err),
						 0);
				assert_int_equal(out.len, text.len);
				assert_memory_equal(out.data, text.data,
						    text.len);
			}
		}
	}
}

/* Every optional part of RFC 1952 §2.3, the header's CRC too. */
static void reads_headers_with_all_parts(void **state)
{
	static const char head[] = "\x1f\x8b\x08\x1f\x01\x02\x03\x04\x02\x03"
				   "\x05\x00"
				   "extra"
				   "name\0comment";
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(1000);
	IG_AUTO(ig_buf_done) struct ig_buf gzip = IG_BUF_INIT(1000);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1000);
	uLong crc = crc32(0, (const Bytef *)head, sizeof(head));
	struct ig_err err = { 0 };

	(void)state;
	add(&in, head, sizeof(head));
	assert_int_equal(ig_buf_putc(&in, (char)(crc & 0xff), &err), 0);
	assert_int_equal(ig_buf_putc(&in, (char)(crc >> 8 & 0xff), &err), 0);
	add_gzip(&gzip, "text", 4, 6);
	add(&in, gzip.data + 10, gzip.len - 10);
	for (size_t step = 1; step < 40; step++) {
		assert_int_equal(
			decode_by(&out, &in, IG_CODEC_GZIP, step, &err), 0);
		assert_string_equal(out.data, "text");
	}
	in.data[20] ^= 1;
	assert_int_equal(decode_by(&out, &in, IG_CODEC_GZIP, 100, &err), -1);
	assert_string_equal(err.msg, "the gzip header's checksum is wrong");
	in.data[3] = (char)0x20;
	assert_int_equal(decode_by(&out, &in, IG_CODEC_GZIP, 100, &err), -1);
	assert_string_equal(err.msg, "the gzip header has unknown flags");
}

static void reads_a_header_with_an_empty_extra_field(void **state)
{
	static const char head[] = "\x1f\x8b\x08\x0c\0\0\0\0\0\x03"
				   "\x00\x00"
				   "name";
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(1000);
	IG_AUTO(ig_buf_done) struct ig_buf gzip = IG_BUF_INIT(1000);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1000);
	struct ig_err err = { 0 };

	(void)state;
	add(&in, head, sizeof(head));
	add_gzip(&gzip, "text", 4, 6);
	add(&in, gzip.data + 10, gzip.len - 10);
	assert_int_equal(decode_by(&out, &in, IG_CODEC_GZIP, 100, &err), 0);
	assert_string_equal(out.data, "text");
}

static void refuses(const struct ig_buf *in, enum ig_codec codec,
		    enum ig_code code, const char *message)
{
	static const size_t steps[] = { 1, 5, 1000000 };

	for (size_t i = 0; i < IG_COUNT(steps); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(OUT_MAX);
		struct ig_err err = { 0 };

		assert_int_equal(decode_by(&out, in, codec, steps[i], &err),
				 -1);
		assert_int_equal(err.code, code);
		if (!strstr(err.msg, message))
			fail_msg("'%s' is not '%s'", err.msg, message);
	}
}

static void refuses_wrong_gzip_checksums_and_lengths(void **state)
{
	(void)state;
	for (size_t back = 1; back <= 8; back++) {
		IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(1000);

		add_gzip(&in, "some text", 9, 6);
		in.data[in.len - back] ^= 0x10;
		refuses(&in, IG_CODEC_GZIP, IG_EFORMAT,
			"the gzip data's checksum or length is wrong");
		/* Another member behind does not hide it. */
		add_gzip(&in, "more", 4, 6);
		refuses(&in, IG_CODEC_GZIP, IG_EFORMAT,
			"the gzip data's checksum or length is wrong");
	}
}

static void refuses_cut_streams_at_every_byte(void **state)
{
	static const enum ig_codec codecs[] = { IG_CODEC_GZIP, IG_CODEC_ZSTD };

	(void)state;
	for (size_t k = 0; k < IG_COUNT(codecs); k++) {
		IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(1000);

		if (codecs[k] == IG_CODEC_GZIP)
			add_gzip(&in, "some text, some text", 20, 6);
		else
			add_zstd(&in, "some text, some text", 20);
		while (in.len > 4) {
			in.len--;
			refuses(&in, codecs[k], IG_EFORMAT,
				"data is cut short");
		}
		while (in.len > 0) {
			in.len--;
			refuses(&in, codecs[k], IG_EFORMAT, "not in ");
		}
	}
}

static void takes_zero_padding_and_refuses_junk(void **state)
{
	static const struct {
		const char *tail;
		size_t len;
		bool ok;
	} cases[] = {
		{ "\0", 1, true },
		{ "\0\0\0\0\0\0\0\0\0\0\0\0", 12, true },
		{ "x", 1, false },
		{ "junk behind", 11, false },
		{ "\0\0\0x", 4, false },
		{ "\0\0\0\0\0\0\0x", 8, false },
		{ "\x1f", 1, false },
		{ "\x1f\x8b", 2, false },
		{ "\x28\xb5\x2f", 3, false },
	};

	(void)state;
	for (size_t i = 0; i < 2 * IG_COUNT(cases); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(1000);
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1000);
		enum ig_codec codec = i % 2 ? IG_CODEC_GZIP : IG_CODEC_ZSTD;
		struct ig_err err = { 0 };

		if (codec == IG_CODEC_GZIP)
			add_gzip(&in, "text", 4, 6);
		else
			add_zstd(&in, "text", 4);
		add(&in, cases[i / 2].tail, cases[i / 2].len);
		if (!cases[i / 2].ok) {
			refuses(&in, codec, IG_EFORMAT, "junk behind the ");
			continue;
		}
		assert_int_equal(decode_by(&out, &in, codec, 3, &err), 0);
		assert_string_equal(out.data, "text");
	}
}

static void refuses_a_member_behind_padding(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(1000);

	(void)state;
	add_gzip(&in, "text", 4, 6);
	add(&in, "\0\0\0\0", 4);
	add_gzip(&in, "text", 4, 6);
	refuses(&in, IG_CODEC_GZIP, IG_EFORMAT, "junk behind the gzip data");
}

static void reads_many_zstd_frames_and_skips_some(void **state)
{
	static const char skip[] = "\x5a\x2a\x4d\x18\x05\0\0\0any..";
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(OUT_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(OUT_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(OUT_MAX);
	static const size_t steps[] = { 1, 3, 1000, 1000000 };
	struct ig_err err = { 0 };

	(void)state;
	make_text(&text, 400000);
	add(&in, skip, 13);
	add_zstd(&in, text.data, 1000);
	add_zstd(&in, "", 0);
	add(&in, skip, 13);
	add_zstd(&in, text.data + 1000, text.len - 1000);
	add(&in, skip, 13);
	for (size_t i = 0; i < IG_COUNT(steps); i++) {
		assert_int_equal(
			decode_by(&out, &in, IG_CODEC_ZSTD, steps[i], &err), 0);
		assert_int_equal(out.len, text.len);
		assert_memory_equal(out.data, text.data, text.len);
		assert_int_equal(
			decode_by(&out, &in, IG_CODEC_AUTO, steps[i], &err), 0);
		assert_int_equal(out.len, text.len);
	}
	in.len -= 2;
	refuses(&in, IG_CODEC_ZSTD, IG_EFORMAT, "the zstd data is cut short");
}

static void flip(struct ig_buf *buf, size_t bit)
{
	unsigned char *byte = (unsigned char *)buf->data + bit / 8;

	*byte = (unsigned char)(*byte ^ 1U << bit % 8);
}

static void sees_every_flipped_bit(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(OUT_MAX);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(OUT_MAX);
	static const char text[] = "a text, a text, another text";

	(void)state;
	for (int k = 0; k < 2; k++) {
		enum ig_codec codec = k ? IG_CODEC_ZSTD : IG_CODEC_GZIP;
		size_t from = k ? 0 : 10; /* time and name may be anything */

		ig_buf_clear(&in);
		if (k)
			add_zstd(&in, text, sizeof(text));
		else
			add_gzip(&in, text, sizeof(text), 6);
		for (size_t bit = from * 8; bit < in.len * 8; bit++) {
			struct ig_err err = { 0 };
			int ret;

			flip(&in, bit);
			ret = decode_by(&out, &in, codec, 1000, &err);
			flip(&in, bit);
			/* Some bits change nothing; none changes the text. */
			if (ret == 0)
				assert_memory_equal(out.data, text,
						    sizeof(text));
		}
	}
	in.data[in.len - 1] ^= 1;
	refuses(&in, IG_CODEC_ZSTD, IG_EFORMAT,
		"the zstd data's checksum is wrong");
}

static void limits_the_zstd_window(void **state)
{
	/* RFC 8878 §3.1.1.1.2: window descriptors of 128 MiB and 144 MiB. */
	static const char fits[] = "\x28\xb5\x2f\xfd\x00\x88\x01\x00\x00";
	static const char large[] = "\x28\xb5\x2f\xfd\x00\x89\x01\x00\x00";
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(100);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(100);
	struct ig_err err = { 0 };

	(void)state;
	add(&in, fits, 9);
	assert_int_equal(decode_by(&out, &in, IG_CODEC_ZSTD, 100, &err), 0);
	assert_int_equal(out.len, 0);
	ig_buf_clear(&in);
	add(&in, large, 9);
	refuses(&in, IG_CODEC_ZSTD, IG_ELIMIT, "window is larger than 128 MiB");
}

static void chooses_by_the_first_bytes(void **state)
{
	static const char *const plain[] = { "", "x", "abc", "plain text" };
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(100);
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(1000);
	struct ig_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(plain); i++) {
		ig_buf_clear(&in);
		add(&in, plain[i], strlen(plain[i]));
		assert_int_equal(decode_by(&out, &in, IG_CODEC_AUTO, 2, &err),
				 0);
		assert_string_equal(out.data, plain[i]);
		assert_int_equal(decode_by(&out, &in, IG_CODEC_NONE, 2, &err),
				 0);
		assert_string_equal(out.data, plain[i]);
	}
	ig_buf_clear(&in);
	add_gzip(&in, "gzip", 4, 6);
	assert_int_equal(decode_by(&out, &in, IG_CODEC_AUTO, 1, &err), 0);
	assert_string_equal(out.data, "gzip");
	refuses(&in, IG_CODEC_ZSTD, IG_EFORMAT, "not in zstd format");
	ig_buf_clear(&in);
	add_zstd(&in, "zstd", 4);
	assert_int_equal(decode_by(&out, &in, IG_CODEC_AUTO, 1, &err), 0);
	assert_string_equal(out.data, "zstd");
	refuses(&in, IG_CODEC_GZIP, IG_EFORMAT, "not in gzip format");
}

static void stops_bombs_at_the_limit(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf zeros = IG_BUF_INIT(100000);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_buf_zero(&zeros, 100000, &err), 0);
	for (int k = 0; k < 3; k++) {
		IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(200000);
		IG_AUTO(ig_buf_done) struct ig_buf fit = IG_BUF_INIT(100000);
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(200000);
		IG_AUTO(ig_source_closep) struct ig_source *mem = NULL;
		IG_AUTO(ig_source_closep) struct ig_source *src = NULL;

		if (k == 0)
			add_gzip(&in, zeros.data, zeros.len, 9);
		else if (k == 1)
			add_zstd(&in, zeros.data, zeros.len);
		else
			add(&in, zeros.data, zeros.len);
		assert_int_equal(decode_by(&fit, &in, IG_CODEC_AUTO, 10, &err),
				 0);
		assert_int_equal(fit.len, 100000);
		mem = ig_source_mem(in.data, in.len, &err);
		src = ig_source_decode(mem, IG_CODEC_AUTO, 99999, &err);
		assert_int_equal(ig_slurp(&out, src, &err), -1);
		assert_int_equal(err.code, IG_ELIMIT);
		assert_string_equal(err.msg,
				    "unpacks to more than 99999 bytes");
		assert_true(out.len <= 99999);
		/* Asking again does not get the rest. */
		ig_err_clear(&err);
		assert_int_equal(ig_slurp(&out, src, &err), -1);
		assert_int_equal(err.code, IG_ELIMIT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gunzips_what_zlib_wrote_in_any_pieces),
		cmocka_unit_test(reads_headers_with_all_parts),
		cmocka_unit_test(reads_a_header_with_an_empty_extra_field),
		cmocka_unit_test(refuses_wrong_gzip_checksums_and_lengths),
		cmocka_unit_test(refuses_cut_streams_at_every_byte),
		cmocka_unit_test(takes_zero_padding_and_refuses_junk),
		cmocka_unit_test(refuses_a_member_behind_padding),
		cmocka_unit_test(reads_many_zstd_frames_and_skips_some),
		cmocka_unit_test(sees_every_flipped_bit),
		cmocka_unit_test(limits_the_zstd_window),
		cmocka_unit_test(chooses_by_the_first_bytes),
		cmocka_unit_test(stops_bombs_at_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
