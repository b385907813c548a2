/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#include <jansson.h>

/* Names come from a spec, reasons from a guest. */
#define HOSTILE                                                                \
	"<a href=\"x\">&amp; ]]> \x01\x1b[31m \xff\xef\xbf\xbf \xc3\xbc\n'"

static const struct ig_test tests[] = {
	{ .name = "page", .kind = IG_TEST_HTTP },
	{ .name = HOSTILE, .kind = IG_TEST_FILE, .after_reboot = true },
};

static const struct ig_suite_about about = { .name = "w\"eb",
					     .arch = "amd64",
					     .format = "kernel+initrd",
					     .log = "a&b.log" };

static void make(struct ig_suite *out, struct ig_result v[2])
{
	memset(v, 0, 2 * sizeof(*v));
	v[0] = (struct ig_result){ .test = &tests[0],
				   .passed = true,
				   .ms = 1234 };
	v[1] = (struct ig_result){ .test = &tests[1], .ms = 60007 };
	snprintf(v[1].reason, sizeof(v[1].reason), "%s", HOSTILE);
	*out = (struct ig_suite){ .n = 2, .v = v, .ms = 61000 };
}

static void xml_has_nothing_that_is_no_xml(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	struct ig_result v[2];
	struct ig_suite suite;
	struct ig_err err = { 0 };

	(void)state;
	make(&suite, v);
	assert_int_equal(ig_suite_failed(&suite), 1);
	assert_int_equal(ig_suite_junit(&out, &suite, &about, &err), 0);
	assert_non_null(strstr(
		out.data,
		"<testsuites tests=\"2\" failures=\"1\" errors=\"0\" time=\"61.000\">"));
	assert_non_null(strstr(out.data, "<testsuite name=\"w&quot;eb\""));
	assert_non_null(strstr(
		out.data,
		"<testcase name=\"page\" classname=\"w&quot;eb\" time=\"1.234\"/>"));
	assert_non_null(strstr(
		out.data,
		"<failure type=\"file\" message=\"&lt;a href=&quot;x&quot;&gt;&amp;amp; ]]&gt; \xef\xbf\xbd\xef\xbf\xbd[31m \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xc3\xbc\xef\xbf\xbd'\"/>"));
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.data[i] == '\n' ||
			    (unsigned char)out.data[i] >= 0x20);
	assert_non_null(strstr(out.data, "value=\"a&amp;b.log\""));
}

static void json_is_read_back(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	struct ig_result v[2];
	struct ig_suite suite;
	struct ig_err err = { 0 };
	json_error_t where;
	json_t *doc;
	const json_t *test;

	(void)state;
	make(&suite, v);
	assert_int_equal(ig_suite_json(&out, &suite, &about, &err), 0);
	doc = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, &where);
	assert_non_null(doc);
	assert_string_equal(json_string_value(json_object_get(doc, "name")),
			    "w\"eb");
	assert_true(json_is_false(json_object_get(doc, "passed")));
	assert_int_equal(json_array_size(json_object_get(doc, "tests")), 2);
	test = json_array_get(json_object_get(doc, "tests"), 0);
	assert_true(json_is_true(json_object_get(test, "passed")));
	assert_true(json_is_null(json_object_get(test, "reason")));
	test = json_array_get(json_object_get(doc, "tests"), 1);
	assert_true(json_is_true(json_object_get(test, "afterReboot")));
	assert_string_equal(json_string_value(json_object_get(test, "kind")),
			    "file");
	assert_non_null(strstr(
		json_string_value(json_object_get(test, "reason")), "]]>"));
	json_decref(doc);
}

static void no_test_is_no_failure(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1u << 20);
	const struct ig_suite suite = { 0 };
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_suite_json(&out, &suite, &about, &err), 0);
	assert_non_null(strstr(out.data, "\"passed\": true"));
	assert_int_equal(ig_suite_failed(&suite), 0);
}

static void a_report_that_is_too_long_is_an_error(void **state)
{
	struct ig_result v[2];
	struct ig_suite suite;

	(void)state;
	make(&suite, v);
	for (size_t max = 0; max < 600; max += 7) {
		IG_AUTO(ig_buf_done) struct ig_buf one = IG_BUF_INIT(max);
		IG_AUTO(ig_buf_done) struct ig_buf two = IG_BUF_INIT(max);
		struct ig_err err = { 0 };

		if (ig_suite_junit(&one, &suite, &about, &err) < 0)
			assert_int_equal(err.code, IG_ELIMIT);
		ig_err_clear(&err);
		if (ig_suite_json(&two, &suite, &about, &err) < 0)
			assert_int_equal(err.code, IG_ELIMIT);
	}
}

int main(void)
{
	static const struct CMUnitTest list[] = {
		cmocka_unit_test(xml_has_nothing_that_is_no_xml),
		cmocka_unit_test(json_is_read_back),
		cmocka_unit_test(no_test_is_no_failure),
		cmocka_unit_test(a_report_that_is_too_long_is_an_error),
	};

	return cmocka_run_group_tests(list, NULL, NULL);
}
