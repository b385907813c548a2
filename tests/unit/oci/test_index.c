/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

#define HEAD "{\"schemaVersion\":2,"
#define PLAT(arch, more)                                                       \
	"{\"mediaType\":\"" IG_MEDIA_MANIFEST "\",\"digest\":\"" DIGEST_A      \
	"\",\"size\":7,\"platform\":{\"architecture\":\"" arch                 \
	"\",\"os\":\"linux\"" more "}}"

static int parse(struct ig_index *out, const char *text, struct ig_err *err)
{
	return ig_index_parse(out, text, strlen(text), err);
}

static void picks_the_first_that_fits(void **state)
{
	const char *text = HEAD
		"\"mediaType\":\"" IG_MEDIA_INDEX "\",\"extra\":[1],"
		"\"manifests\":["
		"{\"mediaType\":\"text/plain\",\"digest\":\"" DIGEST_A
		"\",\"size\":1,\"platform\":{\"architecture\":\"arm64\","
		"\"os\":\"linux\"}}," DESC(
			IG_MEDIA_MANIFEST, DIGEST_A,
			"3") "," PLAT("arm64",
				      ",\"variant\":\"v8\"") "," PLAT("arm64",
								      "") "]}";
	struct ig_err err = { 0 };
	const struct ig_descriptor *found;
	struct ig_index index;

	(void)state;
	assert_int_equal(parse(&index, text, &err), 0);
	assert_int_equal(index.n, 4);
	found = ig_index_pick(&index, "arm64", &err);
	assert_ptr_equal(found, &index.v[2]);
	assert_string_equal(found->platform.variant, "v8");
	assert_int_equal(found->size, 7);
	assert_null(ig_index_pick(&index, "amd64", &err));
	assert_int_equal(err.code, IG_ENOENT);
	assert_non_null(strstr(err.msg, "linux/arm64/v8, linux/arm64"));
	ig_index_done(&index);
	ig_index_done(&index);
}

static void says_so_when_there_is_no_platform(void **state)
{
	const char *text = HEAD "\"manifests\":null}";
	struct ig_err err = { 0 };
	struct ig_index index;

	(void)state;
	assert_int_equal(parse(&index, text, &err), 0);
	assert_null(ig_index_pick(&index, "amd64", &err));
	assert_non_null(strstr(err.msg, "names no platform"));
	ig_index_done(&index);
}

static void shows_no_control_characters_of_platforms(void **state)
{
	const char *text = HEAD "\"manifests\":[" PLAT("\\u001b[31m", "") "]}";
	struct ig_err err = { 0 };
	struct ig_index index;

	(void)state;
	assert_int_equal(parse(&index, text, &err), 0);
	assert_null(ig_index_pick(&index, "amd64", &err));
	assert_non_null(strstr(err.msg, "linux/?[31m"));
	ig_index_done(&index);
}

static void goes_into_a_nested_index_when_nothing_else_fits(void **state)
{
	const char *text = HEAD "\"manifests\":[" DESC(
		IG_MEDIA_INDEX, DIGEST_B, "3") "," PLAT("arm64", "") "]}";
	struct ig_err err = { 0 };
	struct ig_index index;

	(void)state;
	assert_int_equal(parse(&index, text, &err), 0);
	assert_ptr_equal(ig_index_pick(&index, "arm64", &err), &index.v[1]);
	assert_ptr_equal(ig_index_pick(&index, "amd64", &err), &index.v[0]);
	ig_index_done(&index);
}

static void tells_the_kind_of_a_document(void **state)
{
	static const struct {
		const char *json, *want;
		bool own;
	} cases[] = {
		{ HEAD "\"manifests\":[]}", IG_MEDIA_INDEX, false },
		{ HEAD "\"layers\":[]}", IG_MEDIA_MANIFEST, false },
		{ "{\"mediaType\":\"x\",\"manifests\":[]}", "x", true },
	};
	struct ig_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		ig_autofree char *media = NULL;
		bool own = !cases[i].own;

		media = ig_media_of_doc(cases[i].json, strlen(cases[i].json),
					&own, &err);
		assert_string_equal(media, cases[i].want);
		assert_true(own == cases[i].own);
	}
	assert_null(ig_media_of_doc("[]", 2, NULL, &err));
}

static void prefers_the_full_name(void **state)
{
	const char *text = HEAD
		"\"manifests\":[{\"mediaType\":\"" IG_MEDIA_INDEX
		"\",\"digest\":\"" DIGEST_A "\",\"size\":1,\"annotations\":{"
		"\"org.opencontainers.image.ref.name\":\"v1\","
		"\"io.containerd.image.name\":\"docker.io/a/b:v1\"}},"
		"{\"mediaType\":\"" IG_MEDIA_INDEX "\",\"digest\":\"" DIGEST_A
		"\",\"size\":1,\"annotations\":{"
		"\"org.opencontainers.image.ref.name\":\"v1\"}}]}";
	struct ig_err err = { 0 };
	struct ig_index index;

	(void)state;
	assert_int_equal(parse(&index, text, &err), 0);
	assert_string_equal(index.v[0].ref_name, "docker.io/a/b:v1");
	assert_string_equal(index.v[1].ref_name, "v1");
	ig_index_done(&index);
}

