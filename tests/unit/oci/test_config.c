/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

#define HEAD "{\"architecture\":\"arm64\",\"os\":\"linux\","
#define ROOTFS                                                                 \
	"\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" DIGEST_A "\"]}"

static int parse(struct ig_image_config *out, const char *text,
		 struct ig_err *err)
{
	return ig_image_config_parse(out, text, strlen(text), err);
}

static void reads_what_is_used(void **state)
{
	const char *text = HEAD
		"\"config\":{\"Entrypoint\":[\"/a\"],\"Cmd\":[\"b\",\"\"],"
		"\"Env\":[\"PATH=/bin\"],\"WorkingDir\":\"/w\",\"User\":\"1:2\","
		"\"Labels\":{\"k\":\"v\",\"e\":\"\"}},\"history\":[{}]," ROOTFS
		"}";
	struct ig_err err = { 0 };
	struct ig_image_config config;

	(void)state;
	assert_int_equal(parse(&config, text, &err), 0);
	assert_string_equal(config.arch, "arm64");
	assert_int_equal(config.entrypoint_n, 1);
	assert_int_equal(config.cmd_n, 2);
	assert_string_equal(config.cmd[1], "");
	assert_string_equal(config.env[0], "PATH=/bin");
	assert_string_equal(config.workdir, "/w");
	assert_string_equal(config.user, "1:2");
	assert_string_equal(config.diff_ids[0].text, DIGEST_A);
	assert_string_equal(ig_image_label(&config, "k"), "v");
	assert_string_equal(ig_image_label(&config, "e"), "");
	assert_null(ig_image_label(&config, "x"));
	ig_image_config_done(&config);
	ig_image_config_done(&config);
}

static void takes_absent_and_null_for_empty(void **state)
{
	static const char *const texts[] = {
		HEAD ROOTFS "}",
		HEAD "\"config\":null," ROOTFS "}",
		HEAD
		"\"config\":{\"Entrypoint\":null,\"Cmd\":null,\"Env\":null,"
		"\"User\":\"\",\"WorkingDir\":\"\",\"Labels\":null}," ROOTFS
		"}",
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		struct ig_err err = { 0 };
		struct ig_image_config config;

		assert_int_equal(parse(&config, texts[i], &err), 0);
		assert_int_equal(config.entrypoint_n + config.cmd_n +
					 config.env_n + config.labels_n,
				 0);
		assert_null(config.user);
		assert_null(config.workdir);
		ig_image_config_done(&config);
	}
}

static void refuses_what_is_no_config(void **state)
{
	static const struct bad bads[] = {
		{ "[]", IG_EFORMAT, "not a JSON object" },
		{ "#!", IG_EFORMAT, "not valid JSON" },
		{ "{" ROOTFS "}", IG_EFORMAT, "architecture: missing" },
		{ HEAD "\"config\":{}}", IG_EFORMAT, "rootfs: missing" },
		{ HEAD "\"rootfs\":{\"diff_ids\":[]}}", IG_EFORMAT,
		  "rootfs: type: missing" },
		{ HEAD "\"rootfs\":{\"type\":\"x\"}}", IG_EFORMAT,
		  "type is not" },
		{ HEAD "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":"
		       "[\"sha256:xyz\"]}}",
		  IG_EFORMAT, "rootfs: diff_ids[0]: sha256 digest" },
		{ HEAD "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[1]}}",
		  IG_EFORMAT, "diff_ids[0]: not a string" },
		{ HEAD "\"config\":{\"Env\":[1,2]}," ROOTFS "}", IG_EFORMAT,
		  "config: Env: not a string" },
		{ HEAD "\"config\":{\"Cmd\":\"sh\"}," ROOTFS "}", IG_EFORMAT,
		  "config: Cmd: not a list" },
		{ HEAD "\"config\":{\"Cmd\":[\"sh\\u0000x\"]}," ROOTFS "}",
		  IG_EFORMAT, "not valid JSON" },
		{ HEAD "\"config\":{\"Labels\":{\"a\":\"b\",\"k\":1}}," ROOTFS
		       "}",
		  IG_EFORMAT, "config: Labels: 'k'" },
		{ HEAD "\"config\":{\"Labels\":[]}," ROOTFS "}", IG_EFORMAT,
		  "Labels: not an object" },
		{ HEAD "\"config\":[]," ROOTFS "}", IG_EFORMAT,
		  "config: not an object" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		static const struct ig_image_config zero;
		struct ig_err err = { 0 };
		struct ig_image_config config;

		assert_failed(parse(&config, bads[i].input, &err), &err,
			      &bads[i]);
		assert_memory_equal(&config, &zero, sizeof(config));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_used),
		cmocka_unit_test(takes_absent_and_null_for_empty),
		cmocka_unit_test(refuses_what_is_no_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
