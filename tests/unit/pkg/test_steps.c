/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

#include <unistd.h>

#include <ingot/store.h>
#include <ingot/tree.h>

/* A package whose tree has @paths, each file with its own path as data. */
struct made {
	struct pkg pkg;
	struct ig_err err;
};

static void begin(struct made *m, const char *dir, const char *const *paths,
		  size_t n)
{
	memset(m, 0, sizeof(*m));
	m->pkg.spool.fd = -1;
	assert_int_equal(ig_spool_open(&m->pkg.spool.fd, dir, &m->err), 0);
	m->pkg.tree = ig_tree_new(&m->err);
	assert_non_null(m->pkg.tree);
	for (size_t i = 0; i < n; i++) {
		struct ig_inode *inode =
			ig_tree_inode(m->pkg.tree, IG_FILE, &m->err);

		assert_non_null(inode);
		inode->mem = paths[i];
		inode->size = strlen(paths[i]);
		assert_int_equal(
			pkg_put_file(m->pkg.tree, paths[i], inode, &m->err), 0);
	}
}

static void end(struct made *m)
{
	ig_tree_free(m->pkg.tree);
	close(m->pkg.spool.fd);
}

static const char *const paths[] = {
	"efi/a.efi",	 "efi/b.stub",	 "usr/share/doc/x/copyright",
	"usr/share/x/y", "usr/bin/tool", "deep/a/b/c/d",
};

/* The files and folders that are left: "efi efi/a.efi …". */
static void listing(struct ig_buf *out, struct made *m)
{
	char path[4200];

	assert_int_equal(ig_tree_sort(m->pkg.tree, &m->err), 0);
	assert_int_equal(ig_buf_puts(out, "", &m->err), 0);
	for (const struct ig_node *node = ig_tree_root(m->pkg.tree)->child;
	     node; node = ig_node_next(node)) {
		assert_int_equal(
			ig_node_path(path, sizeof(path), "", node, &m->err), 0);
		assert_int_equal(ig_buf_printf(out, &m->err, "%s%s",
					       out->len ? " " : "", path),
				 0);
	}
}

static void keeps_what_a_glob_names_and_drops_empty_folders(void **state)
{
	static const struct {
		const char *globs[3];
		const char *left;
	} cases[] = {
		{ { "/efi/*", NULL }, "efi efi/a.efi efi/b.stub" },
		{ { "efi/**", NULL }, "efi efi/a.efi efi/b.stub" },
		{ { "/efi", NULL }, "efi efi/a.efi efi/b.stub" },
		{ { "/efi/*.stub", "/usr/share/doc/*/copyright", NULL },
		  "efi efi/b.stub usr usr/share usr/share/doc usr/share/doc/x usr/share/doc/x/copyright" },
		{ { "/deep/a/b", NULL },
		  "deep deep/a deep/a/b deep/a/b/c deep/a/b/c/d" },
		{ { "/deep/a/b/c/d", "/usr/bin", NULL },
		  "deep deep/a deep/a/b deep/a/b/c deep/a/b/c/d usr usr/bin usr/bin/tool" },
	};

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_recipe_step step = { .kind = IG_STEP_KEEP };
		IG_AUTO(ig_buf_done) struct ig_buf left = IG_BUF_INIT(4096);
		const char *globs[3];
		struct made m;

		memcpy(globs, cases[i].globs, sizeof(globs));
		step.keep = (struct ig_strs){ true, globs[1] ? 2 : 1, globs };
		begin(&m, *state, paths, IG_COUNT(paths));
		if (pkg_step_keep(&m.pkg, &step, &m.err) < 0)
			fail_msg("%s", m.err.msg);
		listing(&left, &m);
		assert_string_equal(left.data, cases[i].left);
		end(&m);
	}
}

static void a_glob_that_keeps_nothing_is_an_error(void **state)
{
	static const struct bad bad = {
		"/bios/**", IG_ESPEC, "nothing there is named by '/bios/**'"
	};
	const char *globs[] = { "/efi/**", bad.input };
	struct ig_recipe_step step = { .kind = IG_STEP_KEEP,
				       .keep = { true, 2, globs } };
	struct made m;

	begin(&m, *state, paths, IG_COUNT(paths));
	assert_failed(pkg_step_keep(&m.pkg, &step, &m.err), &m.err, &bad);
	end(&m);
}

static void a_renamed_file_is_the_same_file(void **state)
{
	struct ig_kv kv[] = { { "/efi/a.efi", "/boot//./x.efi" },
			      { "usr/bin/tool", "/efi/b.stub" } };
	struct ig_recipe_step step = { .kind = IG_STEP_RENAME,
				       .renames = { true, 2, kv } };
	struct made m;
	const struct ig_node *node;

	begin(&m, *state, paths, IG_COUNT(paths));
	if (pkg_step_rename(&m.pkg, &step, &m.err) < 0)
		fail_msg("%s", m.err.msg);
	assert_null(ig_tree_find(m.pkg.tree, "efi/a.efi"));
	node = ig_tree_find(m.pkg.tree, "boot/x.efi");
	assert_non_null(node);
	assert_string_equal(node->inode->mem, "efi/a.efi");
	assert_int_equal(node->inode->nlink, 1);
	node = ig_tree_find(m.pkg.tree, "efi/b.stub");
	assert_string_equal(node->inode->mem, "usr/bin/tool");
	end(&m);
}