static void skips_digests_of_other_algorithms(void **state)
{
	const char *text = HEAD "\"manifests\":[" DESC(
		IG_MEDIA_MANIFEST, "sha512:" HEX_A HEX_A,
		"3") "," DESC(IG_MEDIA_MANIFEST, DIGEST_B, "3") "]}";
	struct ig_err err = { 0 };
	struct ig_index index;

	(void)state;
	assert_int_equal(parse(&index, text, &err), 0);
	assert_int_equal(index.n, 1);
	assert_string_equal(index.v[0].digest.text, DIGEST_B);
	ig_index_done(&index);
}

static void copies_a_descriptor(void **state)
{
	const char *text =
		HEAD "\"manifests\":[" PLAT("arm", ",\"variant\":\"v7\"") "]}";
	struct ig_err err = { 0 };
	struct ig_descriptor copy;
	struct ig_index index;

	(void)state;
	assert_int_equal(parse(&index, text, &err), 0);
	assert_int_equal(ig_descriptor_copy(&copy, &index.v[0], &err), 0);
	ig_index_done(&index);
	assert_string_equal(copy.platform.variant, "v7");
	assert_string_equal(copy.media_type, IG_MEDIA_MANIFEST);
	assert_null(copy.ref_name);
	ig_descriptor_done(&copy);
}

static void refuses_what_is_no_index(void **state)
{
	static const struct bad bads[] = {
		{ "", IG_EFORMAT, "empty" },
		{ "[]", IG_EFORMAT, "not a JSON object" },
		{ "<html>", IG_EFORMAT, "not valid JSON" },
		{ "\xef\xbb\xbf{}", IG_EFORMAT, "not valid JSON" },
		{ "{}", IG_EFORMAT, "schemaVersion: missing" },
		{ HEAD "\"x\":1}", IG_EFORMAT, "manifests: missing" },
		{ HEAD "\"manifests\":[]}{}", IG_EFORMAT, "not valid JSON" },
		{ HEAD "\"manifests\":[],\"manifests\":[]}", IG_EFORMAT,
		  "not valid JSON" },
		{ HEAD "\"manifests\":[],\"layers\":[]}", IG_EFORMAT,
		  "'layers'" },
		{ HEAD "\"manifests\":[],\"config\":null}", IG_EFORMAT,
		  "'config'" },
		{ HEAD "\"manifests\":[],\"mediaType\":\"" IG_MEDIA_MANIFEST
		       "\"}",
		  IG_EFORMAT, "does not fit" },
		{ HEAD "\"manifests\":[],\"mediaType\":2}", IG_EFORMAT,
		  "mediaType: not a string" },
		{ HEAD "\"manifests\":{}}", IG_EFORMAT, "not a list" },
		{ HEAD "\"manifests\":[3]}", IG_EFORMAT, "manifests[0]" },
		{ HEAD "\"manifests\":[" DESC("", DIGEST_A, "3") "]}",
		  IG_EFORMAT, "mediaType: missing" },
		{ HEAD "\"manifests\":[" DESC("a", "sha256:x", "3") "]}",
		  IG_EFORMAT, "manifests[0]: sha256 digest" },
		{ HEAD "\"manifests\":[" DESC("a", "../x:y", "3") "]}",
		  IG_EFORMAT, "manifests[0]: digest" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		struct ig_err err = { 0 };
		struct ig_index index;

		assert_failed(parse(&index, bads[i].input, &err), &err,
			      &bads[i]);
		assert_int_equal(index.n, 0);
		assert_null(index.v);
	}
}

/* Many small values and deep nesting must not cost memory or stack. */
static void refuses_bombs(void **state)
{
	static char text[IG_DOC_MAX + 1];
	struct ig_err err = { 0 };
	struct ig_index index;

	(void)state;
	memset(text, '[', sizeof(text));
	assert_int_equal(ig_index_parse(&index, text, 100000, &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
	for (size_t i = 1; i < sizeof(text); i++)
		text[i] = i % 2 ? '1' : ',';
	assert_int_equal(ig_index_parse(&index, text, IG_DOC_MAX, &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
	assert_int_equal(ig_index_parse(&index, text, sizeof(text), &err), -1);
	assert_non_null(strstr(err.msg, "larger than"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picks_the_first_that_fits),
		cmocka_unit_test(says_so_when_there_is_no_platform),
		cmocka_unit_test(shows_no_control_characters_of_platforms),
		cmocka_unit_test(
			goes_into_a_nested_index_when_nothing_else_fits),
		cmocka_unit_test(tells_the_kind_of_a_document),
		cmocka_unit_test(prefers_the_full_name),
		cmocka_unit_test(skips_digests_of_other_algorithms),
		cmocka_unit_test(copies_a_descriptor),
		cmocka_unit_test(refuses_what_is_no_index),
		cmocka_unit_test(refuses_bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
