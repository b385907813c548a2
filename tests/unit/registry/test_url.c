/* SPDX-License-Identifier: Apache-2.0 */
#include "registry_test.h"

static void only_loopback_and_listed_hosts_are_asked_over_http(void **state)
{
	static const char *const listed[] = { "plain.lan", "other.lan:5000",
					      "[fd00::1]", NULL };
	static const struct {
		const char *host;
		bool plain;
	} cases[] = {
		{ "localhost", true },
		{ "localhost:5000", true },
		{ "127.0.0.1:1", true },
		{ "127.8.9.10", true },
		{ "[::1]", true },
		{ "[::1]:5000", true },
		{ "plain.lan", true },
		{ "plain.lan:80", true },
		{ "other.lan:5000", true },
		{ "[fd00::1]:5000", true },
		{ "other.lan", false },
		{ "other.lan:5001", false },
		{ "docker.io", false },
		{ "127.0.0.1.example.com", false },
		{ "localhost.example.com", false },
		{ "xlocalhost", false },
		{ "128.0.0.1", false },
		{ "[::2]:5000", false },
		{ "plain.lan.evil", false },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		if (url_plain(cases[i].host, listed) != cases[i].plain)
			fail_msg("%s", cases[i].host);
	}
	assert_false(url_plain("plain.lan", NULL));
}

static void builds_addresses_of_manifests_and_blobs(void **state)
{
	static const struct {
		const char *ref, *want;
	} cases[] = {
		{ "nginx",
		  "https://registry-1.docker.io/v2/library/nginx/manifests/latest" },
		{ "docker.io/nginx:1",
		  "https://registry-1.docker.io/v2/library/nginx/manifests/1" },
		{ "index.docker.io/a/b:1",
		  "https://registry-1.docker.io/v2/a/b/manifests/1" },
		{ "a.b:5/c/d:1", "https://a.b:5/v2/c/d/manifests/1" },
		{ "a.b/c", "https://a.b/v2/c/manifests/latest" },
	};
	struct ig_err err = { 0 };
	struct ig_digest digest;

	(void)state;
	ig_digest_from_hex(&digest, HEX_A);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_ref_done) struct ig_ref ref = { 0 };
		ig_autofree char *url = NULL;

		assert_int_equal(ig_ref_parse(&ref, cases[i].ref,
					      strlen(cases[i].ref), &err),
				 0);
		url = url_manifest(&ref, NULL, false, &err);
		assert_string_equal(url, cases[i].want);
		if (i + 1 == IG_COUNT(cases)) {
			ig_autofree char *blob =
				url_blob(&ref, &digest, true, &err);
			ig_autofree char *man =
				url_manifest(&ref, &digest, false, &err);

			assert_string_equal(
				blob, "http://a.b/v2/c/blobs/sha256:" HEX_A);
			assert_string_equal(
				man,
				"https://a.b/v2/c/manifests/sha256:" HEX_A);
		}
	}
}

static void redirects_only_to_where_they_may(void **state)
{
	static const struct {
		const char *from, *to, *part;
	} cases[] = {
		{ "http://a/x", "http://b/y", NULL },
		{ "http://a/x", "https://b/y?z=1", NULL },
		{ "https://a/x", "https://b:444/y", NULL },
		{ "https://a/x", "http://a/x", "without encryption" },
		{ "https://a/x", "HTTP://a/x", "without encryption" },
		{ "http://a/x", "file:///etc/passwd", "neither http" },
		{ "http://a/x", "ftp://a/x", "neither http" },
		{ "http://a/x", "gopher://a/x", "neither http" },
		{ "http://a/x", "http://u:p@b/y", "user name" },
		{ "http://a/x", "x://\x1b[31m/", "x://?[31m" },
		{ "http://a/x", "", "not an URL" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		int rc = url_check_redirect(cases[i].from, cases[i].to, &err);

		if (rc != (cases[i].part ? -1 : 0))
			fail_msg("%s: %d %s", cases[i].to, rc, err.msg);
		if (cases[i].part && !strstr(err.msg, cases[i].part))
			fail_msg("%s: %s", cases[i].to, err.msg);
		assert_int_equal(err.code, cases[i].part ? IG_ENET : IG_OK);
	}
}

#define UPLOADS	 "http://127.0.0.1:5000/v2/a/blobs/uploads/"
#define DIGEST_A "digest=sha256:" HEX_A

static void uploads_only_to_the_registry_itself(void **state)
{
	static const struct {
		const char *from, *to;
		const char *want; /* NULL: refused */
		const char *part;
	} cases[] = {
		{ UPLOADS, "/x/1", "http://127.0.0.1:5000/x/1?" DIGEST_A, 0 },
		{ UPLOADS, "1", UPLOADS "1?" DIGEST_A, 0 },
		{ UPLOADS, "?n=1", UPLOADS "?n=1&" DIGEST_A, 0 },
		{ UPLOADS, "/x?a=b%2Fc&d=#end",
		  "http://127.0.0.1:5000/x?a=b%2Fc&d=&" DIGEST_A, 0 },
		{ UPLOADS, "//127.0.0.1:5000/x",
		  "http://127.0.0.1:5000/x?" DIGEST_A, 0 },
		{ "https://Reg.example/u", "https://reg.EXAMPLE:443/x",
		  "https://reg.EXAMPLE:443/x?" DIGEST_A, 0 },
		{ "https://a/u", "http://a/x", NULL, "registry itself" },
		{ "http://a/u", "https://a/x", NULL, "registry itself" },
		{ UPLOADS, "http://127.0.0.1:5001/x", NULL, "itself" },
		{ UPLOADS, "http://127.0.0.2:5000/x", NULL, "itself" },
		{ UPLOADS, "//b/x", NULL, "itself" },
		{ UPLOADS, "file:///etc/passwd", NULL, "itself" },
		{ UPLOADS, "http://u:p@127.0.0.1:5000/x", NULL, "user name" },
		{ UPLOADS, "http://127.0.0.1:5000@b/x", NULL, "itself" },
		{ UPLOADS, "x://\x1b[31m/", NULL, "'x://?[31m/'" },
		{ UPLOADS, "", NULL, "not an address" },
	};
	struct ig_digest digest;

	(void)state;
	ig_digest_from_hex(&digest, HEX_A);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		ig_autofree char *url =
			url_upload(cases[i].from, cases[i].to, &digest, &err);

		if (cases[i].want) {
			assert_non_null(url);
			assert_string_equal(url, cases[i].want);
			continue;
		}
		if (url || err.code != IG_ENET ||
		    !strstr(err.msg, cases[i].part))
			fail_msg("%s: %s, %s", cases[i].to, url ? url : "NULL",
				 err.msg);
	}
}

static void refuses_an_address_that_was_cut(void **state)
{
	char place[PLACE_MAX] = "/";
	struct ig_err err = { 0 };
	struct ig_digest digest;

	(void)state;
	ig_digest_from_hex(&digest, HEX_A);
	memset(place + 1, 'x', PLACE_MAX - 2);
	assert_null(url_upload(UPLOADS, place, &digest, &err));
	assert_int_equal(err.code, IG_ENET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			only_loopback_and_listed_hosts_are_asked_over_http),
		cmocka_unit_test(builds_addresses_of_manifests_and_blobs),
		cmocka_unit_test(redirects_only_to_where_they_may),
		cmocka_unit_test(uploads_only_to_the_registry_itself),
		cmocka_unit_test(refuses_an_address_that_was_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
