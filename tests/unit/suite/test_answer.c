/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

static int parse(struct answer *out, const char *text)
{
	return answer_parse(out, text, strlen(text));
}

static void reads_what_is_there(void **state)
{
	struct answer a;

	(void)state;
	assert_int_equal(
		parse(&a,
		      "{\"id\":7,\"code\":0,\"stdout\":\"a\\nb\",\"stderr\":\"\",\"cut\":false}"),
		0);
	assert_int_equal(a.id, 7);
	assert_int_equal(a.code, 0);
	assert_int_equal(a.signal, -1);
	assert_string_equal(a.output, "a\nb");
	assert_string_equal(a.said, "");
	assert_null(a.error);
	assert_false(a.ended || a.started || a.done);
	answer_done(&a);
	assert_int_equal(
		parse(&a,
		      "{\"id\":8,\"ended\":true,\"started\":true,\"signal\":9,\"error\":\"x\",\"mode\":420,\"totalKiB\":9,\"availableKiB\":3,\"type\":\"file\",\"contents\":\"c\"}"),
		0);
	assert_true(a.ended && a.started);
	assert_int_equal(a.signal, 9);
	assert_int_equal(a.code, -1);
	assert_int_equal(a.mode, 420);
	assert_int_equal(a.total_kib - a.available_kib, 6);
	assert_string_equal(a.error, "x");
	assert_string_equal(a.type, "file");
	assert_string_equal(a.contents, "c");
	answer_done(&a);
}

static void what_has_another_type_is_not_there(void **state)
{
	struct answer a;

	(void)state;
	assert_int_equal(
		parse(&a,
		      "{\"id\":1,\"code\":\"0\",\"stdout\":5,\"error\":null,\"ended\":1,\"signal\":-3,\"totalKiB\":1e3,\"availableKiB\":99999999999999999}"),
		0);
	assert_int_equal(a.code, -1);
	assert_int_equal(a.signal, -1);
	assert_int_equal(a.total_kib, -1);
	assert_int_equal(a.available_kib, -1);
	assert_null(a.output);
	assert_null(a.error);
	assert_false(a.ended);
	answer_done(&a);
}

static void refuses_what_is_no_answer(void **state)
{
	static const char *const lines[] = {
		"",
		"x",
		"[]",
		"{}",
		"{\"id\":-1}",
		"{\"id\":\"1\"}",
		"{\"id\":1,\"id\":1}",
		"{\"id\":1",
		"{\"id\":1} x",
		"{\"id\":1,\"stdout\":\"\\u0000\"}",
		"{\"id\":1,\"stdout\":\"\xff\"}",
	};
	struct answer a;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(lines); i++) {
		assert_int_equal(parse(&a, lines[i]), -1);
		assert_null(a.output);
		assert_null(a.error);
	}
}

static void refuses_a_line_that_is_too_long(void **state)
{
	static char text[ANSWER_MAX + 20];
	struct answer a;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "{\"id\":1}", 8);
	assert_int_equal(answer_parse(&a, text, ANSWER_MAX + 1), -1);
	assert_int_equal(answer_parse(&a, text, ANSWER_MAX), 0);
	answer_done(&a);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_there),
		cmocka_unit_test(what_has_another_type_is_not_there),
		cmocka_unit_test(refuses_what_is_no_answer),
		cmocka_unit_test(refuses_a_line_that_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
