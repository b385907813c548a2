/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

#include <unistd.h>

#include <ingot/oci.h>
#include <ingot/proc.h>
#include <ingot/store.h>
#include <ingot/store_image.h>
#include <ingot/tree.h>

#define FILES_RECIPE                                                           \
	"image: hello\n"                                                       \
	"config:\n"                                                            \
	"  readonly: true\n"                                                   \
	"cmd: [/bin/hello]\n"                                                  \
	"env: [\"A=b\"]\n"                                                     \
	"labels: {x: y}\n"                                                     \
	"content:\n"                                                           \
	"  - files:\n"                                                         \
	"      - {path: /bin/hello, source: hello, mode: \"0755\"}\n"          \
	"      - {path: /etc/x, contents: \"x\"}\n"

/* A package folder and a store, below *state. */
struct world {
	char *dir, *pkg, *store_dir;
	struct ig_store *store;
	struct ig_pkg_opts opts;
	struct ig_err err;
};

static void begin(struct world *w, char *dir)
{
	memset(w, 0, sizeof(*w));
	w->dir = dir;
	w->pkg = ig_format(&w->err, "%s/pkg", dir);
	w->store_dir = ig_format(&w->err, "%s/store", dir);
	w->opts.arch = "amd64";
	put_text(w->pkg, "build.yml", FILES_RECIPE);
	put_text(w->pkg, "hello", "#!/bin/sh\n");
	assert_int_equal(ig_store_open(&w->store, w->store_dir, &w->err), 0);
}

static void end(struct world *w)
{
	ig_store_close(w->store);
	free(w->pkg);
	free(w->store_dir);
}

static char *ref_of(struct world *w)
{
	char *ref = ig_pkg_ref(w->store, w->pkg, &w->opts, &w->err);

	if (!ref)
		fail_msg("%s", w->err.msg);
	return ref;
}

