/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <zstd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#define MAX ((size_t)1 << 23)

static void make_text(struct ig_buf *buf, size_t len)
{
	struct ig_err err;
	uint32_t seed = 1;

	while (buf->len < len) {
		seed = seed * 1664525 + 1013904223;
		assert_int_equal(ig_buf_printf(buf, &err, "%x ", seed >> 14),
				 0);
	}
	buf->len = len;
}

/* @in to @out in pieces of @step. */
static void encode(struct ig_buf *out, const struct ig_buf *in,
		   enum ig_codec codec, int level, size_t step)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_sink_closep) struct ig_sink *to = ig_sink_buf(out, &err);
	IG_AUTO(ig_sink_closep)
	struct ig_sink *sink = ig_sink_encode(to, codec, level, &err);

	assert_non_null(sink);
	ig_buf_clear(out);
	for (size_t at = 0; at < in->len; at += step) {
		size_t len = in->len - at < step ? in->len - at : step;

		assert_int_equal(ig_sink_write(sink, in->data + at, len, &err),
				 0);
	}
	assert_int_equal(ig_sink_finish(sink, &err), 0);
}

static void decodes_to(const struct ig_buf *in, enum ig_codec codec,
		       const struct ig_buf *want)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(MAX);
	struct ig_err err = { 0 };
	IG_AUTO(ig_source_closep)
	struct ig_source *mem = ig_source_mem(in->data, in->len, &err);
	IG_AUTO(ig_source_closep)
	struct ig_source *src = ig_source_decode(mem, codec, MAX, &err);

	assert_int_equal(ig_slurp(&out, src, &err), 0);
	assert_int_equal(out.len, want->len);
	if (want->len > 0)
		assert_memory_equal(out.data, want->data, want->len);
}

static void gives_the_same_bytes_for_any_pieces(void **state)
{
	static const struct {
		enum ig_codec codec;
		int level;
	} how[] = {
		{ IG_CODEC_NONE, 0 }, { IG_CODEC_GZIP, 0 },
		{ IG_CODEC_GZIP, 1 }, { IG_CODEC_GZIP, 9 },
		{ IG_CODEC_ZSTD, 0 }, { IG_CODEC_ZSTD, 1 },
		{ IG_CODEC_ZSTD, 9 },
	};
	static const size_t lens[] = { 0,      1,      131071, 131072,
				       131073, 262144, 1000000 };
	static const size_t steps[] = { 997, 131072, 131073 };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(how) * IG_COUNT(lens); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(MAX);
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(MAX);
		IG_AUTO(ig_buf_done) struct ig_buf again = IG_BUF_INIT(MAX);
		enum ig_codec codec = how[i % IG_COUNT(how)].codec;
		int level = how[i % IG_COUNT(how)].level;

		make_text(&in, lens[i / IG_COUNT(how)]);
		encode(&out, &in, codec, level, MAX);
		decodes_to(&out, codec, &in);
		for (size_t k = 0; k < IG_COUNT(steps); k++) {
			encode(&again, &in, codec, level, steps[k]);
			assert_int_equal(again.len, out.len);
			if (out.len > 0)
				assert_memory_equal(again.data, out.data,
						    out.len);
		}
	}
}

static void writes_a_gzip_header_that_says_nothing(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(100);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(100);

	(void)state;
	make_text(&in, 50);
	encode(&out, &in, IG_CODEC_GZIP, 6, 50);
	/* No flags, no time, no extra flags, Unix. */
	assert_memory_equal(out.data, "\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
}

/* RFC 8878 §3.1.1.1: bit 2 of the frame header descriptor, and the window
 * that the kernel's unpacker and our own reader allow. */
static void writes_zstd_frames_with_checksum_and_window(void **state)
{
	static const int levels[] = { 1, 3, 19, 22 };
	IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(MAX);

	(void)state;
	make_text(&in, 300000);
	for (size_t i = 0; i < IG_COUNT(levels); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(MAX);
		unsigned descriptor;

		encode(&out, &in, IG_CODEC_ZSTD, levels[i], 4096);
		assert_memory_equal(out.data, "\x28\xb5\x2f\xfd", 4);
		assert_true(out.data[4] & 0x04);
		assert_false(out.data[4] & 0x20); /* a window, not all of it */
		descriptor = (unsigned char)out.data[5];
		assert_true(descriptor <= 17 << 3); /* 2^(10 + 17) */
		assert_int_equal(
			ZSTD_findFrameCompressedSize(out.data, out.len),
			out.len);
		decodes_to(&out, IG_CODEC_ZSTD, &in);
	}
}

static void refuses_levels_that_there_are_not(void **state)
{
	static const struct {
		enum ig_codec codec;
		int level;
		const char *message;
	} cases[] = {
		{ IG_CODEC_GZIP, 10, "gzip has the levels 1 to 9, not 10" },
		{ IG_CODEC_GZIP, -1, "gzip has the levels 1 to 9, not -1" },
		{ IG_CODEC_ZSTD, 23, "zstd has the levels 1 to 22, not 23" },
		{ IG_CODEC_ZSTD, -5, "zstd has the levels 1 to 22, not -5" },
		{ IG_CODEC_AUTO, 1, "no compression was chosen" },
	};
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(100);
	struct ig_err err = { 0 };
	IG_AUTO(ig_sink_closep) struct ig_sink *to = ig_sink_buf(&out, &err);

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		assert_null(ig_sink_encode(to, cases[i].codec, cases[i].level,
					   &err));
		assert_int_equal(err.code, IG_EUSAGE);
		assert_string_equal(err.msg, cases[i].message);
	}
}

static void passes_on_that_the_sink_is_full(void **state)
{
	static const enum ig_codec codecs[] = { IG_CODEC_NONE, IG_CODEC_GZIP,
						IG_CODEC_ZSTD };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(codecs); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf in = IG_BUF_INIT(MAX);
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(5);
		struct ig_err err = { 0 };
		IG_AUTO(ig_sink_closep)
		struct ig_sink *to = ig_sink_buf(&out, &err);
		IG_AUTO(ig_sink_closep)
		struct ig_sink *sink = ig_sink_encode(to, codecs[i], 1, &err);
		int ret;

		make_text(&in, 1000);
		ret = ig_sink_write(sink, in.data, in.len, &err);
		if (ret == 0)
			ret = ig_sink_finish(sink, &err);
		assert_int_equal(ret, -1);
		assert_int_equal(err.code, IG_ELIMIT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_same_bytes_for_any_pieces),
		cmocka_unit_test(writes_a_gzip_header_that_says_nothing),
		cmocka_unit_test(writes_zstd_frames_with_checksum_and_window),
		cmocka_unit_test(refuses_levels_that_there_are_not),
		cmocka_unit_test(passes_on_that_the_sink_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
