/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cmdline.h"
#include "disk/rootargs.h"

#define UUID "01234567-89ab-cdef-0011-223344556677"
#define HEX  "0123456789abcdef00112233445566778899aabbccddeeff0f1e2d3c4b5a6978"

static void every_way_to_name_the_root_is_taken(void **state)
{
	static const struct {
		const char *text;
		enum root_by by;
		const char *value;
	} cases[] = {
		{ "quiet root=/dev/vda1", ROOT_NAME, "vda1" },
		{ "root=/dev/cciss/c0d0p1", ROOT_NAME, "cciss/c0d0p1" },
		{ "root=PARTUUID=01234567-89AB-CDEF-0011-223344556677",
		  ROOT_PARTUUID, UUID },
		{ "root=UUID=" UUID "\n", ROOT_UUID, UUID },
		{ "root=PARTLABEL=Root root", ROOT_PARTLABEL, "Root" },
		{ "root=\"LABEL=MY CD\" quiet", ROOT_LABEL, "MY CD" },
		{ "\"root=LABEL=MY CD\"", ROOT_LABEL, "MY CD" },
		{ "root=LABEL=a=b", ROOT_LABEL, "a=b" },
		{ "root=/dev/a root=/dev/b -- root=/dev/c", ROOT_NAME, "b" },
	};
	struct rootargs a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(rootargs_parse(&a, cases[i].text));
		assert_int_equal(a.data.by, cases[i].by);
		assert_string_equal(a.data.value, cases[i].value);
		assert_int_equal(a.hash.by, ROOT_NOTHING);
	}
}

static void what_is_not_said_has_a_meaning(void **state)
{
	struct rootargs a;

	(void)state;
	assert_null(rootargs_parse(&a, "root=/dev/sda"));
	assert_string_equal(a.fstype, "");
	assert_string_equal(a.init, "");
	assert_string_equal(a.roothash, "");
	assert_int_equal(a.verity, VERITY_PANIC);
	assert_int_equal(a.seconds, ROOTARGS_WAIT);
	assert_false(a.rw);
	assert_false(a.wait);
}

static void the_other_words_are_taken(void **state)
{
	struct rootargs a;

	(void)state;
	assert_null(rootargs_parse(
		&a,
		"root=/dev/sda ro rw rootfstype=ext4 init=/bin/sh rootwait rootdelay=3"));
	assert_string_equal(a.fstype, "ext4");
	assert_string_equal(a.init, "/bin/sh");
	assert_int_equal(a.seconds, 3);
	assert_true(a.rw);
	assert_true(a.wait);
	assert_null(rootargs_parse(&a, "root=/dev/sda rw ro rootwait=7"));
	assert_false(a.rw);
	assert_false(a.wait);
	assert_int_equal(a.seconds, 7);
	/* these are of others */
	assert_null(rootargs_parse(&a, "root=/dev/sda rw=1 xrw rootflags=a"));
	assert_false(a.rw);
}

static void a_root_hash_names_data_and_hashes(void **state)
{
	struct rootargs a;

	(void)state;
	assert_null(rootargs_parse(
		&a,
		"rw ingot.verity=restart roothash=0123456789ABCDEF00112233445566778899aabbccddeeff0f1e2d3c4b5a6978"));
	assert_string_equal(a.roothash, HEX);
	assert_int_equal(a.verity, VERITY_RESTART);
	assert_int_equal(a.data.by, ROOT_PARTUUID);
	assert_string_equal(a.data.value, UUID);
	assert_int_equal(a.hash.by, ROOT_PARTUUID);
	assert_string_equal(a.hash.value,
			    "8899aabb-ccdd-eeff-0f1e-2d3c4b5a6978");
	assert_false(a.rw);
}

static void a_root_beside_a_root_hash_is_checked_all_the_same(void **state)
{
	struct rootargs a;

	(void)state;
	assert_null(rootargs_parse(&a, "roothash=" HEX " root=/dev/vda1"));
	assert_int_equal(a.data.by, ROOT_NAME);
	assert_string_equal(a.data.value, "vda1");
	assert_int_equal(a.hash.by, ROOT_PARTUUID);
	assert_string_equal(a.roothash, HEX);
}

static void wrong_words_are_refused(void **state)
{
	static const struct {
		const char *text;
		const char *why;
	} cases[] = {
		{ "", "neither root= nor roothash=" },
		{ "quiet -- root=/dev/vda", "neither root= nor roothash=" },
		{ "root= quiet", "root= is none of" },
		{ "root=vda1", "root= is none of" },
		{ "root=/dev/", "empty name" },
		{ "root=LABEL=", "empty name" },
		{ "root=UUID=1234", "a UUID that is none" },
		{ "root=/dev/a rootfstype=", "rootfstype=" },
		{ "root=/dev/a rootfstype=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		  "rootfstype=" },
		{ "root=/dev/a init=sh", "init=" },
		{ "root=/dev/a rootdelay=1x", "rootdelay=" },
		{ "root=/dev/a rootwait=-1", "rootwait=" },
		{ "root=/dev/a rootdelay=99999999999999999999", "rootdelay=" },
		{ "root=/dev/a roothash=", "roothash=" },
		{ "root=/dev/a roothash=" HEX "0", "roothash=" },
		{ "root=/dev/a roothash=g123456789abcdef00112233445566778899aabbccddeeff0f1e2d3c4b5a6978",
		  "roothash=" },
		{ "root=/dev/a ingot.verity=ignore", "ingot.verity=" },
	};
	char text[CMDLINE_SIZE];
	struct rootargs a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *why = rootargs_parse(&a, cases[i].text);

		assert_non_null(why);
		assert_non_null(strstr(why, cases[i].why));
	}
	/* a value that does not fit is not cut */
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "root=LABEL=", 11);
	assert_non_null(rootargs_parse(&a, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_to_name_the_root_is_taken),
		cmocka_unit_test(what_is_not_said_has_a_meaning),
		cmocka_unit_test(the_other_words_are_taken),
		cmocka_unit_test(a_root_hash_names_data_and_hashes),
		cmocka_unit_test(
			a_root_beside_a_root_hash_is_checked_all_the_same),
		cmocka_unit_test(wrong_words_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
