/* SPDX-License-Identifier: Apache-2.0 */
#include "registry_test.h"

#include <ingot/log.h>

static unsigned warnings;
static char last[300];

static void say(void *ctx, enum ig_level level, const char *text)
{
	(void)ctx;
	if (level != IG_LOG_WARN)
		return;
	warnings++;
	strncpy(last, text, sizeof(last) - 1);
}

static const struct ig_log count_warnings = { .say = say };

static void put(struct answer *answer, struct ig_registry *registry,
		const char *line)
{
	answer_header(answer, registry, line, strlen(line));
}

static void keeps_the_headers_of_the_last_answer(void **state)
{
	struct ig_registry registry = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct answer answer = { 0 };

	(void)state;
	put(&answer, &registry, "HTTP/1.1 307 Temporary Redirect\r\n");
	put(&answer, &registry, "Retry-After: 9\r\n");
	put(&answer, &registry, "Location: /elsewhere\r\n");
	put(&answer, &registry, "HTTP/1.1 200 OK\r\n");
	put(&answer, &registry, "content-TYPE:  text/html; charset=x \r\n");
	put(&answer, &registry, "Docker-Content-Digest:sha256:a\r\n");
	put(&answer, &registry, "Content-Typeface: no\r\n");
	put(&answer, &registry, "Date:\r\n");
	put(&answer, &registry, "\r\n");
	put(&answer, &registry, "");
	assert_string_equal(answer.type, "text/html; charset=x");
	assert_string_equal(answer.digest, "sha256:a");
	assert_string_equal(answer.retry_after, "");
	assert_string_equal(answer.date, "");
	assert_string_equal(answer.location, "");
}

static void cuts_long_headers(void **state)
{
	struct ig_registry registry = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct answer answer = { 0 };
	char line[2 * PLACE_MAX];

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "Date: ", 6);
	answer_header(&answer, &registry, line, sizeof(line));
	assert_int_equal(strlen(answer.date), FIELD_MAX - 1);
	memcpy(line, "Location: ", 10);
	answer_header(&answer, &registry, line, sizeof(line));
	assert_int_equal(strlen(answer.location), PLACE_MAX - 1);
}

static void shows_a_warning_once_without_control_characters(void **state)
{
	struct ig_registry registry = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct answer answer = { 0 };

	(void)state;
	ig_log_set(&count_warnings);
	put(&answer, &registry, "Warning: 299 - \"moved \x1b[1m\"\r\n");
	put(&answer, &registry, "Warning: 299 - \"moved \x1b[1m\"\r\n");
	put(&answer, &registry, "Warning: 110 - \"stale\"\r\n");
	ig_log_set(NULL);
	assert_int_equal(warnings, 1);
	assert_non_null(strstr(last, "\"moved ?[1m\""));
}

static void names_status_and_error(void **state)
{
	static const struct {
		long status;
		const char *body;
		enum ig_code code;
		const char *part;
	} cases[] = {
		{ 404,
		  "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":"
		  "\"manifest\\nunknown\"}]}",
		  IG_ENOENT,
		  "'a.b' answered with status 404: MANIFEST_UNKNOWN: manifest?unknown" },
		{ 403, "<html>", IG_ENET, "status 403" },
		{ 500, "", IG_ENET, "status 500" },
		{ 401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\"}]}", IG_ENET,
		  "'a.b' wants a login (status 401, UNAUTHORIZED)" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct fetch fetch = { .host = "a.b" };
		struct answer answer = { .status = cases[i].status };
		struct ig_buf body = IG_BUF_INIT(1000);
		struct ig_err err = { 0 };

		assert_int_equal(ig_buf_puts(&body, cases[i].body, &err), 0);
		assert_int_equal(answer_fail(&answer, &fetch, &body, &err), -1);
		assert_int_equal(err.code, cases[i].code);
		if (!strstr(err.msg, cases[i].part))
			fail_msg("%s", err.msg);
		ig_buf_done(&body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_headers_of_the_last_answer),
		cmocka_unit_test(cuts_long_headers),
		cmocka_unit_test(
			shows_a_warning_once_without_control_characters),
		cmocka_unit_test(names_status_and_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
