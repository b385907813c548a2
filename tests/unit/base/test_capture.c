/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/proc.h>

static int run(const char *script, struct ig_buf *out, struct ig_buf *said,
	       struct ig_err *err)
{
	const char *const argv[] = { "sh", "-c", script, NULL };
	const struct ig_proc proc = {
		.argv = argv, .in = -1, .out = -1, .err = -1
	};

	return ig_proc_run(&proc, out, said, err);
}

static void collects_both_outputs(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1000000);
	IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(1000000);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(run("echo out; echo said >&2", &out, &said, &err), 0);
	assert_string_equal(out.data, "out\n");
	assert_string_equal(said.data, "said\n");
	/* More than pipes hold, on both at once. */
	ig_buf_clear(&out);
	ig_buf_clear(&said);
	assert_int_equal(run("head -c 300000 /dev/zero >&2;"
			     "head -c 400000 /dev/zero",
			     &out, &said, &err),
			 0);
	assert_int_equal(out.len, 400000);
	assert_int_equal(said.len, 300000);
}

static void fails_with_the_last_line(void **state)
{
	static const struct {
		const char *script;
		const char *want;
	} cases[] = {
		{ "echo a >&2; echo 'the cause' >&2; exit 1", "sh: the cause" },
		{ "printf 'a\\nb\\n\\n  \\n' >&2; exit 1", "sh: b" },
		{ "exit 3", "sh ended with status 3" },
		{ "kill -9 $$", "sh was ended by signal 9" },
		{ "yes x | head -c 100000 >&2; echo end >&2; exit 1",
		  "sh: end" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf said = IG_BUF_INIT(100);
		struct ig_err err = { 0 };

		assert_int_equal(run(cases[i].script, NULL, NULL, &err), -1);
		assert_int_equal(err.code, IG_ESYS);
		assert_string_equal(err.msg, cases[i].want);
		/* A small buffer keeps the end. */
		assert_int_equal(run(cases[i].script, NULL, &said, &err), -1);
		assert_string_equal(err.msg, cases[i].want);
		assert_true(said.len <= 100);
	}
}

static void stops_a_program_that_says_too_much(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1000);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(run("yes", &out, NULL, &err), -1);
	assert_int_equal(err.code, IG_ELIMIT);
	assert_string_equal(err.msg, "sh: more than 1000 bytes");
}

static void does_not_wait_for_grandchildren(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1000);
	struct ig_err err = { 0 };
	time_t start = time(NULL);

	(void)state;
	assert_int_equal(run("sleep 20 & echo done", &out, NULL, &err), 0);
	assert_string_equal(out.data, "done\n");
	assert_true(time(NULL) - start < 15);
}

static void says_when_there_is_no_such_program(void **state)
{
	static const char *const argv[] = { "no-such-program-here", NULL };
	const struct ig_proc proc = {
		.argv = argv, .in = -1, .out = -1, .err = -1
	};
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1000);
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_proc_run(&proc, &out, NULL, &err), -1);
	assert_int_equal(err.code, IG_ENOENT);
}

static void cancel_later(int signal)
{
	(void)signal;
	ig_cancel_set(SIGINT);
}

static void ends_when_cancelled(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf out = IG_BUF_INIT(1000);
	struct ig_err err = { 0 };

	(void)state;
	signal(SIGALRM, cancel_later);
	alarm(1);
	assert_int_equal(run("exec sleep 100", &out, NULL, &err), -1);
	assert_int_equal(err.code, IG_ECANCEL);
	ig_cancel_set(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(collects_both_outputs),
		cmocka_unit_test(fails_with_the_last_line),
		cmocka_unit_test(stops_a_program_that_says_too_much),
		cmocka_unit_test(does_not_wait_for_grandchildren),
		cmocka_unit_test(says_when_there_is_no_such_program),
		cmocka_unit_test(ends_when_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
