/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/stat.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "support/scratch.h"

static struct ig_err t_err;

static void identity(char out[IG_SHA256_HEX], const struct ig_rope *rope)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(&t_err);

	if (ig_rope_identity(rope, hash, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	ig_hash_end_hex(hash, out);
}

/* "name" is "a", with a name or without. */
static int make_file(const char *text, bool named)
{
	int fd = open("a", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(ig_write_all(fd, text, strlen(text), &t_err), 0);
	if (!named)
		assert_int_equal(unlink("a"), 0);
	return fd;
}

static void of_file(char out[IG_SHA256_HEX], int fd, uint64_t off, uint64_t len)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *rope = ig_rope_new(&t_err);

	assert_int_equal(ig_rope_file(rope, fd, off, len, &t_err), 0);
	identity(out, rope);
}

static void knows_a_file_by_its_inode(void **state)
{
	ig_autofd int fd = make_file("same", true);
	ig_autofd int again = open("a", O_WRONLY | O_CLOEXEC); /* not read */
	ig_autofd int other = -1;
	char a[IG_SHA256_HEX], b[IG_SHA256_HEX];

	(void)state;
	of_file(a, fd, 0, 4);
	of_file(b, again, 0, 4);
	assert_string_equal(a, b);
	of_file(b, fd, 0, 3);
	assert_string_not_equal(a, b);
	of_file(b, fd, 1, 3);
	assert_string_not_equal(a, b);
	assert_int_equal(unlink("a"), 0); /* fd keeps the inode in use */
	other = make_file("same", true);
	of_file(b, other, 0, 4);
	assert_string_not_equal(a, b);
}

static void knows_a_file_without_a_name_by_its_bytes(void **state)
{
	ig_autofd int one = make_file("same", false);
	ig_autofd int two = make_file("same", false);
	ig_autofd int other = make_file("some", false);
	char a[IG_SHA256_HEX], b[IG_SHA256_HEX];

	(void)state;
	of_file(a, one, 0, 4);
	of_file(b, two, 0, 4);
	assert_string_equal(a, b);
	of_file(b, other, 0, 4);
	assert_string_not_equal(a, b);
}

static void tells_memory_zeros_and_pieces_apart(void **state)
{
	static const char *const texts[] = { "ab", "abc", "ac" };
	char seen[5][IG_SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		IG_AUTO(ig_rope_freep)
		struct ig_rope *rope = ig_rope_new(&t_err);

		if (i < IG_COUNT(texts))
			assert_int_equal(ig_rope_mem(rope, texts[i],
						     strlen(texts[i]), &t_err),
					 0);
		else
			assert_int_equal(ig_rope_zero(rope, i, &t_err), 0);
		identity(seen[i], rope);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(seen[k], seen[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_a_file_by_its_inode),
		cmocka_unit_test(knows_a_file_without_a_name_by_its_bytes),
		cmocka_unit_test(tells_memory_zeros_and_pieces_apart),
	};

	return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
