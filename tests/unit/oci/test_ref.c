/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

#include <stdlib.h>

#include <ingot/str.h>

static void expands_as_linuxkit_does(void **state)
{
	static const struct {
		const char *text, *host, *path, *tag, *printed;
	} goods[] = {
		{ "nginx", "docker.io", "library/nginx", NULL,
		  "docker.io/library/nginx" },
		{ "nginx:1.2", "docker.io", "library/nginx", "1.2",
		  "docker.io/library/nginx:1.2" },
		{ "linuxkit/init:b55", "docker.io", "linuxkit/init", "b55",
		  "docker.io/linuxkit/init:b55" },
		{ "localhost/x", "localhost", "x", NULL, "localhost/x" },
		{ "localhost:5000/x:y", "localhost:5000", "x", "y",
		  "localhost:5000/x:y" },
		{ "localhost:5000", "docker.io", "library/localhost", "5000",
		  "docker.io/library/localhost:5000" },
		{ "ghcr.io/x", "ghcr.io", "x", NULL, "ghcr.io/x" },
		{ "docker.io/nginx", "docker.io", "nginx", NULL,
		  "docker.io/nginx" },
		{ "a/b/c", "a", "b/c", NULL, "a/b/c" },
		{ "[::1]:5000/x", "[::1]:5000", "x", NULL, "[::1]:5000/x" },
		{ "[2001:db8::1]/x/y:z", "[2001:db8::1]", "x/y", "z",
		  "[2001:db8::1]/x/y:z" },
		{ "EXAMPLE.com/x", "EXAMPLE.com", "x", NULL, "EXAMPLE.com/x" },
		{ "a.b/x.y_z__w---v/1", "a.b", "x.y_z__w---v/1", NULL,
		  "a.b/x.y_z__w---v/1" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(goods); i++) {
		struct ig_err err = { 0 };
		struct ig_ref ref;

		if (ig_ref_parse(&ref, goods[i].text, strlen(goods[i].text),
				 &err) < 0)
			fail_msg("%s: %s", goods[i].text, err.msg);
		assert_string_equal(ref.host, goods[i].host);
		assert_string_equal(ref.path, goods[i].path);
		assert_true(ig_streq(ref.tag, goods[i].tag));
		assert_string_equal(ref.text, goods[i].printed);
		assert_false(ref.has_digest);
		ig_ref_done(&ref);
	}
}

static void keeps_tag_and_digest(void **state)
{
	const char *text = "nginx:1@" DIGEST_A;
	struct ig_err err = { 0 };
	struct ig_ref ref;

	(void)state;
	assert_int_equal(ig_ref_parse(&ref, text, strlen(text), &err), 0);
	assert_string_equal(ref.tag, "1");
	assert_true(ref.has_digest);
	assert_string_equal(ref.digest.text, DIGEST_A);
	assert_string_equal(ref.text, "docker.io/library/nginx:1@" DIGEST_A);
	ig_ref_done(&ref);
	text = "a.b/c@" DIGEST_B;
	assert_int_equal(ig_ref_parse(&ref, text, strlen(text), &err), 0);
	assert_null(ref.tag);
	assert_string_equal(ref.digest.text, DIGEST_B);
	assert_string_equal(ref.text, text);
	ig_ref_done(&ref);
	ig_ref_done(&ref);
}

#define X64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static void refuses_hostile_references(void **state)
{
	static const struct bad bads[] = {
		{ "", IG_EFORMAT, "empty" },
		{ "http://a.b/c", IG_EFORMAT, "no scheme" },
		{ "Nginx", IG_EFORMAT, "upper case in the path" },
		{ "a.b/C", IG_EFORMAT, "upper case in the path" },
		{ "a.b/x..y", IG_EFORMAT, "not a repository path" },
		{ "a.b/../x", IG_EFORMAT, "not a repository path" },
		{ "a.b/./x", IG_EFORMAT, "not a repository path" },
		{ "a.b//x", IG_EFORMAT, "not a repository path" },
		{ "a.b/x/", IG_EFORMAT, "not a repository path" },
		{ "a.b/", IG_EFORMAT, "path is missing" },
		{ "a.b/:tag", IG_EFORMAT, "path is missing" },
		{ "a.b/___x", IG_EFORMAT, "not a repository path" },
		{ "a.b/x___y", IG_EFORMAT, "not a repository path" },
		{ "a.b/-x", IG_EFORMAT, "not a repository path" },
		{ "a.b/x-", IG_EFORMAT, "not a repository path" },
		{ "a.b/%2e%2e/x", IG_EFORMAT, "not a repository path" },
		{ "a.b/x?y", IG_EFORMAT, "not a repository path" },
		{ "a.b/x#y", IG_EFORMAT, "not a repository path" },
		{ "a.b/x:", IG_EFORMAT, "tag behind ':' is empty" },
		{ "a.b/x:-t", IG_EFORMAT, "not a tag" },
		{ "a.b/x:.t", IG_EFORMAT, "not a tag" },
		{ "a.b/x:t/u", IG_EFORMAT, "not a tag" },
		{ "a.b/x:t:u", IG_EFORMAT, "not a tag" },
		{ "a.b/x:" X64 X64 "x", IG_EFORMAT, "longer than 128" },
		{ "a.b/x@", IG_EFORMAT, "digest" },
		{ "a.b/x@sha256:AB", IG_EFORMAT, "digest" },
		{ "a.b/x@sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		  "AAAAAAAAAAAAAAAAA",
		  IG_EFORMAT, "0-9a-f" },
		{ "a.b/x@sha512:" HEX_A HEX_A, IG_EFORMAT, "digest" },
		{ "a.b/x@" DIGEST_A ":t", IG_EFORMAT, "digest" },
		{ "a.b/x@" DIGEST_A "@" DIGEST_A, IG_EFORMAT, "digest" },
		{ "a b/c", IG_EFORMAT, "at byte 2" },
		{ "a.b/c\r\nHost: x", IG_EFORMAT, "at byte 6" },
		{ "a.b/c\x1b[0m", IG_EFORMAT, "at byte 6" },
		{ "a.b/\xc3\xa4", IG_EFORMAT, "non-ASCII" },
		{ "/x/y", IG_EFORMAT, "host is missing" },
		{ "user@a.b/x", IG_EFORMAT, "not a host name" },
		{ "-a.b/x", IG_EFORMAT, "not a host name" },
		{ "a-.b/x", IG_EFORMAT, "not a host name" },
		{ "a..b/x", IG_EFORMAT, "not a host name" },
		{ ".a/x", IG_EFORMAT, "not a host name" },
		{ "a./x", IG_EFORMAT, "not a host name" },
		{ "a.b:/x", IG_EFORMAT, "port" },
		{ "a.b:0/x", IG_EFORMAT, "port" },
		{ "a.b:65536/x", IG_EFORMAT, "port" },
		{ "a.b:99999999999/x", IG_EFORMAT, "port" },
		{ "a.b:80a/x", IG_EFORMAT, "port" },
		{ "[::1/x", IG_EFORMAT, "without ']'" },
		{ "[::g]/x:y", IG_EFORMAT, "IPv6" },
		{ "[fe80::1%25eth0]/x", IG_EFORMAT, "IPv6" },
		{ "[::1]5000/x", IG_EFORMAT, "not a host" },
		{ "a.b/" X64 "/" X64 "/" X64 "/" X64, IG_EFORMAT,
		  "longer than 255" },
		{ X64 X64 X64 X64 X64 X64 X64 X64 "x", IG_EFORMAT,
		  "longer than 512" },
		{ X64 X64 X64 X64 X64 X64 X64 X64, IG_EFORMAT,
		  "longer than 512" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		static const struct ig_ref zero;
		struct ig_err err = { 0 };
		struct ig_ref ref;
		int rc = ig_ref_parse(&ref, bads[i].input,
				      strlen(bads[i].input), &err);

		assert_failed(rc, &err, &bads[i]);
		assert_memory_equal(&ref, &zero, sizeof(ref));
	}
}

static void refuses_a_nul_inside(void **state)
{
	struct ig_err err = { 0 };
	struct ig_ref ref;

	(void)state;
	assert_int_equal(ig_ref_parse(&ref, "a\0b", 3, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
}

static void expanding_twice_changes_nothing(void **state)
{
	struct ig_err err = { 0 };
	char *once = ig_ref_expand("nginx:1", &err);
	char *twice = ig_ref_expand(once, &err);

	(void)state;
	assert_string_equal(once, twice);
	free(once);
	free(twice);
	assert_null(ig_ref_expand("a b", &err));
	assert_int_equal(err.code, IG_EFORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expands_as_linuxkit_does),
		cmocka_unit_test(keeps_tag_and_digest),
		cmocka_unit_test(refuses_hostile_references),
		cmocka_unit_test(refuses_a_nul_inside),
		cmocka_unit_test(expanding_twice_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
