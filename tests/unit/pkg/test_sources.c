/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

#include <unistd.h>

#include <ingot/oci.h>
#include <ingot/proc.h>
#include <ingot/spec.h>
#include <ingot/store.h>

#define IN_FOLDER(f)                                                           \
	cmocka_unit_test_setup_teardown(f, folder_setup, folder_teardown)

/* Two folders side by side: p has the recipe, s has sources. */
static void put_sources(const char *dir)
{
	static const char *const names[] = { "s/b.c", "s/a.c",	"s/a.h",
					     "s/x.y", "s/.d.c", "p/p.c" };

	for (size_t i = 0; i < IG_COUNT(names); i++)
		put_text(dir, names[i], "\n");
}

static int list(struct pkg_sources *out, const char *dir, char *folder,
		char *sources, struct ig_err *err)
{
	struct ig_recipe_step step = { .folder = folder };
	const char *words[4];
	char *word = NULL;
	ig_autofree char *path = ig_format(err, "%s/p", dir);
	ig_autofd int top = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ig_autofd int fd = -1;

	step.sources.v = words;
	while ((word = strsep(&sources, " ")))
		words[step.sources.n++] = word;
	if (pkg_compile_folder(&fd, top, &step, err) < 0)
		return -1;
	return pkg_sources_init(out, fd, &step, err);
}

static void globs_become_names_in_byte_order(void **state)
{
	IG_AUTO(pkg_sources_done) struct pkg_sources out = { 0 };
	char folder[] = "../s";
	char sources[] = "x.y *.c";
	struct ig_err err = { 0 };

	put_sources(*state);
	if (list(&out, *state, folder, sources, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(out.n, 3);
	assert_string_equal(out.v[0], "x.y");
	assert_string_equal(out.v[1], "a.c");
	assert_string_equal(out.v[2], "b.c");
}

static void a_glob_may_be_in_a_folder_below(void **state)
{
	IG_AUTO(pkg_sources_done) struct pkg_sources out = { 0 };
	char folder[] = "../s";
	char sources[] = "*.c below/*.c";
	struct ig_err err = { 0 };

	put_sources(*state);
	put_text(*state, "s/below/c.c", "\n");
	put_text(*state, "s/below/c.h", "\n");
	if (list(&out, *state, folder, sources, &err) < 0)
		fail_msg("%s", err.msg);
	assert_int_equal(out.n, 3);
	assert_string_equal(out.v[1], "b.c");
	assert_string_equal(out.v[2], "below/c.c");
}

static void without_a_folder_it_is_the_packages_own(void **state)
{
	IG_AUTO(pkg_sources_done) struct pkg_sources out = { 0 };
	char sources[] = "*.c";
	struct ig_err err = { 0 };

	put_sources(*state);
	assert_int_equal(list(&out, *state, NULL, sources, &err), 0);
	assert_int_equal(out.n, 1);
	assert_string_equal(out.v[0], "p.c");
}

static void folders_and_globs_that_name_nothing_are_errors(void **state)
{
	static const struct {
		const char *folder;
		struct bad bad;
	} cases[] = {
		{ "../none", { "a.c", IG_ENOENT, "no folder '../none'" } },
		{ "p.c", { "a.c", IG_ENOENT, "no folder 'p.c'" } },
		{ "/etc", { "a.c", IG_ESPEC, "not a relative path" } },
		{ "", { "a.c", IG_ESPEC, "not a relative path" } },
		{ "../s", { "*.h *.cc", IG_ENOENT, "by '*.cc'" } },
		{ "../s", { "none/*.c", IG_ESYS, "folder of 'none/*.c'" } },
		{ "../s", { "../p/p.c", IG_ESPEC, "outside" } },
		{ "../s", { "../p/*.c", IG_ESPEC, "outside" } },
	};

	put_sources(*state);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(pkg_sources_done) struct pkg_sources out = { 0 };
		struct ig_err err = { 0 };
		ig_autofree char *folder = ig_strdup(cases[i].folder, &err);
		ig_autofree char *sources = ig_strdup(cases[i].bad.input, &err);

		assert_failed(list(&out, *state, folder, sources, &err), &err,
			      &cases[i].bad);
	}
}

static void a_program_is_compiled_from_another_folder(void **state)
{
	struct ig_pkg_opts opts = { .arch = ig_host_arch() };
	struct ig_err err = { 0 };
	IG_AUTO(ig_store_closep) struct ig_store *store = NULL;
	ig_autofree char *dir = ig_format(&err, "%s/p", (char *)*state);
	ig_autofree char *cache = ig_format(&err, "%s/c", (char *)*state);
	ig_autofree char *ref = NULL;
	ig_autofree char *header = NULL;
	ig_autofree char *more = NULL;
	bool built = false;

	if (!pkg_compiler(opts.arch) || !ig_proc_find("gcc"))
		skip();
	put_text(dir, "build.yml",
		 "image: c\ncontent:\n  - compile:\n      folder: ../s\n"
		 "      sources: [\"*.c\"]\n      output: /bin/c\n");
	put_text(
		*state, "s/main.c",
		"#include \"x.h\"\nint f(void);\nint main(void) { return X + f(); }\n");
	put_text(*state, "s/f.c", "int f(void) { return 1; }\n");
	put_text(*state, "s/x.h", "#define X 1\n");
	assert_int_equal(ig_store_open(&store, cache, &err), 0);
	if (ig_pkg_build(&ref, &built, store, dir, &opts, &err) < 0)
		fail_msg("%s", err.msg);
	assert_true(built);
	/* what lies there is an input */
	put_text(*state, "s/x.h", "#define X 2\n");
	header = ig_pkg_ref(store, dir, &opts, &err);
	assert_string_not_equal(ref, header);
	put_text(*state, "s/g.c", "int g;\n");
	more = ig_pkg_ref(store, dir, &opts, &err);
	assert_string_not_equal(header, more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(globs_become_names_in_byte_order),
		IN_FOLDER(a_glob_may_be_in_a_folder_below),
		IN_FOLDER(without_a_folder_it_is_the_packages_own),
		IN_FOLDER(folders_and_globs_that_name_nothing_are_errors),
		IN_FOLDER(a_program_is_compiled_from_another_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
