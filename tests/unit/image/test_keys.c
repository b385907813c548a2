/* SPDX-License-Identifier: Apache-2.0 */
#include "pe_test.h"

static const char *const names[] = { "PK", "KEK", "db" };

static void slurp(struct ig_buf *out, const char *path)
{
	ig_buf_init(out, 1 << 20);
	assert_int_equal(ig_read_file(out, AT_FDCWD, path, &t_err), 0);
}

static void same_file(const char *a, const char *b)
{
	IG_AUTO(ig_buf_done) struct ig_buf x;
	IG_AUTO(ig_buf_done) struct ig_buf y;

	slurp(&x, a);
	slurp(&y, b);
	assert_int_equal(x.len, y.len);
	assert_memory_equal(x.data, y.data, x.len);
}

static void makes_all_files_and_keys_for_the_owner_alone(void **state)
{
	static const char *const suffixes[] = { "key", "crt", "cer", "esl",
						"auth" };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(names); i++)
		for (size_t k = 0; k < IG_COUNT(suffixes); k++) {
			ig_autofree char *name = ig_format(
				&t_err, "%s.%s", names[i], suffixes[k]);
			struct stat st;

			assert_int_equal(stat(name, &st), 0);
			assert_int_equal(st.st_mode & 0777, k ? 0644 : 0600);
			assert_true(st.st_size > 0);
		}
}

static void certificates_are_what_openssl_verifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		ig_autofree char *crt = ig_format(&t_err, "%s.crt", names[i]);
		ig_autofree char *cn =
			ig_format(&t_err, "CN = test %s\n", names[i]);
		const char *verify[] = { "openssl", "verify", "-no_check_time",
					 "-CAfile", crt,      crt,
					 NULL };
		const char *show[] = { "openssl", "x509",     "-in",	crt,
				       "-noout",  "-subject", "-dates", NULL };
		IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(4096);

		assert_true(t_runs(NULL, verify));
		assert_true(t_runs(&out, show));
		assert_non_null(strstr(out.data, cn));
		assert_non_null(strstr(out.data,
				       "notBefore=Nov 14 22:13:20 2023 GMT\n"));
		assert_non_null(strstr(out.data,
				       "notAfter=Nov 11 22:13:20 2033 GMT\n"));
	}
}

static void signature_lists_are_those_of_efitools(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf esl;
	const unsigned char *g;
	char guid[37];
	const char *argv[] = {
		"cert-to-efi-sig-list", "-g", guid, "db.crt", "ref.esl", NULL
	};

	(void)state;
	slurp(&esl, "db.esl");
	g = (const unsigned char *)esl.data + 28;
	snprintf(guid, sizeof(guid),
		 "%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 t_get(g, 0, 4), t_get(g, 4, 2), t_get(g, 6, 2), g[8], g[9],
		 g[10], g[11], g[12], g[13], g[14], g[15]);
	assert_int_equal(guid[14], '8'); /* a UUID of version 8 */
	assert_true(t_runs(NULL, argv));
	same_file("db.esl", "ref.esl");
}

static void variable_updates_are_those_of_efitools(void **state)
{
	static const char *const by[] = { "PK", "PK", "KEK" };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(names); i++) {
		ig_autofree char *crt = ig_format(&t_err, "%s.crt", by[i]);
		ig_autofree char *key = ig_format(&t_err, "%s.key", by[i]);
		ig_autofree char *esl = ig_format(&t_err, "%s.esl", names[i]);
		ig_autofree char *auth = ig_format(&t_err, "%s.auth", names[i]);
		const char *argv[] = { "sign-efi-sig-list",
				       "-t",
				       "2023-11-14 22:13:20",
				       "-c",
				       crt,
				       "-k",
				       key,
				       names[i],
				       esl,
				       "ref.auth",
				       NULL };

		assert_true(t_runs(NULL, argv));
		same_file(auth, "ref.auth");
	}
}

static void signs_again_with_keys_from_files(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf esl;
	IG_AUTO(ig_buf_done) struct ig_buf want;
	IG_AUTO(ig_buf_done) struct ig_buf got = IG_BUF_INIT(1 << 20);

	(void)state;
	slurp(&esl, "KEK.esl");
	slurp(&want, "KEK.auth");
	assert_int_equal(ig_auth_sign(&got,
				      &(struct ig_efi_update){ IG_EFI_KEK, &esl,
							       T_TIME },
				      "PK.key", "PK.crt", &t_err),
			 0);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.data, want.data, want.len);
}

