/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

#include <ingot/proc.h>
#include <ingot/stream.h>

static int run(const char *script,
	       int (*take)(void *ctx, struct ig_source *out,
			   struct ig_err *err),
	       void *ctx, struct ig_err *err)
{
	const char *argv[] = { "sh", "-c", script, NULL };
	const struct ig_proc proc = {
		.argv = argv, .in = -1, .out = -1, .err = -1
	};

	*err = (struct ig_err){ 0 };
	return pkg_run(&proc, "dash", take, ctx, err);
}

static void the_error_is_what_the_program_said(void **state)
{
	static const struct bad bads[] = {
		{ "echo W: x >&2; echo 'E: first' >&2; echo 'E: last' >&2; exit 1",
		  IG_ESYS, "sh: first" },
		{ "echo 'a.c:1:2: error: oh' >&2; echo done >&2; exit 1",
		  IG_ESYS, "sh: oh" },
		{ "echo 'NOTE: x' >&2; echo 'make: error: oh' >&2; exit 1",
		  IG_ESYS, "sh: oh" },
		{ "echo 'a.c: undefined reference to `f' >&2; echo 'x: error: ld' >&2; exit 1",
		  IG_ESYS, "sh: undefined reference to `f" },
		{ "echo one >&2; echo two >&2; exit 3", IG_ESYS, "sh: two" },
		{ "exit 3", IG_ESYS, "does not say why" },
		{ "echo 'E: Unable to locate package x' >&2; exit 1", IG_ENOENT,
		  "locate package x" },
		{ "echo 'E: Unable to find a source package for x' >&2; exit 100",
		  IG_ENOENT, "source package for x" },
		{ "echo 'E: Failed to fetch http://x' >&2; exit 1", IG_ENET,
		  "Failed to fetch" },
		{ "kill -9 $$", IG_ESYS, "status 137" },
	};
	struct ig_err err;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(bads); i++)
		assert_failed(run(bads[i].input, NULL, NULL, &err), &err,
			      &bads[i]);
}

static void a_missing_program_names_its_package(void **state)
{
	const char *argv[] = { "no-such-program-here", NULL };
	const struct ig_proc proc = {
		.argv = argv, .in = -1, .out = -1, .err = -1
	};
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(pkg_run(&proc, "some-package", NULL, NULL, &err), -1);
	assert_int_equal(err.code, IG_ENOENT);
	assert_non_null(
		strstr(err.msg, "install the Debian package some-package"));
}

static int take_all(void *ctx, struct ig_source *out, struct ig_err *err)
{
	return ig_slurp(ctx, out, err);
}

static int take_nothing(void *ctx, struct ig_source *out, struct ig_err *err)
{
	(void)ctx;
	(void)out;
	return ig_fail(err, IG_EFORMAT, "not what was wanted");
}

static void output_comes_as_a_stream(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf text = IG_BUF_INIT(1024);
	struct ig_err err;

	(void)state;
	assert_int_equal(run("echo hello", take_all, &text, &err), 0);
	assert_string_equal(text.data, "hello\n");
}

static void the_childs_reason_wins_over_a_cut_output(void **state)
{
	struct ig_err err;

	(void)state;
	assert_int_equal(run("echo 'E: disk full' >&2; exit 1", take_nothing,
			     NULL, &err),
			 -1);
	assert_non_null(strstr(err.msg, "disk full"));
	/* this one dies because nobody reads it */
	assert_int_equal(
		run("while echo y; do :; done", take_nothing, NULL, &err), -1);
	assert_string_equal(err.msg, "not what was wanted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_error_is_what_the_program_said),
		cmocka_unit_test(a_missing_program_names_its_package),
		cmocka_unit_test(output_comes_as_a_stream),
		cmocka_unit_test(the_childs_reason_wins_over_a_cut_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
