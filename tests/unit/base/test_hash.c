/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>

/* FIPS 180-4 examples, from the NIST's published intermediate values. */
static void gives_the_published_digests(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb924"
		      "27ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223"
			 "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039"
		  "a33ce45964ff2167f6ecedd419db06c1" },
	};
	char out[IG_SHA256_HEX];
	struct ig_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		assert_int_equal(ig_hash_bytes(out, cases[i].text,
					       strlen(cases[i].text), &err),
				 0);
		assert_string_equal(out, cases[i].want);
	}
}

static void hashes_a_million_letters_in_pieces(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(&err);
	char piece[1000];
	char out[IG_SHA256_HEX];

	(void)state;
	memset(piece, 'a', sizeof(piece));
	for (int i = 0; i < 1000; i++)
		ig_hash_add(hash, piece, sizeof(piece));
	ig_hash_end_hex(hash, out);
	assert_string_equal(out, "cdc76e5c9914fb9281a1c7e284d73e67"
				 "f1809a48a497200e046d39ccc7112cd0");
}

static void is_ready_for_a_new_message(void **state)
{
	struct ig_err err = { 0 };
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(&err);
	unsigned char first[IG_SHA256_LEN];
	unsigned char second[IG_SHA256_LEN];

	(void)state;
	ig_hash_add(hash, "x", 1);
	ig_hash_end(hash, first);
	ig_hash_add(hash, NULL, 0);
	ig_hash_add(hash, "x", 1);
	ig_hash_end(hash, second);
	assert_memory_equal(first, second, IG_SHA256_LEN);
	ig_hash_free(NULL);
}

static void tells_fields_apart(void **state)
{
	static const char *const pairs[][2] = {
		{ "ab", "c" }, { "a", "bc" },	{ "abc", "" },
		{ "", "abc" }, { NULL, "abc" }, { "abc", NULL },
	};
	struct ig_err err = { 0 };
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(&err);
	char out[IG_COUNT(pairs)][IG_SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < IG_COUNT(pairs); i++) {
		ig_hash_field(hash, pairs[i][0]);
		ig_hash_field(hash, pairs[i][1]);
		ig_hash_end_hex(hash, out[i]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(out[i], out[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_published_digests),
		cmocka_unit_test(hashes_a_million_letters_in_pieces),
		cmocka_unit_test(is_ready_for_a_new_message),
		cmocka_unit_test(tells_fields_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
