/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

#define HEAD	     "{\"schemaVersion\":2,"
#define CONFIG	     "\"config\":" DESC(IG_MEDIA_CONFIG, DIGEST_A, "2")
#define LAYERS(size) "\"layers\":[" DESC(IG_MEDIA_LAYER, DIGEST_B, size) "]"

static int parse(struct ig_manifest *out, const char *text, struct ig_err *err)
{
	return ig_manifest_parse(out, text, strlen(text), err);
}

static void reads_config_and_layers(void **state)
{
	const char *text =
		HEAD "\"mediaType\":\"" IG_MEDIA_DOCKER_MANIFEST "\"," CONFIG
		     "," LAYERS("9223372036854775807") ",\"unknown\":{}}";
	struct ig_err err = { 0 };
	struct ig_manifest man;

	(void)state;
	assert_int_equal(parse(&man, text, &err), 0);
	assert_string_equal(man.config.digest.text, DIGEST_A);
	assert_int_equal(man.layers_n, 1);
	assert_true(man.layers[0].size == INT64_MAX);
	assert_string_equal(man.layers[0].media_type, IG_MEDIA_LAYER);
	ig_manifest_done(&man);
	ig_manifest_done(&man);
}

static void takes_an_image_without_layers(void **state)
{
	struct ig_err err = { 0 };
	struct ig_manifest man;

	(void)state;
	assert_int_equal(parse(&man, HEAD CONFIG ",\"layers\":[]}", &err), 0);
	assert_int_equal(man.layers_n, 0);
	ig_manifest_done(&man);
}

static void refuses_what_is_no_manifest(void **state)
{
	static const struct bad bads[] = {
		{ "[]", IG_EFORMAT, "not a JSON object" },
		{ "{\"schemaVersion\":1," CONFIG "}", IG_EFORMAT,
		  "schemaVersion 1 is not supported" },
		{ "{\"schemaVersion\":3," CONFIG "}", IG_EFORMAT, "is not 2" },
		{ "{\"schemaVersion\":\"2\"," CONFIG "}", IG_EFORMAT,
		  "not an integer" },
		{ HEAD LAYERS("1") "}", IG_EFORMAT, "config: missing" },
		{ HEAD CONFIG "}", IG_EFORMAT, "layers: missing" },
		{ HEAD CONFIG "," LAYERS("1") ",\"manifests\":[]}", IG_EFORMAT,
		  "'manifests'" },
		{ HEAD CONFIG "," LAYERS("1") ",\"mediaType\":\"" IG_MEDIA_INDEX
					      "\"}",
		  IG_EFORMAT, "does not fit" },
		{ HEAD CONFIG "," LAYERS("-1") "}", IG_EFORMAT,
		  "layers[0]: size: negative" },
		{ HEAD CONFIG "," LAYERS("1e3") "}", IG_EFORMAT,
		  "layers[0]: size: not an integer" },
		{ HEAD CONFIG "," LAYERS("1.0") "}", IG_EFORMAT,
		  "not an integer" },
		{ HEAD CONFIG "," LAYERS("\"12\"") "}", IG_EFORMAT,
		  "not an integer" },
		{ HEAD CONFIG "," LAYERS("true") "}", IG_EFORMAT,
		  "not an integer" },
		{ HEAD CONFIG "," LAYERS("null") "}", IG_EFORMAT,
		  "size: missing" },
		{ HEAD CONFIG "," LAYERS("9223372036854775808") "}", IG_EFORMAT,
		  "not valid JSON" },
		{ HEAD CONFIG "," LAYERS("012") "}", IG_EFORMAT,
		  "not valid JSON" },
		{ HEAD "\"config\":" DESC("a", DIGEST_A "\\u0000x",
					  "1") "," LAYERS("1") "}",
		  IG_EFORMAT, "not valid JSON" },
		{ HEAD CONFIG "," LAYERS("1") ",\"x\":\"\xff\"}", IG_EFORMAT,
		  "not valid JSON" },
		{ HEAD CONFIG "," LAYERS("1") ",\"x\":\"\\ud800\"}", IG_EFORMAT,
		  "not valid JSON" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		struct ig_err err = { 0 };
		struct ig_manifest man;

		assert_failed(parse(&man, bads[i].input, &err), &err, &bads[i]);
		assert_int_equal(man.layers_n, 0);
		assert_null(man.config.media_type);
	}
}

static void refuses_too_many_layers(void **state)
{
	struct ig_buf text = IG_BUF_INIT(IG_DOC_MAX);
	struct ig_err err = { 0 };
	struct ig_manifest man;

	(void)state;
	ig_buf_puts(&text, HEAD CONFIG ",\"layers\":[0", &err);
	for (int i = 0; i < 1000; i++)
		ig_buf_puts(&text, ",0", &err);
	ig_buf_puts(&text, "]}", &err);
	assert_int_equal(ig_manifest_parse(&man, text.data, text.len, &err),
			 -1);
	assert_int_equal(err.code, IG_ELIMIT);
	ig_buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_config_and_layers),
		cmocka_unit_test(takes_an_image_without_layers),
		cmocka_unit_test(refuses_what_is_no_manifest),
		cmocka_unit_test(refuses_too_many_layers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
