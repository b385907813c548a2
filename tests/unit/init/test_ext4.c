/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "disk/ext4.h"

static void begin(uint8_t *p)
{
	memset(p, 0, EXT4_SUPER_SIZE);
	p[0x38] = 0x53;
	p[0x39] = 0xef;
	p[0x3a] = 1; /* valid */
	p[0x18] = 2; /* 4 KiB */
	p[0x05] = 1; /* 256 blocks */
}

static void a_superblock_is_read(void **state)
{
	uint8_t p[EXT4_SUPER_SIZE];
	struct ext4 fs;

	(void)state;
	begin(p);
	assert_true(ext4_read(&fs, p));
	assert_int_equal(fs.block, 4096);
	assert_int_equal(fs.blocks, 256);
	assert_false(fs.unclean || fs.errors);
	p[0x150] = 1;
	assert_true(ext4_read(&fs, p));
	assert_int_equal(fs.blocks, 256);
	p[0x60] = 0x80; /* 64bit */
	assert_true(ext4_read(&fs, p));
	assert_true(fs.blocks == (1ull << 32 | 256));
}

static void states_are_told_apart(void **state)
{
	uint8_t p[EXT4_SUPER_SIZE];
	struct ext4 fs;

	(void)state;
	begin(p);
	p[0x60] = 0x04; /* needs recovery */
	assert_true(ext4_read(&fs, p));
	assert_true(fs.unclean && !fs.errors);
	begin(p);
	p[0x3a] = 0;
	assert_true(ext4_read(&fs, p));
	assert_true(fs.unclean && !fs.errors);
	p[0x3a] = 3;
	assert_true(ext4_read(&fs, p));
	assert_true(!fs.unclean && fs.errors);
}

static void what_is_none_is_refused(void **state)
{
	uint8_t p[EXT4_SUPER_SIZE];
	struct ext4 fs;

	(void)state;
	begin(p);
	p[0x38] = 0;
	assert_false(ext4_read(&fs, p));
	begin(p);
	p[0x18] = 7; /* 128 KiB */
	assert_false(ext4_read(&fs, p));
	begin(p);
	p[0x05] = 0; /* nothing in it */
	assert_false(ext4_read(&fs, p));
}

static void room_is_counted_in_whole_blocks(void **state)
{
	const struct ext4 fs = { .blocks = 256, .block = 4096 };

	(void)state;
	assert_int_equal(ext4_room(&fs, 256 * 4096), 0);
	assert_int_equal(ext4_room(&fs, 257 * 4096 - 1), 0);
	assert_int_equal(ext4_room(&fs, 257 * 4096), 257);
	assert_int_equal(ext4_room(&fs, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_superblock_is_read),
		cmocka_unit_test(states_are_told_apart),
		cmocka_unit_test(what_is_none_is_refused),
		cmocka_unit_test(room_is_counted_in_whole_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
