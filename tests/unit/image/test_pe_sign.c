/* SPDX-License-Identifier: Apache-2.0 */
#include "pe_test.h"

#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/provider.h>

#define AMD64 0x8664

static struct ig_rope *sign(const struct ig_rope *pe, const char *key,
			    const char *cert)
{
	struct ig_rope *out = ig_rope_new(&t_err);

	if (ig_pe_sign(out, pe, NULL, key, cert, &t_err) < 0)
		fail_msg("%s", t_err.msg);
	return out;
}

static bool verifies(const struct ig_rope *pe, const char *cert)
{
	const char *argv[] = { "sbverify", "--cert", cert, "signed.efi", NULL };
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(4096);

	t_save(pe, "signed.efi");
	return t_runs(&out, argv);
}

/* As the PE format's text has it, word by word. */
static uint32_t naive_checksum(const unsigned char *pe, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2) {
		if (i != T_OPTIONAL + 64 && i != T_OPTIONAL + 66)
			sum += t_get(pe, i, 2);
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum + (uint32_t)len;
}

static void adds_an_aligned_entry_and_a_checksum(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep) struct ig_rope *signed_pe = NULL;
	ig_autofree unsigned char *data = NULL;
	size_t len;

	(void)state;
	assert_int_equal(ig_rope_mem(pe, "odd", 3, &t_err), 0);
	signed_pe = sign(pe, "db.key", "db.crt");
	len = (size_t)ig_rope_size(signed_pe);
	data = t_bytes(signed_pe);
	assert_int_equal(t_get(data, T_SECURITY, 4), T_PE_LEN + 8);
	assert_int_equal(t_get(data, T_SECURITY + 4, 4), len - T_PE_LEN - 8);
	assert_int_equal(len % 8, 0);
	assert_memory_equal(data + T_PE_LEN, "odd\0\0\0\0\0", 8);
	assert_in_range(t_get(data, T_PE_LEN + 8, 4), len - T_PE_LEN - 15,
			len - T_PE_LEN - 8);
	assert_int_equal(t_get(data, T_PE_LEN + 12, 4), 0x00020200);
	assert_int_equal(t_get(data, T_OPTIONAL + 64, 4),
			 naive_checksum(data, len));
}

static void signs_the_same_bytes_each_time(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep) struct ig_rope *a = sign(pe, "db.key", "db.crt");
	IG_AUTO(ig_rope_freep) struct ig_rope *b = NULL;
	ig_autofree unsigned char *x = t_bytes(a);
	ig_autofree unsigned char *y = NULL;

	(void)state;
	sleep(1); /* another time of day */
	b = sign(pe, "db.key", "db.crt");
	y = t_bytes(b);
	assert_int_equal(ig_rope_size(a), ig_rope_size(b));
	assert_memory_equal(x, y, (size_t)ig_rope_size(a));
}

static void takes_a_digest_that_is_known(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep) struct ig_rope *a = sign(pe, "db.key", "db.crt");
	IG_AUTO(ig_rope_freep) struct ig_rope *b = ig_rope_new(&t_err);
	ig_autofree unsigned char *x = t_bytes(a);
	ig_autofree unsigned char *y = NULL;
	struct ig_pe_digest digest;

	(void)state;
	assert_int_equal(ig_pe_digest(&digest, pe, &t_err), 0);
	assert_int_equal(ig_pe_sign(b, pe, &digest, "db.key", "db.crt", &t_err),
			 0);
	assert_int_equal(ig_rope_size(a), ig_rope_size(b));
	y = t_bytes(b);
	assert_memory_equal(x, y, (size_t)ig_rope_size(a));
}

static void does_not_change_the_hash(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep) struct ig_rope *out = NULL;
	unsigned char before[32], after[32];

	(void)state;
	assert_int_equal(ig_rope_mem(pe, "tail", 4, &t_err), 0);
	out = sign(pe, "db.key", "db.crt");
	assert_int_equal(ig_pe_hash(before, pe, &t_err), 0);
	assert_int_equal(ig_pe_hash(after, out, &t_err), 0);
	assert_memory_equal(before, after, 32);
}

static void sbverify_takes_what_is_signed_with_its_key(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep)
	struct ig_rope *out = sign(pe, "db.key", "db.crt");

	(void)state;
	assert_true(verifies(out, "db.crt"));
	assert_false(verifies(out, "KEK.crt"));
	assert_false(verifies(pe, "db.crt"));
}

static void sbverify_refuses_altered_bytes(void **state)
{
	static const size_t at[] = { 0x40, T_OPTIONAL + 16, 1024, 2047 };
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep)
	struct ig_rope *out = sign(pe, "db.key", "db.crt");

	(void)state;
	for (size_t i = 0; i < IG_COUNT(at); i++) {
		ig_autofree unsigned char *data = t_bytes(out);
		IG_AUTO(ig_rope_freep) struct ig_rope *altered = NULL;

		data[at[i]] ^= 1;
		altered = t_rope(data, (size_t)ig_rope_size(out));
		assert_false(verifies(altered, "db.crt"));
	}
}

static void keeps_signatures_that_are_there(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep)
	struct ig_rope *one = sign(pe, "db.key", "db.crt");
	IG_AUTO(ig_rope_freep)
	struct ig_rope *two = sign(one, "KEK.key", "KEK.crt");

	(void)state;
	assert_true(verifies(two, "db.crt"));
	assert_true(verifies(two, "KEK.crt"));
	assert_false(verifies(two, "PK.crt"));
}

