/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

static int parse(struct ig_docker_save **out, size_t *n, const char *text,
		 struct ig_err *err)
{
	return ig_docker_save_parse(out, n, text, strlen(text), err);
}

static void reads_images_with_and_without_tags(void **state)
{
	const char *text =
		"[{\"Config\":\"a.json\",\"RepoTags\":[\"x:1\",\"y:2\"],"
		"\"Layers\":[\"d/layer.tar\",\"blobs/sha256/" HEX_A "\"]},"
		"{\"Config\":\"b.json\",\"RepoTags\":null,\"Layers\":[]}]";
	struct ig_err err = { 0 };
	struct ig_docker_save *v;
	size_t n;

	(void)state;
	assert_int_equal(parse(&v, &n, text, &err), 0);
	assert_int_equal(n, 2);
	assert_string_equal(v[0].config, "a.json");
	assert_int_equal(v[0].tags_n, 2);
	assert_string_equal(v[0].tags[1], "y:2");
	assert_string_equal(v[0].layers[0], "d/layer.tar");
	assert_int_equal(v[1].tags_n + v[1].layers_n, 0);
	ig_docker_save_free(v, n);
	ig_docker_save_free(NULL, 0);
}

static void refuses_paths_that_lead_outside(void **state)
{
	static const struct bad bads[] = {
		{ "{}", IG_EFORMAT, "not a JSON list" },
		{ "[{}]", IG_EFORMAT, "image 0: Config: missing" },
		{ "[3]", IG_EFORMAT, "not a JSON object" },
		{ "[{\"Config\":\"/etc/passwd\"}]", IG_EFORMAT,
		  "not a path inside" },
		{ "[{\"Config\":\"../x\"}]", IG_EFORMAT, "not a path inside" },
		{ "[{\"Config\":\"a/./x\"}]", IG_EFORMAT, "not a path inside" },
		{ "[{\"Config\":\"a/\"}]", IG_EFORMAT, "not a path inside" },
		{ "[{\"Config\":\"a\",\"Layers\":[\"b\",\"c/../../d\"]}]",
		  IG_EFORMAT, "Layers[1]" },
		{ "[{\"Config\":\"a\",\"Layers\":[\"\"]}]", IG_EFORMAT,
		  "Layers[0]" },
		{ "[{\"Config\":\"a\",\"RepoTags\":[1]}]", IG_EFORMAT,
		  "RepoTags: not a string" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		struct ig_err err = { 0 };
		struct ig_docker_save *v;
		size_t n;

		assert_failed(parse(&v, &n, bads[i].input, &err), &err,
			      &bads[i]);
		assert_null(v);
		assert_int_equal(n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_images_with_and_without_tags),
		cmocka_unit_test(refuses_paths_that_lead_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
