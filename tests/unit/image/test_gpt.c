/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <ingot/buf.h>
#include <ingot/disk.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/proc.h>
#include <ingot/rope.h>

#define SEED "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ESP  "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
#define ROOT "4f68bce3-e8cd-4db1-96e7-fbcaf984b709"
#define MIB  ((uint64_t)1 << 20)

typedef int writer(struct ig_rope *out, const struct ig_partition *parts,
		   size_t n, const struct ig_disk_opts *opts,
		   struct ig_err *err);

static struct ig_err t_err;

static struct ig_rope *rope_of(const char *text, uint64_t zeros)
{
	struct ig_rope *rope = ig_rope_new(&t_err);

	assert_non_null(rope);
	assert_int_equal(ig_rope_mem(rope, text, strlen(text), &t_err), 0);
	assert_int_equal(ig_rope_zero(rope, zeros, &t_err), 0);
	return rope;
}

static uint64_t number(const struct ig_rope *rope, uint64_t at, size_t n)
{
	unsigned char b[8];
	uint64_t value = 0;

	assert_int_equal(ig_rope_read(rope, b, n, at, &t_err), 0);
	while (n--)
		value = value << 8 | b[n];
	return value;
}

/* What the program says about the disk; "" where there is no such program. */
static void ask(struct ig_buf *out, const struct ig_rope *disk,
		const char *program, const char *option)
{
	static const char *const env[] = { "LC_ALL=C", NULL };
	char name[] = "/tmp/ingot-disk-XXXXXX";
	const char *argv[] = { program, option, name, NULL };
	struct ig_proc proc = {
		.argv = argv, .env = env, .in = -1, .out = -1, .err = -1
	};
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(1u << 16);
	int fd = mkstemp(name), result = 0;

	assert_true(fd >= 0);
	ig_buf_clear(out);
	assert_int_equal(ig_rope_write(disk, fd, &t_err), 0);
	close(fd);
	if (ig_proc_find(program))
		result = ig_proc_run(&proc, out, &said, &t_err);
	unlink(name);
	if (result < 0)
		fail_msg("%s: %s %s", program, t_err.msg,
			 out->data ? out->data : "");
	if (out->len && said.len)
		assert_int_equal(ig_buf_add(out, said.data, said.len, &t_err),
				 0);
}

static void expects(const struct ig_buf *out, const char *part)
{
	if (out->len && !strstr(out->data, part))
		fail_msg("'%s' is not in:\n%s", part, out->data);
}

static void writes_a_gpt_that_others_verify(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *a = rope_of("first", 3 * MIB);
	IG_AUTO(ig_rope_freep) struct ig_rope *b = rope_of("second", 0);
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = rope_of("before", 0);
	struct ig_partition parts[] = {
		{ .type = ESP, .name = "esp", .attributes = 4, .data = a },
		{ .type = ROOT,
		  .name = "a name of thirty-five characters xx",
		  .data = b,
		  .size = 2 * MIB },
	};
	uint64_t where[2];
	struct ig_disk_opts opts = { .seed = SEED, .where = where };
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	IG_AUTO(ig_rope_freep) struct ig_rope *only = ig_rope_new(&t_err);
	char text[7] = "";

	(void)state;
	assert_int_equal(ig_gpt_write(disk, parts, 2, &opts, &t_err), 0);
	assert_int_equal(ig_rope_size(disk), 6 + 8 * MIB);
	assert_int_equal(ig_rope_slice(only, disk, 6, 8 * MIB, &t_err), 0);
	assert_int_equal(where[0], MIB);
	assert_int_equal(where[1], 5 * MIB);
	assert_int_equal(ig_rope_read(only, text, 6, where[1], &t_err), 0);
	assert_string_equal(text, "second");
	ask(&out, only, "sgdisk", "-v");
	expects(&out, "No problems found");
	ask(&out, only, "sfdisk", "--verify");
	expects(&out, "No errors detected");
	ask(&out, only, "sfdisk", "-J");
	expects(&out, "\"label\": \"gpt\"");
	expects(&out, "\"type\": \"" ESP "\"");
	expects(&out, "\"type\": \"4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709\"");
	expects(&out, "\"name\": \"a name of thirty-five characters xx\"");
	expects(&out, "\"attrs\": \"LegacyBIOSBootable\"");
	expects(&out, "\"size\": 4096");
}

