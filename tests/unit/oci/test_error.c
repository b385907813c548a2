/* SPDX-License-Identifier: Apache-2.0 */
#include "oci_test.h"

#include <stdlib.h>

#define LONG "0123456789012345678901234567890123456789012345678901234567890123"

static void shows_code_and_message_of_the_first(void **state)
{
	static const struct {
		const char *json, *want;
	} cases[] = {
		{ "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\"},"
		  "{\"code\":\"X\"}]}",
		  "DENIED: no" },
		{ "{\"errors\":[{\"code\":\"DENIED\",\"detail\":{}}]}",
		  "DENIED" },
		{ "{\"errors\":[{\"message\":\"only\"}]}", "only" },
		{ "{\"errors\":[{\"code\":\"A\\u001b[31m\",\"message\":"
		  "\"b\\r\\nc\\u00e4\"}]}",
		  "A?[31m: b??c??" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		char *text = ig_error_doc_text(cases[i].json,
					       strlen(cases[i].json), &err);

		assert_non_null(text);
		assert_string_equal(text, cases[i].want);
		free(text);
	}
}

static void cuts_what_is_long(void **state)
{
	const char *json =
		"{\"errors\":[{\"code\":\"" LONG LONG LONG LONG "\"}]}";
	struct ig_err err = { 0 };
	char *text = ig_error_doc_text(json, strlen(json), &err);

	(void)state;
	assert_int_equal(strlen(text), 200);
	free(text);
}

static void refuses_other_documents(void **state)
{
	static const char *const texts[] = {
		"",
		"<html>",
		"[]",
		"{}",
		"{\"errors\":[]}",
		"{\"errors\":{\"code\":\"x\"}}",
		"{\"errors\":[1]}",
		"{\"errors\":[{\"code\":1}]}",
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(texts); i++) {
		struct ig_err err = { 0 };

		assert_null(
			ig_error_doc_text(texts[i], strlen(texts[i]), &err));
		assert_int_not_equal(err.code, IG_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_code_and_message_of_the_first),
		cmocka_unit_test(cuts_what_is_long),
		cmocka_unit_test(refuses_other_documents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