static char *build(struct world *w, bool expect_work)
{
	char *ref = NULL;
	bool built = !expect_work;

	if (ig_pkg_build(&ref, &built, w->store, w->pkg, &w->opts, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	assert_int_equal(built, expect_work);
	return ref;
}

static void digest_of(struct ig_digest *out, struct world *w, const char *ref)
{
	struct ig_descriptor desc = { 0 };

	if (ig_store_find(&desc, w->store, ref, &w->err) < 0)
		fail_msg("%s", w->err.msg);
	*out = desc.digest;
	ig_descriptor_done(&desc);
}

static void the_tag_changes_with_what_is_read_and_only_then(void **state)
{
	struct world w;
	ig_autofree char *first = NULL;
	ig_autofree char *same = NULL;
	ig_autofree char *file = NULL;
	ig_autofree char *recipe = NULL;
	ig_autofree char *arm = NULL;

	begin(&w, *state);
	first = ref_of(&w);
	assert_true(ig_starts(first, "docker.io/ingot/hello:"));
	assert_int_equal(strlen(strrchr(first, ':') + 1), 40);
	put_text(w.pkg, "unused.txt", "x");
	same = ref_of(&w);
	assert_string_equal(first, same);
	w.opts.arch = "arm64";
	arm = ref_of(&w);
	assert_string_equal(first, arm);
	put_text(w.pkg, "hello", "#!/bin/sh\necho\n");
	file = ref_of(&w);
	assert_string_not_equal(first, file);
	put_text(w.pkg, "build.yml", FILES_RECIPE "# x\n");
	recipe = ref_of(&w);
	assert_string_not_equal(file, recipe);
	end(&w);
}

static void org_and_tag_are_taken_as_given(void **state)
{
	struct world w;
	ig_autofree char *tagged = NULL;
	ig_autofree char *other = NULL;

	begin(&w, *state);
	put_text(w.pkg, "build.yml", "org: me\ntag: v1\n" FILES_RECIPE);
	tagged = ref_of(&w);
	assert_string_equal(tagged, "docker.io/me/hello:v1");
	w.opts.org = "localhost:5000/us";
	other = ref_of(&w);
	assert_string_equal(other, "localhost:5000/us/hello:v1");
	end(&w);
}

static void files_become_an_image(void **state)
{
	struct world w;
	ig_autofree char *ref = NULL;
	struct ig_image image = { 0 };

	begin(&w, *state);
	ref = build(&w, true);
	if (ig_image_load(&image, w.store, ref, "amd64", &w.err) < 0)
		fail_msg("%s", w.err.msg);
	assert_true(ig_image_complete(&image, w.store));
	assert_int_equal(image.doc.layers_n, 1);
	assert_string_equal(image.doc.layers[0].media_type,
			    IG_MEDIA_LAYER "+zstd");
	assert_string_equal(image.config.cmd[0], "/bin/hello");
	assert_string_equal(image.config.env[0], "A=b");
	assert_string_equal(ig_image_label(&image.config, "x"), "y");
	assert_non_null(
		strstr(ig_image_label(&image.config, "org.mobyproject.config"),
		       "readonly"));
	ig_image_done(&image);
	end(&w);
}

static void the_layer_has_what_the_recipe_says(void **state)
{
	const struct ig_layers_opts opts = { .rules = IG_LAYERS_OCI };
	struct world w;
	ig_autofree char *ref = NULL;
	struct ig_image image = { 0 };
	struct ig_spool spool = { -1, 0 };
	struct ig_tree *tree;
	const struct ig_node *node;

	begin(&w, *state);
	ref = build(&w, true);
	assert_int_equal(ig_image_load(&image, w.store, ref, "amd64", &w.err),
			 0);
	assert_int_equal(ig_spool_open(&spool.fd, *state, &w.err), 0);
	tree = ig_tree_new(&w.err);
	/* checks the diff id too */
	if (ig_image_tree(tree, &spool, w.store, &image, &opts, &w.err) < 0)
		fail_msg("%s", w.err.msg);
	node = ig_tree_find(tree, "bin/hello");
	assert_non_null(node);
	assert_int_equal(node->inode->mode, 0755);
	assert_int_equal(node->inode->size, 10);
	assert_true(node->inode->mtime <= IG_FIXED_TIME);
	assert_non_null(ig_tree_find(tree, "etc/x"));
	ig_tree_free(tree);
	close(spool.fd);
	ig_image_done(&image);
	end(&w);
}

static const struct ig_node *node_of(struct ig_tree **tree, int *spool_fd,
				     struct world *w, const char *ref,
				     const char *path)
{
	const struct ig_layers_opts opts = { .rules = IG_LAYERS_OCI };
	struct ig_image image = { 0 };
	struct ig_spool spool = { -1, 0 };

	assert_int_equal(ig_image_load(&image, w->store, ref, "amd64", &w->err),
			 0);
	assert_int_equal(ig_spool_open(&spool.fd, w->dir, &w->err), 0);
	*spool_fd = spool.fd;
	*tree = ig_tree_new(&w->err);
	assert_int_equal(
		ig_image_tree(*tree, &spool, w->store, &image, &opts, &w->err),
		0);
	ig_image_done(&image);
	return ig_tree_find(*tree, path);
}

static void a_file_does_not_close_the_folder_it_lies_in(void **state)
{
	struct world w;
	ig_autofree char *ref = NULL;
	struct ig_tree *tree;
	const struct ig_node *node;
	ig_autofd int spool = -1;

	begin(&w, *state);
	put_text(
		w.pkg, "build.yml",
		"image: hello\ncontent:\n"
		"  - files: [{path: /opt//b/, directory: true, mode: \"0711\"}]\n"
		"  - files: [{path: /bin/sh, symlink: busybox},\n"
		"            {path: /opt/b/x, contents: secret, mode: \"0600\"}]\n");
	ref = build(&w, true);
	node = node_of(&tree, &spool, &w, ref, "bin");
	assert_int_equal(node->inode->mode, 0755);
	assert_int_equal(ig_tree_find(tree, "opt/b")->inode->mode, 0711);
	assert_int_equal(ig_tree_find(tree, "opt/b/x")->inode->mode, 0600);
	ig_tree_free(tree);
	end(&w);
}

static void a_step_for_another_architecture_is_left_out(void **state)
{
	struct world w;
	ig_autofree char *ref = NULL;
	struct ig_tree *tree;
	ig_autofd int spool = -1;

	begin(&w, *state);
	put_text(w.pkg, "build.yml",
		 "image: hello\ncontent:\n"
		 "  - files: [{path: /both, contents: x}]\n"
		 "  - files: [{path: /amd64, contents: x}]\n"
		 "    arches: [amd64]\n"
		 "  - files: [{path: /arm64, contents: x}]\n"
		 "    arches: [arm64, riscv64]\n");
	ref = build(&w, true);
	assert_non_null(node_of(&tree, &spool, &w, ref, "both"));
	assert_non_null(ig_tree_find(tree, "amd64"));
	assert_null(ig_tree_find(tree, "arm64"));
	ig_tree_free(tree);
	end(&w);
}

static void the_same_inputs_give_the_same_digest(void **state)
{
	struct world w;
	ig_autofree char *ref = NULL;
	ig_autofree char *again = NULL;
	struct ig_digest one;
	struct ig_digest two;

	begin(&w, *state);
	ref = build(&w, true);
	digest_of(&one, &w, ref);
	w.opts.force = true;
	again = build(&w, true);
	digest_of(&two, &w, again);
	assert_string_equal(one.text, two.text);
	end(&w);
}

static void a_second_build_does_nothing(void **state)
{
	struct world w;
	ig_autofree char *ref = NULL;
	ig_autofree char *again = NULL;

	begin(&w, *state);
	ref = build(&w, true);
	again = build(&w, false);
	assert_string_equal(ref, again);
	end(&w);
}

static void a_fixed_tag_is_built_again_when_the_content_changed(void **state)
{
	struct world w;

	begin(&w, *state);
	put_text(w.pkg, "build.yml", "tag: v1\n" FILES_RECIPE);
	free(build(&w, true));
	free(build(&w, false));
	put_text(w.pkg, "hello", "other");
	free(build(&w, true));
	free(build(&w, false));
	end(&w);
}

static void architectures_share_one_index(void **state)
{
	struct world w;
	ig_autofree char *ref = NULL;
	struct ig_image image = { 0 };

	begin(&w, *state);
	ref = build(&w, true);
	w.opts.arch = "arm64";
	free(build(&w, true));
	free(build(&w, false));
	w.opts.arch = "amd64";
	free(build(&w, false));
	assert_int_equal(ig_image_load(&image, w.store, ref, "arm64", &w.err),
			 0);
	assert_string_equal(image.config.arch, "arm64");
	ig_image_done(&image);
	end(&w);
}

static void compiles_a_static_program_reproducibly(void **state)
{
	struct world w;
	ig_autofree char *ref = NULL;
	ig_autofree char *header = NULL;
	ig_autofree char *moved = NULL;
	struct ig_digest one;
	struct ig_digest two;

	begin(&w, *state);
	w.opts.arch = ig_host_arch();
	if (!pkg_compiler(w.opts.arch) || !ig_proc_find("gcc")) {
		end(&w);
		skip();
	}
	put_text(w.pkg, "build.yml",
		 "image: c\ncontent:\n  - compile:\n"
		 "      sources: [main.c]\n      flags: [-Os]\n"
		 "      output: /bin/c\n");
	put_text(w.pkg, "main.c",
		 "#include \"x.h\"\nconst char *f = __FILE__ __DATE__;\n"
		 "int main(void) { return X + !f; }\n");
	put_text(w.pkg, "x.h", "#define X 1\n");
	ref = build(&w, true);
	digest_of(&one, &w, ref);
	/* elsewhere */
	moved = ig_format(&w.err, "%s/elsewhere", w.dir);
	assert_int_equal(rename(w.pkg, moved), 0);
	free(w.pkg);
	w.pkg = ig_strdup(moved, &w.err);
	w.opts.force = true;
	free(build(&w, true));
	digest_of(&two, &w, ref);
	assert_string_equal(one.text, two.text);
	/* a header is an input */
	put_text(w.pkg, "x.h", "#define X 2\n");
	header = ref_of(&w);
	assert_string_not_equal(ref, header);
	end(&w);
}

static void a_base_is_the_start_of_an_image(void **state)
{
	struct world w;
	ig_autofree char *base = NULL;
	ig_autofree char *text = NULL;
	ig_autofree char *first = NULL;
	ig_autofree char *second = NULL;

	begin(&w, *state);
	base = build(&w, true);
	text = ig_format(&w.err,
			 "image: top\ncontent:\n  - base: %s\n  - files:\n"
			 "      - {path: /bin/top, contents: t}\n",
			 base);
	put_text(w.pkg, "build.yml", text);
	first = build(&w, true);
	assert_string_not_equal(base, first);
	second = build(&w, false);
	assert_string_equal(first, second);
	end(&w);
}

static void failures_say_where_and_leave_no_name(void **state)
{
	static const struct bad bads[] = {
		{ "image: x\ncontent:\n  - base: no/such:1\n", IG_ENOENT,
		  "image 'docker.io/no/such:1' is not in the store" },
		{ "image: x\ncontent:\n  - files: [{path: /a, source: nope}]\n",
		  IG_ENOENT, "build.yml:3" },
		{ "image: x\narches: [arm64]\ncontent:\n  - files: []\n",
		  IG_ESPEC, "only for arm64" },
		{ "image: x\ncontent:\n  - compile: {sources: [../a.c], output: /a}\n",
		  IG_ESPEC, "outside of the package's folder" },
		{ "image: x\ncontent:\n  - compile: {sources: [/a.c], output: /a}\n",
		  IG_ESPEC, "not a path in the package's folder" },
		{ "image: x\ncontent:\n  - debian: {packages: [\"a;b\"]}\n",
		  IG_ESPEC, "not the name of a Debian package" },
		{ "image: x\ncontent:\n  - debian: {packages: [a], suite: \"a b\"}\n",
		  IG_ESPEC, "not a Debian suite" },
		{ "image: x\ncontent:\n  - debian: {packages: [a], mirror: \"http://127.0.0.1:1/debian\"}\n",
		  IG_ENET, "offline" },
	};

	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		struct world w;
		char *ref = NULL;
		int rc;

		begin(&w, *state);
		put_text(w.pkg, "build.yml", bads[i].input);
		w.opts.offline = true;
		rc = ig_pkg_build(&ref, NULL, w.store, w.pkg, &w.opts, &w.err);
		assert_failed(rc, &w.err, &bads[i]);
		end(&w);
	}
}

static void a_compile_error_shows_the_compilers_words(void **state)
{
	struct world w;
	ig_autofree char *ref = NULL;
	char *built = NULL;

	begin(&w, *state);
	w.opts.arch = ig_host_arch();
	if (!pkg_compiler(w.opts.arch) || !ig_proc_find("gcc")) {
		end(&w);
		skip();
	}
	put_text(w.pkg, "build.yml",
		 "image: c\ncontent:\n"
		 "  - compile: {sources: [a.c], output: /a}\n");
	put_text(w.pkg, "a.c", "int main(void) { return x; }\n");
	ref = ref_of(&w);
	assert_int_equal(
		ig_pkg_build(&built, NULL, w.store, w.pkg, &w.opts, &w.err),
		-1);
	assert_non_null(strstr(w.err.msg, "undeclared"));
	assert_non_null(strstr(w.err.msg, "build.yml:3"));
	struct ig_descriptor desc = { 0 };
	assert_int_equal(ig_store_find(&desc, w.store, ref, &w.err), -1);
	assert_int_equal(w.err.code, IG_ENOENT);
	end(&w);
}

static void a_folder_without_a_recipe_is_no_package(void **state)
{
	struct world w;

	begin(&w, *state);
	assert_null(ig_pkg_ref(w.store, w.dir, &w.opts, &w.err));
	assert_int_equal(w.err.code, IG_ENOENT);
	assert_non_null(strstr(w.err.msg, "no build.yml"));
	end(&w);
}

#define IN_FOLDER(f)                                                           \
	cmocka_unit_test_setup_teardown(f, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(the_tag_changes_with_what_is_read_and_only_then),
		IN_FOLDER(org_and_tag_are_taken_as_given),
		IN_FOLDER(files_become_an_image),
		IN_FOLDER(the_layer_has_what_the_recipe_says),
		IN_FOLDER(a_file_does_not_close_the_folder_it_lies_in),
		IN_FOLDER(a_step_for_another_architecture_is_left_out),
		IN_FOLDER(the_same_inputs_give_the_same_digest),
		IN_FOLDER(a_second_build_does_nothing),
		IN_FOLDER(a_fixed_tag_is_built_again_when_the_content_changed),
		IN_FOLDER(architectures_share_one_index),
		IN_FOLDER(compiles_a_static_program_reproducibly),
		IN_FOLDER(a_base_is_the_start_of_an_image),
		IN_FOLDER(failures_say_where_and_leave_no_name),
		IN_FOLDER(a_compile_error_shows_the_compilers_words),
		IN_FOLDER(a_folder_without_a_recipe_is_no_package),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