static void fills_a_disk_of_a_given_size(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("x", 0);
	struct ig_partition part = {
		.type = ESP, .data = data, .mbr_type = 12, .size = MIB
	};
	static const struct {
		writer *write;
		uint64_t size;
		bool good;
	} cases[] = {
		{ ig_gpt_write, 2 * MIB + 33 * 512, true },
		{ ig_gpt_write, 2 * MIB + 32 * 512, false },
		{ ig_gpt_write, 64 * MIB, true },
		{ ig_gpt_write, 3 * MIB * MIB, true },
		{ ig_mbr_write, 2 * MIB, true },
		{ ig_mbr_write, 2 * MIB - 512, false },
		{ ig_mbr_write, 64 * MIB, true },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_rope_freep) struct ig_rope *disk = rope_of("", 0);
		struct ig_disk_opts opts = { .seed = SEED,
					     .size = cases[i].size };
		int result = cases[i].write(disk, &part, 1, &opts, &t_err);

		assert_int_equal(result, cases[i].good ? 0 : -1);
		if (cases[i].good) {
			assert_int_equal(ig_rope_size(disk), cases[i].size);
			continue;
		}
		assert_int_equal(t_err.code, IG_ELIMIT);
		assert_non_null(strstr(t_err.msg, "need a disk of"));
	}
}

