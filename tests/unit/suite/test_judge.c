/* SPDX-License-Identifier: Apache-2.0 */
#include "support.h"

#define NONE                                                                   \
	.code = -1, .signal = -1, .mode = -1, .total_kib = -1,                 \
	.available_kib = -1

static char why[IG_SUITE_REASON];

static void check(enum verdict got, enum verdict want, const char *part)
{
	assert_int_equal(got, want);
	if (part && !strstr(why, part))
		fail_msg("'%s' has no '%s'", why, part);
	why[0] = '\0';
}

static void a_page_has_its_status_and_body(void **state)
{
	static const struct ig_test_http plain = { .set = true, .port = 80 };
	static const struct ig_test_http body = { .set = true,
						  .port = 80,
						  .status = { true, 404 },
						  .body = "^a.c$" };

	(void)state;
	check(judge_http(why, &plain, 200, "x"), VERDICT_PASS, NULL);
	check(judge_http(why, &plain, 503, "x"), VERDICT_AGAIN,
	      "status 503, not 200");
	check(judge_http(why, &body, 200, "abc"), VERDICT_AGAIN,
	      "status 200, not 404");
	check(judge_http(why, &body, 404, "x\nabc\n"), VERDICT_PASS, NULL);
	check(judge_http(why, &body, 404, "<b>\033[31m"), VERDICT_AGAIN,
	      "the body has no '^a.c$': '<b>?[31m'");
}

static void a_command_has_its_code_and_output(void **state)
{
	static const struct ig_test_exec plain = { .set = true };
	static const struct ig_test_exec much = { .set = true,
						  .code = { true, 3 },
						  .output = "ok" };
	char ok[] = "all ok", bad[] = "oh", no[] = "no such service";
	struct answer a = { NONE };

	(void)state;
	a.code = 0;
	check(judge_exec(why, &plain, &a), VERDICT_PASS, NULL);
	check(judge_exec(why, &much, &a), VERDICT_AGAIN, "code 0, not 3");
	a.code = 3;
	a.said = bad;
	check(judge_exec(why, &plain, &a), VERDICT_AGAIN, "code 3, not 0: oh");
	check(judge_exec(why, &much, &a), VERDICT_AGAIN,
	      "its output has no 'ok': ''");
	a.output = ok;
	check(judge_exec(why, &much, &a), VERDICT_PASS, NULL);
	a.code = -1;
	check(judge_exec(why, &much, &a), VERDICT_AGAIN, "not known");
	a.signal = 11;
	check(judge_exec(why, &much, &a), VERDICT_AGAIN,
	      "ended by signal 11, not with code 3");
	a.error = no;
	check(judge_exec(why, &much, &a), VERDICT_AGAIN, "no such service");
}

static void a_step_that_ended_wrong_never_gets_right(void **state)
{
	static const struct ig_test_exit step = { .set = true, .onboot = "s" };
	static const struct ig_test_exit service = { .set = true,
						     .service = "s",
						     .code = { true, 1 } };
	struct answer a = { NONE };

	(void)state;
	check(judge_exit(why, &step, &a), VERDICT_AGAIN, "has not ended");
	a.ended = true;
	check(judge_exit(why, &step, &a), VERDICT_NEVER,
	      "could not be started");
	check(judge_exit(why, &service, &a), VERDICT_AGAIN,
	      "could not be started");
	a.started = true;
	check(judge_exit(why, &step, &a), VERDICT_NEVER, "code is not known");
	a.code = 1;
	check(judge_exit(why, &step, &a), VERDICT_NEVER, "code 1, not 0");
	check(judge_exit(why, &service, &a), VERDICT_PASS, NULL);
	a.code = 0;
	check(judge_exit(why, &step, &a), VERDICT_PASS, NULL);
	check(judge_exit(why, &service, &a), VERDICT_AGAIN, "code 0, not 1");
}

static void a_file_has_its_mode_and_contents(void **state)
{
	static const struct ig_test_file there = { .set = true, .path = "/x" };
	static const struct ig_test_file much = {
		.set = true, .path = "/x", .mode = "0644", .contents = "^b$"
	};
	char file[] = "file", folder[] = "directory", text[] = "a\nb\n";
	char no[] = "No such file or directory";
	struct answer a = { NONE };

	(void)state;
	a.error = no;
	check(judge_file(why, &there, &a), VERDICT_AGAIN, "'/x': No such file");
	a.error = NULL;
	a.mode = 0755;
	a.type = folder;
	check(judge_file(why, &there, &a), VERDICT_PASS, NULL);
	check(judge_file(why, &much, &a), VERDICT_AGAIN, "mode 0755, not 0644");
	a.mode = 0644;
	check(judge_file(why, &much, &a), VERDICT_AGAIN,
	      "no file but a directory");
	a.type = file;
	check(judge_file(why, &much, &a), VERDICT_AGAIN, "the file has no");
	a.contents = text;
	check(judge_file(why, &much, &a), VERDICT_PASS, NULL);
}

static void memory_is_what_is_not_available(void **state)
{
	static const struct ig_test_memory want = { .set = true,
						    .below = "2M",
						    .bytes = 2u << 20 };
	struct answer a = { NONE };

	(void)state;
	check(judge_memory(why, &want, &a), VERDICT_AGAIN, "not known");
	a.total_kib = 10240;
	a.available_kib = 10241;
	check(judge_memory(why, &want, &a), VERDICT_AGAIN, "not known");
	a.available_kib = 10240 - 2047;
	check(judge_memory(why, &want, &a), VERDICT_PASS, NULL);
	a.available_kib = 10240 - 2048 - 512;
	check(judge_memory(why, &want, &a), VERDICT_AGAIN,
	      "2.5M in use of 10M, not below 2M");
}

static void the_console_is_read_by_lines(void **state)
{
	static const char text[] = "one\r\ntwo three\r\nlog\0in: ";
	const size_t len = sizeof(text) - 1;
	size_t seen = 0;

	(void)state;
	assert_true(judge_lines("^one$", text, len, &seen));
	seen = 0;
	assert_false(judge_lines("one.*two", text, len, &seen));
	/* what has no end of line is looked at again when there is more */
	assert_int_equal(seen, 16);
	assert_true(judge_lines("^log\\?in: $", text, len, &seen));
	assert_int_equal(seen, 16);
	assert_false(judge_lines("three", text, len, &seen));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_its_status_and_body),
		cmocka_unit_test(a_command_has_its_code_and_output),
		cmocka_unit_test(a_step_that_ended_wrong_never_gets_right),
		cmocka_unit_test(a_file_has_its_mode_and_contents),
		cmocka_unit_test(memory_is_what_is_not_available),
		cmocka_unit_test(the_console_is_read_by_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
