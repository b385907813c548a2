/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

#define ROOTFS                                                                 \
	"\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" DIGEST_A "\"]}"

static void writes_the_index_that_it_reads(void **state)
{
	const char *text =
		"{\"schemaVersion\":2,\"mediaType\":\"" IG_MEDIA_INDEX
		"\",\"manifests\":[{\"mediaType\":\"" IG_MEDIA_MANIFEST
		"\",\"digest\":\"" DIGEST_A "\",\"size\":12,\"annotations\":{"
		"\"io.containerd.image.name\":\"a.b/c:d\","
		"\"org.opencontainers.image.ref.name\":\"a.b/c:d\"},"
		"\"platform\":{\"architecture\":\"arm\",\"os\":\"linux\","
		"\"variant\":\"v7\"}},{\"mediaType\":\"" IG_MEDIA_INDEX
		"\",\"digest\":\"" DIGEST_B "\",\"size\":0,\"annotations\":{"
		"\"org.opencontainers.image.ref.name\":\"v1\"}}]}";
	struct ig_buf out = IG_BUF_INIT(IG_DOC_MAX);
	struct ig_err err = { 0 };
	struct ig_index index;

	(void)state;
	assert_int_equal(ig_index_parse(&index, text, strlen(text), &err), 0);
	assert_int_equal(ig_index_write(&out, &index, &err), 0);
	assert_string_equal(out.data, text);
	ig_index_done(&index);
	ig_buf_clear(&out);
	assert_int_equal(ig_index_write(&out, &index, &err), 0);
	assert_non_null(strstr(out.data, ",\"manifests\":[]}"));
	ig_buf_done(&out);
}

static void writes_the_manifest_that_it_reads(void **state)
{
	const char *text =
		"{\"schemaVersion\":2,\"mediaType\":\"" IG_MEDIA_MANIFEST
		"\",\"config\":" DESC(IG_MEDIA_CONFIG, DIGEST_A,
				      "3") ",\"layers\":[" DESC(IG_MEDIA_LAYER,
								DIGEST_B,
								"4") "]}";
	struct ig_buf out = IG_BUF_INIT(IG_DOC_MAX);
	struct ig_err err = { 0 };
	struct ig_manifest man;

	(void)state;
	assert_int_equal(ig_manifest_parse(&man, text, strlen(text), &err), 0);
	assert_int_equal(ig_manifest_write(&out, &man, &err), 0);
	assert_string_equal(out.data, text);
	ig_manifest_done(&man);
	ig_buf_done(&out);
}

static void check_config(const char *text, const char *want)
{
	struct ig_buf out = IG_BUF_INIT(IG_DOC_MAX);
	struct ig_err err = { 0 };
	struct ig_image_config config;

	assert_int_equal(
		ig_image_config_parse(&config, text, strlen(text), &err), 0);
	assert_int_equal(ig_image_config_write(&out, &config, &err), 0);
	assert_string_equal(out.data, want);
	ig_image_config_done(&config);
	ig_buf_done(&out);
}

static void writes_configs_with_sorted_labels(void **state)
{
	(void)state;
	check_config("{\"os\":\"linux\",\"architecture\":\"amd64\"," ROOTFS "}",
		     "{\"architecture\":\"amd64\",\"os\":\"linux\","
		     "\"config\":{}," ROOTFS ",\"history\":[]}");
	check_config("{\"os\":\"linux\",\"architecture\":\"amd64\",\"config\":{"
		     "\"Labels\":{\"b\":\"<\",\"a\":\"1\"},\"Cmd\":[\"x\"],"
		     "\"WorkingDir\":\"/w\",\"Entrypoint\":[\"e\",\"f\"],"
		     "\"Env\":[\"A=1\"],\"User\":\"u\"}," ROOTFS "}",
		     "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{"
		     "\"User\":\"u\",\"Env\":[\"A=1\"],"
		     "\"Entrypoint\":[\"e\",\"f\"],\"Cmd\":[\"x\"],"
		     "\"WorkingDir\":\"/w\","
		     "\"Labels\":{\"a\":\"1\",\"b\":\"\\u003c\"}}," ROOTFS
		     ",\"history\":[]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_index_that_it_reads),
		cmocka_unit_test(writes_the_manifest_that_it_reads),
		cmocka_unit_test(writes_configs_with_sorted_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
