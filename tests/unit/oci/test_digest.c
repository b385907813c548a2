/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

static void takes_a_sha256_digest(void **state)
{
	struct ig_err err = { 0 };
	struct ig_digest digest;
	struct ig_digest again;

	(void)state;
	assert_int_equal(ig_digest_parse(&digest, DIGEST_A "tail", 71, &err),
			 0);
	assert_string_equal(digest.text, DIGEST_A);
	assert_string_equal(ig_digest_hex(&digest), HEX_A);
	ig_digest_from_hex(&again, HEX_A);
	assert_true(ig_digest_equal(&digest, &again));
	ig_digest_from_hex(&again, HEX_B);
	assert_false(ig_digest_equal(&digest, &again));
}

static void the_empty_digest_has_no_digits(void **state)
{
	struct ig_digest digest = { "" };

	(void)state;
	assert_string_equal(ig_digest_hex(&digest), "");
}

static void refuses_what_is_no_sha256_digest(void **state)
{
	static const struct bad bads[] = {
		{ "", IG_EFORMAT, "sha256:<64 digits>" },
		{ HEX_A, IG_EFORMAT, "sha256:<64 digits>" },
		{ "sha256:", IG_EFORMAT, "0 digits" },
		{ "sha256:abc", IG_EFORMAT, "3 digits" },
		{ DIGEST_A "a", IG_EFORMAT, "65 digits" },
		{ "SHA256:" HEX_A, IG_EFORMAT, "sha256:<64 digits>" },
		{ "sha512:" HEX_A HEX_A, IG_EFORMAT, "sha256:<64 digits>" },
		{ "md5:00000000000000000000000000000000", IG_EFORMAT,
		  "sha256:<64 digits>" },
		{ "sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		  "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		  IG_EFORMAT, "not one of 0-9a-f" },
		{ "sha256:../../../../../../../../../../.."
		  "/../../../../../../etc/passwd0",
		  IG_EFORMAT, "digits" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		struct ig_err err = { 0 };
		struct ig_digest digest;
		int rc = ig_digest_parse(&digest, bads[i].input,
					 strlen(bads[i].input), &err);

		assert_failed(rc, &err, &bads[i]);
		assert_string_equal(digest.text, "");
	}
}

static void refuses_a_nul_inside(void **state)
{
	char text[] = DIGEST_A;
	struct ig_err err = { 0 };
	struct ig_digest digest;

	(void)state;
	text[20] = '\0';
	assert_int_equal(ig_digest_parse(&digest, text, 71, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_sha256_digest),
		cmocka_unit_test(the_empty_digest_has_no_digits),
		cmocka_unit_test(refuses_what_is_no_sha256_digest),
		cmocka_unit_test(refuses_a_nul_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
