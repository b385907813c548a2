/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "disk/verity.h"

#define HEX "0123456789abcdef00112233445566778899aabbccddeeff0f1e2d3c4b5a6978"

/* As "veritysetup format" writes it, for 300 blocks. */
static void superblock(uint8_t p[VERITY_SUPERBLOCK])
{
	memset(p, 0, VERITY_SUPERBLOCK);
	memcpy(p, "verity\0\0\1\0\0\0\1\0\0\0", 16);
	memset(p + 16, 0x55, 16);
	memcpy(p + 32, "sha256", 6);
	p[65] = 0x10;
	p[69] = 0x10;
	p[72] = 0x2c;
	p[73] = 0x01;
	p[80] = 3;
	memcpy(p + 88, "\xab\x00\x7f", 3);
}

#define DATA ((uint64_t)300 * 4096)
#define HASH ((uint64_t)5 * 4096) /* superblock, 1, 3 */

static void a_superblock_becomes_a_table(void **state)
{
	static const struct {
		enum verity_mode mode;
		const char *end;
	} modes[] = {
		{ VERITY_PANIC, " 1 panic_on_corruption" },
		{ VERITY_RESTART, " 1 restart_on_corruption" },
		{ VERITY_EIO, "" },
	};
	uint8_t p[VERITY_SUPERBLOCK];
	char table[VERITY_TABLE];
	char want[VERITY_TABLE];
	struct verity v;

	(void)state;
	superblock(p);
	assert_null(verity_read(&v, p, DATA, HASH));
	assert_int_equal(verity_sectors(&v), 2400);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(verity_table(table, &v, "254:1", "254:2", HEX,
					      modes[i].mode),
				 0);
		snprintf(want, sizeof(want), "%s%s",
			 "1 254:1 254:2 4096 4096 300 1 sha256 " HEX " ab007f",
			 modes[i].end);
		assert_string_equal(table, want);
	}
}

static void no_salt_is_a_dash_and_the_longest_fits(void **state)
{
	uint8_t p[VERITY_SUPERBLOCK];
	char table[VERITY_TABLE];
	struct verity v;

	(void)state;
	superblock(p);
	p[80] = 0;
	assert_null(verity_read(&v, p, DATA, HASH));
	assert_int_equal(verity_table(table, &v, "1:1", "1:2", HEX, VERITY_EIO),
			 0);
	assert_string_equal(table + strlen(table) - 3, "8 -");
	p[80] = 0;
	p[81] = 1;
	assert_null(verity_read(&v, p, DATA, HASH));
	assert_int_equal(verity_table(table, &v, "4095:1048575", "4095:1048575",
				      HEX, VERITY_RESTART),
			 0);
}

static void other_superblocks_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *why;
	} cases[] = {
		{ 5, 'i', "no verity superblock" },
		{ 6, 1, "no verity superblock" },
		{ 8, 2, "version and type" },
		{ 12, 0, "version and type" },
		{ 34, 'b', "not sha256" },
		{ 38, 'x', "not sha256" },
		{ 65, 0x20, "block sizes" },
		{ 65, 0x11, "block sizes" },
		{ 65, 0x01, "block sizes" },
		{ 69, 0x00, "block sizes" },
		{ 81, 2, "salt" },
		{ 72, 0x2d, "data partition is smaller" },
		{ 79, 0xff, "data partition is smaller" },
	};
	uint8_t p[VERITY_SUPERBLOCK];
	struct verity v;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		superblock(p);
		p[cases[i].at] = cases[i].value;
		const char *why = verity_read(&v, p, DATA, HASH);

		assert_non_null(why);
		assert_non_null(strstr(why, cases[i].why));
	}
	superblock(p);
	p[72] = 0;
	p[73] = 0;
	assert_non_null(strstr(verity_read(&v, p, DATA, HASH), "no data"));
}

static void devices_that_are_too_small_are_refused(void **state)
{
	uint8_t p[VERITY_SUPERBLOCK];
	struct verity v;

	(void)state;
	superblock(p);
	assert_null(verity_read(&v, p, DATA, HASH));
	assert_non_null(verity_read(&v, p, DATA - 1, HASH));
	assert_non_null(
		strstr(verity_read(&v, p, DATA, HASH - 1), "hash partition"));
	assert_non_null(verity_read(&v, p, DATA, 0));
	/* one block has no tree: its hash is the root hash */
	p[72] = 1;
	p[73] = 0;
	assert_null(verity_read(&v, p, 4096, 4096));
}

static void a_root_hash_names_two_partitions(void **state)
{
	char data[VERITY_UUID_TEXT];
	char hash[VERITY_UUID_TEXT];

	(void)state;
	verity_uuids(data, hash, HEX);
	assert_string_equal(data, "01234567-89ab-cdef-0011-223344556677");
	assert_string_equal(hash, "8899aabb-ccdd-eeff-0f1e-2d3c4b5a6978");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_superblock_becomes_a_table),
		cmocka_unit_test(no_salt_is_a_dash_and_the_longest_fits),
		cmocka_unit_test(other_superblocks_are_refused),
		cmocka_unit_test(devices_that_are_too_small_are_refused),
		cmocka_unit_test(a_root_hash_names_two_partitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