static void osslsigncode_agrees_with_hash_and_checksum(void **state)
{
	static const char *const argv[] = {
		"osslsigncode", "verify", "-CAfile", "db.crt",
		"-in",		"o.efi",  NULL
	};
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	IG_AUTO(ig_rope_freep)
	struct ig_rope *out = sign(pe, "db.key", "db.crt");
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(65536);
	const char *now, *calculated;

	(void)state;
	t_save(out, "o.efi");
	(void)t_runs(&said, argv); /* the key is for no use it knows */
	/* Were the checksum wrong, there would be a second line of it. */
	assert_non_null(strstr(said.data, "PE checksum"));
	assert_null(strstr(said.data, "Calculated PE checksum"));
	now = strstr(said.data, "Current message digest");
	calculated = strstr(said.data, "Calculated message digest");
	assert_non_null(now);
	assert_non_null(calculated);
	assert_memory_equal(strchr(now, ':'), strchr(calculated, ':'), 66);
}

static void refuses(const struct ig_rope *pe, const char *key, const char *cert,
		    enum ig_code code, const char *part)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *out = ig_rope_new(&t_err);

	ig_err_clear(&t_err);
	assert_int_equal(ig_pe_sign(out, pe, NULL, key, cert, &t_err), -1);
	if (t_err.code != code || !strstr(t_err.msg, part))
		fail_msg("%d: %s", t_err.code, t_err.msg);
}

static void refuses_keys_it_cannot_use(void **state)
{
	static const char encrypted[] =
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
		"MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBCX3nMa4OAVxyVOhXXY\n"
		"pQ1sAgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQAAAAAAAAAAAAAAAA\n"
		"AAAAAARAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\n"
		"-----END ENCRYPTED PRIVATE KEY-----\n";
	static const struct {
		const char *key, *cert;
		enum ig_code code;
		const char *part;
	} cases[] = {
		{ "absent.key", "db.crt", IG_ENOENT, "signing key" },
		{ "db.key", "absent.crt", IG_ENOENT, "signing certificate" },
		{ "db.crt", "db.crt", IG_EFORMAT, "no private key in PEM" },
		{ "db.key", "db.key", IG_EFORMAT, "no certificate in PEM" },
		{ "db.key", "db.cer", IG_EFORMAT, "no certificate in PEM" },
		{ "KEK.key", "db.crt", IG_EUSAGE, "not that of the certif" },
		{ "locked.key", "db.crt", IG_EUSAGE, "is encrypted" },
	};
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);

	(void)state;
	scratch_write("locked.key", encrypted, sizeof(encrypted) - 1);
	for (size_t i = 0; i < IG_COUNT(cases); i++)
		refuses(pe, cases[i].key, cases[i].cert, cases[i].code,
			cases[i].part);
}

static void says_what_a_pkcs11_uri_needs(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *pe = t_pe_rope(AMD64);
	OSSL_PROVIDER *there = OSSL_PROVIDER_try_load(NULL, "pkcs11", 1);

	(void)state;
	ERR_clear_error();
	if (there)
		skip();
	assert_int_equal(setenv("OPENSSL_ENGINES", ".", 1), 0);
	refuses(pe, "pkcs11:token=x?pin-value=1234", "db.crt", IG_ENOENT,
		"neither a provider nor an engine 'pkcs11'");
	assert_int_equal(unsetenv("OPENSSL_ENGINES"), 0);
	assert_null(strstr(t_err.msg, "1234"));
}

static void refuses_broken_certificate_tables(void **state)
{
	static const struct {
		uint32_t len; /* of the first entry */
		uint32_t extra;
		const char *part;
	} cases[] = {
		{ 0, 0, "broken entry in the PE certificate table, at 0" },
		{ 7, 0, "broken entry" },
		{ 25, 0, "broken entry" },
		{ 0xffffffff, 0, "broken entry" },
		{ 9, 0, "broken entry in the PE certificate table, at 16" },
		{ 24, 1, "bytes behind the PE certificate table" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_rope_freep) struct ig_rope *rope = NULL;
		unsigned char pe[T_PE_LEN + 32] = { 0 };

		t_pe(pe, AMD64);
		t_put(pe, T_SECURITY, T_PE_LEN, 4);
		t_put(pe, T_SECURITY + 4, 24, 4);
		t_put(pe, T_PE_LEN, cases[i].len, 4);
		rope = t_rope(pe, T_PE_LEN + 24 + cases[i].extra);
		refuses(rope, "db.key", "db.crt", IG_EFORMAT, cases[i].part);
	}
}

static void refuses_to_sign_what_is_no_pe(void **state)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *text = t_text("#!/bin/sh\n");

	(void)state;
	refuses(text, "db.key", "db.crt", IG_EFORMAT,
		"sign the PE file: not a PE file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_an_aligned_entry_and_a_checksum),
		cmocka_unit_test(signs_the_same_bytes_each_time),
		cmocka_unit_test(takes_a_digest_that_is_known),
		cmocka_unit_test(does_not_change_the_hash),
		cmocka_unit_test(sbverify_takes_what_is_signed_with_its_key),
		cmocka_unit_test(sbverify_refuses_altered_bytes),
		cmocka_unit_test(keeps_signatures_that_are_there),
		cmocka_unit_test(osslsigncode_agrees_with_hash_and_checksum),
		cmocka_unit_test(refuses_keys_it_cannot_use),
		cmocka_unit_test(says_what_a_pkcs11_uri_needs),
		cmocka_unit_test(refuses_broken_certificate_tables),
		cmocka_unit_test(refuses_to_sign_what_is_no_pe),
	};

	return cmocka_run_group_tests(tests, t_setup, scratch_teardown);
}
