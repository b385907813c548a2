/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/spec.h>

#include "cli.h"
#include "support/scratch.h"

static void names_outputs_after_the_spec(void **state)
{
	static const struct {
		const char *file, *want;
	} cases[] = {
		{ "web.yml", "web" },
		{ "examples/web.yaml", "web" },
		{ "/a.b/web.v2.yml", "web.v2" },
		{ "web", "web" },
		{ "dir.d/web", "web" },
		{ ".yml", ".yml" },
		{ "-", "ingot" },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_err err = { 0 };
		ig_autofree char *name = cli_base_name(cases[i].file, &err);

		assert_string_equal(name, cases[i].want);
	}
}

static int read_specs(struct ig_spec **out, int n, char **files,
		      struct ig_err *err)
{
	struct cli cli = { 0 };
	struct cli_spec_opts opts = { .arch = "amd64", .offline = true };

	return cli_spec(out, &cli, n, files, &opts, err);
}

static void merges_files_from_left_to_right(void **state)
{
	static const char one[] = "kernel: {image: k:1, cmdline: a}\n";
	static const char two[] = "kernel: {cmdline: b}\ninit: [i:1]\n";
	char a[] = "a.yml", b[] = "b.yml";
	char *files[] = { a, b };
	IG_AUTO(ig_spec_freep) struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };

	(void)state;
	scratch_write(a, one, sizeof(one) - 1);
	scratch_write(b, two, sizeof(two) - 1);
	assert_int_equal(read_specs(&spec, 2, files, &err), 0);
	assert_string_equal(spec->kernel.image, "k:1");
	assert_string_equal(spec->kernel.cmdline, "b");
	assert_int_equal(spec->init_n, 1);
}

static void says_where_a_spec_is_wrong(void **state)
{
	static const char text[] = "kernel:\n  imgae: k:1\n";
	char file[] = "a.yml", none[] = "none.yml";
	char *bad[] = { file }, *missing[] = { none };
	struct ig_spec *spec = NULL;
	struct ig_err err = { 0 };

	(void)state;
	scratch_write(file, text, sizeof(text) - 1);
	assert_int_equal(read_specs(&spec, 1, bad, &err), -1);
	assert_int_equal(err.code, IG_ESPEC);
	assert_ptr_equal(strstr(err.msg, "a.yml:2:3: kernel"), err.msg);
	assert_int_equal(read_specs(&spec, 1, missing, &err), -1);
	assert_int_equal(err.code, IG_ENOENT);
	assert_string_equal(err.msg, "no such file: 'none.yml'");
	assert_null(spec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_outputs_after_the_spec),
		cmocka_unit_test_setup_teardown(merges_files_from_left_to_right,
						scratch_setup,
						scratch_teardown),
		cmocka_unit_test_setup_teardown(says_where_a_spec_is_wrong,
						scratch_setup,
						scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
