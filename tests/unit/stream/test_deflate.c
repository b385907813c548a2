/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <ingot/buf.h>
#include <ingot/deflate.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/stream.h>

#define MIB ((size_t)1 << 20)

static struct ig_err t_err;

/* Bytes that look random, the same each time. */
static void fill_noise(unsigned char *data, size_t len)
{
	uint32_t x = 1;

	for (size_t i = 0; i < len; i++) {
		x = x * 1664525 + 1013904223;
		data[i] = (unsigned char)(x >> 24);
	}
}

static void fill_text(unsigned char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		data[i] = (unsigned char)("kernel initrd "[i % 14]);
}

/* All of @packed as @bits says (zlib.h), which must be @want. */
static void unpacks_to(const struct ig_buf *packed, int bits,
		       const unsigned char *want, size_t len)
{
	ig_autofree unsigned char *out = malloc(len + 1);
	z_stream z = { .next_in = (unsigned char *)packed->data,
		       .avail_in = (uInt)packed->len,
		       .next_out = out,
		       .avail_out = (uInt)len + 1 };

	assert_non_null(out);
	assert_int_equal(inflateInit2(&z, bits), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	assert_int_equal(z.total_out, len);
	assert_memory_equal(out, want, len);
	inflateEnd(&z);
}

static void pack(struct ig_buf *out, struct ig_deflate *d,
		 const unsigned char *data, size_t len, bool last)
{
	unsigned char *room = ig_deflate_room(out, len, &t_err);

	assert_non_null(room);
	memcpy(room, data, len);
	assert_int_equal(ig_deflate_pack(d, out, len, last, &t_err), 0);
}

static void stores_what_would_not_become_smaller(void **state)
{
	static const size_t lens[] = { 1, 255, 4095, 4096, 4097, 65535, 65536 };
	static unsigned char data[IG_DEFLATE_MAX];
	IG_AUTO(ig_deflate_freep)
	struct ig_deflate *d = ig_deflate_new(IG_SUM_ADLER32, &t_err);

	(void)state;
	fill_noise(data, sizeof(data));
	for (size_t i = 0; i < IG_COUNT(lens); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(MIB);
		size_t heads = lens[i] > 65535 ? 10 : 5;

		pack(&out, d, data, lens[i], true);
		assert_int_equal(out.len, lens[i] + heads);
		unpacks_to(&out, -15, data, lens[i]);
		assert_int_equal(ig_deflate_sum(d),
				 adler32(1, data, (uInt)lens[i]));
	}
}

static void packs_what_becomes_smaller(void **state)
{
	static const size_t lens[] = { 100, 4096, 65536 };
	static unsigned char data[IG_DEFLATE_MAX];
	IG_AUTO(ig_deflate_freep)
	struct ig_deflate *d = ig_deflate_new(IG_SUM_CRC32, &t_err);

	(void)state;
	fill_text(data, sizeof(data));
	for (size_t i = 0; i < IG_COUNT(lens); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(MIB);

		pack(&out, d, data, lens[i], true);
		assert_true(out.len < lens[i] / 2);
		unpacks_to(&out, -15, data, lens[i]);
		assert_int_equal(ig_deflate_sum(d),
				 crc32(0, data, (uInt)lens[i]));
	}
}

static void makes_one_stream_of_pieces(void **state)
{
	static unsigned char data[3 * IG_DEFLATE_MAX];
	IG_AUTO(ig_deflate_freep)
	struct ig_deflate *d = ig_deflate_new(IG_SUM_CRC32, &t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(MIB);

	(void)state;
	fill_text(data, IG_DEFLATE_MAX);
	fill_noise(data + IG_DEFLATE_MAX, IG_DEFLATE_MAX);
	for (size_t at = 0; at < sizeof(data); at += IG_DEFLATE_MAX)
		pack(&out, d, data + at, IG_DEFLATE_MAX,
		     at + IG_DEFLATE_MAX == sizeof(data));
	unpacks_to(&out, -15, data, sizeof(data));
	assert_int_equal(ig_deflate_sum(d), crc32(0, data, sizeof(data)));
	assert_int_equal(ig_deflate_sum(d), 0);
}

static void refuses_a_piece_that_is_too_long(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(MIB);

	(void)state;
	assert_null(ig_deflate_room(&out, IG_DEFLATE_MAX + 1, &t_err));
	assert_int_equal(t_err.code, IG_EUSAGE);
}

static void gzip(struct ig_buf *out, const struct ig_rope *rope,
		 const char *threads)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *sink = ig_sink_buf(out, &t_err);

	assert_int_equal(setenv("INGOT_THREADS", threads, 1), 0);
	if (ig_gzip_rope(sink, rope, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	assert_int_equal(unsetenv("INGOT_THREADS"), 0);
}

/* Text, noise, a hole that begins and ends inside chunks, and an end. */
#define HOLE_AT	 (MIB + 70000)
#define HOLE	 (5 * MIB + 1234)
#define ROPE_LEN (HOLE_AT + HOLE + 100)

static unsigned char *make_plain(void)
{
	unsigned char *plain = calloc(1, ROPE_LEN);

	assert_non_null(plain);
	fill_text(plain, 70000);
	fill_noise(plain + 70000, MIB);
	fill_text(plain + HOLE_AT + HOLE, 100);
	return plain;
}

static void zips_a_rope_the_same_on_any_number_of_threads(void **state)
{
	ig_autofree unsigned char *plain = make_plain();
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&t_err);
	IG_AUTO(ig_rope_freep) struct ig_rope *solid = ig_rope_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(8 * MIB);
	IG_AUTO(ig_buf_done) struct ig_buf five = IG_BUF_INIT(8 * MIB);
	IG_AUTO(ig_buf_done) struct ig_buf zeros = IG_BUF_INIT(8 * MIB);

	(void)state;
	assert_int_equal(ig_rope_mem(rope, plain, HOLE_AT, &t_err), 0);
	assert_int_equal(ig_rope_zero(rope, HOLE, &t_err), 0);
	assert_int_equal(ig_rope_mem(rope, plain + HOLE_AT + HOLE, 100, &t_err),
			 0);
	assert_int_equal(ig_rope_mem(solid, plain, ROPE_LEN, &t_err), 0);
	gzip(&one, rope, "1");
	gzip(&five, rope, "5");
	gzip(&zeros, solid, "2");
	assert_int_equal(one.len, five.len);
	assert_memory_equal(one.data, five.data, one.len);
	/* and the same whether zeros are a hole or bytes */
	assert_int_equal(one.len, zeros.len);
	assert_memory_equal(one.data, zeros.data, one.len);
	assert_true(one.len < MIB + 40000);
	unpacks_to(&one, 15 + 16, plain, ROPE_LEN);
}

static void zips_nothing(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(100);

	(void)state;
	gzip(&out, rope, "2");
	assert_int_equal(out.len, 20);
	unpacks_to(&out, 15 + 16, (const unsigned char *)"", 0);
}

static void reports_a_full_sink(void **state)
{
	ig_autofree unsigned char *plain = make_plain();
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(MIB);
	IG_AUTO(ig_sink_closep)
	struct ig_sink *sink = ig_sink_buf(&out, &t_err);

	(void)state;
	assert_int_equal(ig_rope_mem(rope, plain, ROPE_LEN, &t_err), 0);
	assert_int_equal(ig_gzip_rope(sink, rope, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stores_what_would_not_become_smaller),
		cmocka_unit_test(packs_what_becomes_smaller),
		cmocka_unit_test(makes_one_stream_of_pieces),
		cmocka_unit_test(refuses_a_piece_that_is_too_long),
		cmocka_unit_test(zips_a_rope_the_same_on_any_number_of_threads),
		cmocka_unit_test(zips_nothing),
		cmocka_unit_test(reports_a_full_sink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
