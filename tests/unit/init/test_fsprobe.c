/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "disk/fsprobe.h"

static uint8_t start[FSPROBE_SIZE];

static void bytes(size_t at, const char *text, size_t len)
{
	memcpy(start + at, text, len);
}

static void uuid(size_t at)
{
	for (uint8_t i = 0; i < 16; i++)
		start[at + i] = (uint8_t)(i * 17);
}

static int clear(void **state)
{
	(void)state;
	memset(start, 0, sizeof(start));
	return 0;
}

#define UUID_TEXT "00112233-4455-6677-8899-aabbccddeeff"

static void squashfs_has_no_name(void **state)
{
	struct fsprobe fs;

	(void)state;
	bytes(0, "hsqs", 4);
	fsprobe(&fs, start, sizeof(start));
	assert_null(fs.type); /* of no version that is in use */
	bytes(28, "\4\0\0\0", 4);
	fsprobe(&fs, start, 96);
	assert_string_equal(fs.type, "squashfs");
	assert_string_equal(fs.label, "");
	assert_string_equal(fs.uuid, "");
}

static void erofs_has_a_uuid_and_a_volume_name(void **state)
{
	struct fsprobe fs;

	(void)state;
	bytes(1024, "\xe2\xe1\xf5\xe0", 4);
	uuid(1024 + 48);
	bytes(1024 + 64, "sixteen_bytes_xxNO", 18);
	fsprobe(&fs, start, sizeof(start));
	assert_string_equal(fs.type, "erofs");
	assert_string_equal(fs.label, "sixteen_bytes_xx");
	assert_string_equal(fs.uuid, UUID_TEXT);
}

static void ext4_has_a_uuid_and_a_label(void **state)
{
	struct fsprobe fs;

	(void)state;
	bytes(1024 + 56, "\x53\xef", 2);
	uuid(1024 + 104);
	bytes(1024 + 120, "data", 4);
	fsprobe(&fs, start, sizeof(start));
	assert_string_equal(fs.type, "ext4");
	assert_string_equal(fs.label, "data");
	assert_string_equal(fs.uuid, UUID_TEXT);
}

static void a_cds_volume_id_ends_at_its_blanks(void **state)
{
	struct fsprobe fs;

	(void)state;
	bytes(32768, "\1CD001\1", 7);
	memset(start + 32768 + 40, ' ', 32);
	bytes(32768 + 40, "MY CD", 5);
	fsprobe(&fs, start, sizeof(start));
	assert_string_equal(fs.type, "iso9660");
	assert_string_equal(fs.label, "MY CD");
	assert_string_equal(fs.uuid, "");
	memset(start + 32768 + 40, 'x', 33);
	fsprobe(&fs, start, sizeof(start));
	assert_int_equal(strlen(fs.label), 32);
	memset(start + 32768 + 40, ' ', 32);
	fsprobe(&fs, start, sizeof(start));
	assert_string_equal(fs.label, "");
}

static void what_is_cut_or_unknown_has_no_type(void **state)
{
	struct fsprobe fs;

	(void)state;
	fsprobe(&fs, start, sizeof(start));
	assert_null(fs.type);
	fsprobe(&fs, start, 0);
	assert_null(fs.type);
	bytes(1024 + 56, "\x53\xef", 2);
	fsprobe(&fs, start, 1024 + 58);
	assert_null(fs.type);
	fsprobe(&fs, start, 1024 + 120 + 15);
	assert_null(fs.type);
	fsprobe(&fs, start, 1024 + 120 + 16);
	assert_string_equal(fs.type, "ext4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(squashfs_has_no_name, clear),
		cmocka_unit_test_setup(erofs_has_a_uuid_and_a_volume_name,
				       clear),
		cmocka_unit_test_setup(ext4_has_a_uuid_and_a_label, clear),
		cmocka_unit_test_setup(a_cds_volume_id_ends_at_its_blanks,
				       clear),
		cmocka_unit_test_setup(what_is_cut_or_unknown_has_no_type,
				       clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