static void only_files_that_are_there_can_be_renamed(void **state)
{
	static const struct {
		struct ig_kv kv;
		struct bad bad;
	} cases[] = {
		{ { "/nope", "/x" },
		  { "nope", IG_ESPEC, "rename: there is no '/nope'" } },
		{ { "/", "/x" }, { "/", IG_ESPEC, "there is no '/'" } },
		{ { "/efi", "/x" }, { "efi", IG_ESPEC, "'/efi' is a folder" } },
		{ { "/efi/a.efi", "/" }, { "to /", IG_ESPEC, "is no path" } },
	};

	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_kv kv = cases[i].kv;
		struct ig_recipe_step step = { .kind = IG_STEP_RENAME,
					       .renames = { true, 1, &kv } };
		struct made m;

		begin(&m, *state, paths, IG_COUNT(paths));
		assert_failed(pkg_step_rename(&m.pkg, &step, &m.err), &m.err,
			      &cases[i].bad);
		end(&m);
	}
}

/* ---- grub ---- */

static const char *const modules[] = { "usr/lib/grub/i386-pc/linux.mod",
				       "usr/lib/grub/i386-pc/kernel.img" };
static const char *names[] = { "linux", "fat" };

static const struct ig_recipe_step grub_step = {
	.kind = IG_STEP_GRUB,
	.format = "i386-pc-eltorito",
	.modules = { true, 2, names },
	.config = "set timeout=0\n",
	.prefix = "/ingot",
	.output = "/bios/x.img",
};

/* A grub-mkimage that writes down how it was called. */
static void fake_mkimage(const char *dir, const char *script)
{
	struct ig_err err = { 0 };
	ig_autofree char *bin = ig_format(&err, "%s/bin", dir);
	ig_autofree char *path = ig_format(&err, "%s/bin/grub-mkimage", dir);
	ig_autofree char *search =
		ig_format(&err, "%s:%s", bin, getenv("PATH"));

	put_text(dir, "bin/grub-mkimage", script);
	assert_int_equal(chmod(path, 0755), 0);
	setenv("PATH", search, 1);
}

static void grub_gets_the_trees_modules_and_the_configuration(void **state)
{
	static const char want[] =
		"--directory=. --output=out --format i386-pc-eltorito --prefix /ingot --config=config linux fat\n"
		"set timeout=0\nusr/lib/grub/i386-pc/linux.mod";
	ig_autofree char *old = strdup(getenv("PATH"));
	char data[sizeof(want)] = "";
	const struct ig_node *node;
	struct made m;

	fake_mkimage(*state, "#!/bin/sh\n(echo \"$*\"; cat config; "
			     "cat linux.mod) >out\n");
	begin(&m, *state, modules, IG_COUNT(modules));
	if (pkg_step_grub(&m.pkg, &grub_step, &m.err) < 0)
		fail_msg("%s", m.err.msg);
	node = ig_tree_find(m.pkg.tree, "bios/x.img");
	assert_non_null(node);
	assert_int_equal(node->inode->size, strlen(want));
	assert_int_equal(node->inode->mode, 0644);
	assert_int_equal(pread(node->inode->fd, data, strlen(want),
			       (off_t)node->inode->off),
			 strlen(want));
	assert_string_equal(data, want);
	end(&m);
	setenv("PATH", old, 1);
}

static void grub_says_what_is_missing(void **state)
{
	static const struct bad no_modules = {
		"no modules", IG_ESPEC,
		"a step before must bring GRUB's modules for i386-pc-eltorito"
	};
	static const struct bad said = { "fails", IG_ESYS,
					 "grub-mkimage: no such module fat" };
	static const struct bad option = { "-o", IG_ESPEC,
					   "'-o' is not a module's name" };
	static const struct bad no_program = {
		"no program", IG_ENOENT,
		"install the Debian package grub-common"
	};
	ig_autofree char *old = strdup(getenv("PATH"));
	const char *bad_names[] = { "-o" };
	struct ig_recipe_step step = grub_step;
	struct made m;

	begin(&m, *state, paths, IG_COUNT(paths));
	assert_failed(pkg_step_grub(&m.pkg, &step, &m.err), &m.err,
		      &no_modules);
	end(&m);
	begin(&m, *state, modules, IG_COUNT(modules));
	fake_mkimage(*state,
		     "#!/bin/sh\n"
		     "echo 'x: error: no such module fat' >&2\nexit 1\n");
	assert_failed(pkg_step_grub(&m.pkg, &step, &m.err), &m.err, &said);
	setenv("PATH", "/nonexistent", 1);
	assert_failed(pkg_step_grub(&m.pkg, &step, &m.err), &m.err,
		      &no_program);
	setenv("PATH", old, 1);
	step.modules = (struct ig_strs){ true, 1, bad_names };
	assert_failed(pkg_step_grub(&m.pkg, &step, &m.err), &m.err, &option);
	end(&m);
}

#define IN_FOLDER(f)                                                           \
	cmocka_unit_test_setup_teardown(f, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(keeps_what_a_glob_names_and_drops_empty_folders),
		IN_FOLDER(a_glob_that_keeps_nothing_is_an_error),
		IN_FOLDER(a_renamed_file_is_the_same_file),
		IN_FOLDER(only_files_that_are_there_can_be_renamed),
		IN_FOLDER(grub_gets_the_trees_modules_and_the_configuration),
		IN_FOLDER(grub_says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