static void an_update_to_nothing_is_one_second_later(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf got = IG_BUF_INIT(1 << 20);
	IG_AUTO(ig_buf_done) struct ig_buf want;
	const struct ig_buf none = IG_BUF_INIT(0);

	(void)state;
	slurp(&want, "noPK.auth");
	assert_int_equal(ig_auth_sign(&got,
				      &(struct ig_efi_update){ IG_EFI_PK, &none,
							       T_TIME + 1 },
				      "PK.key", "PK.crt", &t_err),
			 0);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.data, want.data, want.len);
	/* EFI_TIME, 2023-11-14 22:13:21 */
	assert_memory_equal(got.data, "\xe7\x07\x0b\x0e\x16\x0d\x15\0\0", 9);
}

static void never_writes_over_a_key(void **state)
{
	struct ig_keys_opts opts = { .name = "test", .time = T_TIME };
	IG_AUTO(ig_buf_done) struct ig_buf before;
	IG_AUTO(ig_buf_done) struct ig_buf after;

	(void)state;
	slurp(&before, "PK.key");
	assert_int_equal(ig_keys_make(AT_FDCWD, &opts, &t_err), -1);
	assert_int_equal(t_err.code, IG_EUSAGE);
	assert_non_null(strstr(t_err.msg, "'PK.key' exists"));
	slurp(&after, "PK.key");
	assert_string_equal(before.data, after.data);
}

static void refuses_what_no_certificate_can_say(void **state)
{
	static const struct {
		struct ig_keys_opts opts;
		const char *part;
	} cases[] = {
		{ { .name = "a\xff", .time = 1 }, "is not UTF-8" },
		{ { .name = "0123456789012345678901234567890123456789"
			    "0123456789012345678901234567890123456789",
		    .time = 1 },
		  "at most 64 bytes" },
		{ { .name = "a", .bits = 1024 }, "RSA keys of 1024 bits" },
		{ { .name = "a", .bits = 65536 }, "RSA keys of 65536 bits" },
		{ { .name = "a", .time = -1 }, "from -1" },
		{ { .name = "a", .time = INT64_MAX }, "out of range" },
		{ { .name = "a", .days = UINT32_MAX }, "out of range" },
	};
	ig_autofd int dir = -1;

	(void)state;
	assert_int_equal(mkdir("empty", 0700), 0);
	dir = open("empty", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		ig_err_clear(&t_err);
		assert_int_equal(ig_keys_make(dir, &cases[i].opts, &t_err), -1);
		assert_int_equal(t_err.code, IG_EUSAGE);
		if (!strstr(t_err.msg, cases[i].part))
			fail_msg("%s", t_err.msg);
	}
	assert_int_equal(scratch_count("empty"), 0);
}

static void refuses_times_that_uefi_has_not(void **state)
{
	static const int64_t times[] = { INT64_MIN, INT64_MAX, -2208988801,
					 253402300800 };
	IG_AUTO(ig_buf_done) struct ig_buf got = IG_BUF_INIT(1 << 20);
	const struct ig_buf none = IG_BUF_INIT(0);

	(void)state;
	for (size_t i = 0; i < IG_COUNT(times); i++) {
		assert_int_equal(
			ig_auth_sign(&got,
				     &(struct ig_efi_update){ IG_EFI_PK, &none,
							      times[i] },
				     "PK.key", "PK.crt", &t_err),
			-1);
		assert_int_equal(t_err.code, IG_EUSAGE);
		assert_non_null(strstr(t_err.msg, "UEFI has no time"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_all_files_and_keys_for_the_owner_alone),
		cmocka_unit_test(certificates_are_what_openssl_verifies),
		cmocka_unit_test(signature_lists_are_those_of_efitools),
		cmocka_unit_test(variable_updates_are_those_of_efitools),
		cmocka_unit_test(signs_again_with_keys_from_files),
		cmocka_unit_test(an_update_to_nothing_is_one_second_later),
		cmocka_unit_test(never_writes_over_a_key),
		cmocka_unit_test(refuses_what_no_certificate_can_say),
		cmocka_unit_test(refuses_times_that_uefi_has_not),
	};

	return cmocka_run_group_tests(tests, t_setup, scratch_teardown);
}