static void refuses_tables_that_cannot_be(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("x", 0);
	IG_AUTO(ig_rope_freep) struct ig_rope *none = rope_of("", 0);
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = rope_of("", 0);
	static const char code[441];
	const uint64_t top = UINT64_MAX;
	const struct {
		writer *write;
		struct ig_partition part;
		struct ig_disk_opts opts;
		enum ig_code code;
		const char *message;
	} cases[] = {
		{ ig_gpt_write,
		  { .type = "x", .data = data },
		  { 0 },
		  IG_EFORMAT,
		  "partition 1: 'x' is not a GUID" },
		{ ig_gpt_write,
		  { .type = ESP "0", .data = data },
		  { 0 },
		  IG_EFORMAT,
		  "is not a GUID" },
		{ ig_gpt_write,
		  { .type = NULL, .data = data },
		  { 0 },
		  IG_EFORMAT,
		  "is not a GUID" },
		{ ig_gpt_write,
		  { .type = ESP, .data = none },
		  { 0 },
		  IG_EFORMAT,
		  "partition 1 is empty" },
		{ ig_gpt_write,
		  { .type = ESP,
		    .data = data,
		    .name = "a name of thirty-six characters xxxx" },
		  { 0 },
		  IG_ELIMIT,
		  "longer than 35" },
		{ ig_gpt_write,
		  { .type = ESP, .data = data, .name = "\xc3\xa4" },
		  { 0 },
		  IG_EFORMAT,
		  "not plain ASCII" },
		{ ig_gpt_write,
		  { .type = ESP, .data = data },
		  { .align = 100 },
		  IG_EFORMAT,
		  "aligned to 100" },
		{ ig_gpt_write,
		  { .type = ESP, .data = data },
		  { .size = 5 * MIB + 1 },
		  IG_EFORMAT,
		  "multiple of 512" },
		{ ig_gpt_write,
		  { .type = ESP, .data = data },
		  { .boot = code, .boot_len = 441 },
		  IG_ELIMIT,
		  "boot code of 441" },
		{ ig_gpt_write,
		  { .type = ESP, .data = data, .size = top },
		  { 0 },
		  IG_ELIMIT,
		  "4 EiB" },
		{ ig_gpt_write,
		  { .type = ESP, .data = data },
		  { .align = top - 511 },
		  IG_ELIMIT,
		  "4 EiB" },
		{ ig_mbr_write,
		  { .data = data },
		  { 0 },
		  IG_EFORMAT,
		  "partition 1 has no MBR type" },
		{ ig_mbr_write,
		  { .mbr_type = 12, .data = data, .size = 2 * MIB * MIB },
		  { 0 },
		  IG_ELIMIT,
		  "ends after 2 TiB" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_disk_opts opts = cases[i].opts;

		opts.seed = SEED;
		assert_int_equal(
			cases[i].write(disk, &cases[i].part, 1, &opts, &t_err),
			-1);
		assert_int_equal(t_err.code, cases[i].code);
		if (!strstr(t_err.msg, cases[i].message))
			fail_msg("'%s' is not in '%s'", cases[i].message,
				 t_err.msg);
		assert_int_equal(ig_rope_size(disk), 0);
	}
}

static void refuses_more_partitions_than_there_is_room_for(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = rope_of("x", 0);
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = rope_of("", 0);
	static struct ig_partition many[129];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(many); i++)
		many[i] = (struct ig_partition){ .type = ESP,
						 .data = data,
						 .mbr_type = 12 };
	struct ig_disk_opts opts = { .seed = SEED };
	assert_int_equal(ig_gpt_write(disk, many, 129, &opts, &t_err), -1);
	assert_int_equal(ig_mbr_write(disk, many, 5, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_int_equal(ig_gpt_write(disk, many, 128, &opts, &t_err), 0);
}

static void writes_an_mbr_that_others_verify(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *a = rope_of("a", 3 * MIB);
	IG_AUTO(ig_rope_freep) struct ig_rope *disk = rope_of("", 0);
	struct ig_partition parts[] = {
		{ .mbr_type = 0x0c, .data = a },
		{ .mbr_type = 0x83, .data = a },
		{ .mbr_type = 0x83, .data = a, .size = 9000 * MIB },
	};
	unsigned char code[440];
	struct ig_disk_opts opts = { .seed = SEED,
				     .boot = code,
				     .boot_len = sizeof(code) };
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	unsigned char sector[512];

	(void)state;
	memset(code, 0xc3, sizeof(code));
	assert_int_equal(ig_mbr_write(disk, parts, 3, &opts, &t_err), 0);
	assert_int_equal(ig_rope_read(disk, sector, 512, 0, &t_err), 0);
	assert_memory_equal(sector, code, sizeof(code));
	assert_true(number(disk, 440, 4) != 0);
	/* 1 MiB is cylinder 0, head 32, sector 33 of 255 by 63. */
	assert_memory_equal(sector + 446, "\x80\x20\x21\x00\x0c", 5);
	assert_int_equal(sector[462], 0);
	assert_memory_equal(sector + 478 + 5, "\xfe\xff\xff", 3);
	assert_int_equal(number(disk, 454, 4), 2048);
	assert_int_equal(number(disk, 458, 4), 6145);
	ask(&out, disk, "sfdisk", "--verify");
	expects(&out, "No errors detected");
	ask(&out, disk, "sfdisk", "-J");
	expects(&out, "\"label\": \"dos\"");
	expects(&out, "\"bootable\": true");
	expects(&out, "\"type\": \"c\"");
}

static void makes_uuids_of_the_seed(void **state)
{
	unsigned char a[16], b[16];

	(void)state;
	ig_seed_uuid(a, SEED, "disk");
	ig_seed_uuid(b, SEED, "disk");
	assert_memory_equal(a, b, 16);
	assert_int_equal(a[7] >> 4, 8);
	assert_int_equal(a[8] >> 6, 2);
	ig_seed_uuid(b, SEED, "disc");
	assert_memory_not_equal(a, b, 16);
	ig_seed_uuid(b, "1" SEED, "disk");
	assert_memory_not_equal(a, b, 16);
	assert_int_not_equal(ig_seed_u32(SEED, "a"), ig_seed_u32(SEED, "b"));
	assert_int_equal(ig_seed_u32(SEED, "a"), ig_seed_u32(SEED, "a"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_a_gpt_that_others_verify),
		cmocka_unit_test(fills_a_disk_of_a_given_size),
		cmocka_unit_test(refuses_tables_that_cannot_be),
		cmocka_unit_test(
			refuses_more_partitions_than_there_is_room_for),
		cmocka_unit_test(writes_an_mbr_that_others_verify),
		cmocka_unit_test(makes_uuids_of_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
