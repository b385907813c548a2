/* SPDX-License-Identifier: Apache-2.0 */
#include "container_test.h"

#include <fcntl.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/io.h>
#include <ingot/str.h>
#include <ingot/tree.h>

#define POS                                                                    \
	{                                                                      \
		"x.yml", 4, 9, 0                                               \
	}

struct place {
	char dir[32];
	struct ig_spool spool;
	struct ig_tree *tree;
	struct ig_err err;
};

static int place_setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	if (!p)
		return -1;
	memcpy(p->dir, "/tmp/test_files.XXXXXX", 23);
	if (!mkdtemp(p->dir) ||
	    ig_spool_open(&p->spool.fd, p->dir, &p->err) < 0)
		return -1;
	p->tree = ig_tree_new(&p->err);
	*state = p;
	return p->tree ? 0 : -1;
}

static int place_teardown(void **state)
{
	struct place *p = *state;

	ig_tree_free(p->tree);
	close(p->spool.fd);
	rmdir(p->dir);
	free(p);
	return 0;
}

static void write_source(const struct place *p, const char *name,
			 const char *text)
{
	struct ig_err err = { 0 };
	int dir = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(dir >= 0);
	assert_int_equal(
		ig_write_file(dir, name, text, strlen(text), 0600, &err), 0);
	close(dir);
}

static void remove_source(const struct place *p, const char *name)
{
	int dir = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	unlinkat(dir, name, 0);
	close(dir);
}

static int add(struct place *p, const struct ig_spec *spec,
	       const struct ig_file *files, size_t n)
{
	ig_err_clear(&p->err);
	return ig_files_tree(p->tree, &p->spool, spec, files, n, p->dir,
			     &p->err);
}

static const struct ig_inode *made(const struct place *p, const char *path)
{
	const struct ig_node *node = ig_tree_find(p->tree, path);

	if (!node)
		fail_msg("no '%s'", path);
	return node->inode;
}

static void assert_made(const struct place *p, const char *path,
			enum ig_type type, uint32_t mode, uint32_t uid,
			uint32_t gid)
{
	const struct ig_inode *inode = made(p, path);

	assert_int_equal(inode->type, type);
	if (inode->mode != mode)
		fail_msg("%s: %o, not %o", path, inode->mode, mode);
	assert_int_equal(inode->uid, uid);
	assert_int_equal(inode->gid, gid);
	assert_int_equal(inode->mtime, IG_FIXED_TIME);
}

static void makes_what_linuxkit_makes(void **state)
{
	static const struct ig_file files[] = {
		{ .path = "etc/motd",
		  .contents_set = true,
		  .contents = "hello\n" },
		{ .path = "/etc/abs",
		  .contents_set = true,
		  .contents = "x",
		  .mode = "0644" },
		{ .path = "a/b/c/deep",
		  .contents_set = true,
		  .contents = "",
		  .mode = "0755",
		  .uid = { .set = true, .number = 3 },
		  .gid = { .set = true, .number = 4 } },
		{ .path = "var/lib/dir", .directory = true },
		{ .path = "var/lib/dir2", .directory = true, .mode = "1777" },
		{ .path = "etc/link", .symlink = "/run/target" },
	};
	struct place *p = *state;

	assert_int_equal(add(p, NULL, files, IG_COUNT(files)), 0);
	assert_made(p, "a", IG_DIR, 0755, 3, 4);
	assert_made(p, "a/b/c", IG_DIR, 0755, 3, 4);
	assert_made(p, "a/b/c/deep", IG_FILE, 0755, 3, 4);
	assert_made(p, "etc", IG_DIR, 0700, 0, 0);
	assert_made(p, "etc/abs", IG_FILE, 0644, 0, 0);
	assert_made(p, "etc/link", IG_SYMLINK, 0600, 0, 0);
	assert_made(p, "etc/motd", IG_FILE, 0600, 0, 0);
	assert_made(p, "var", IG_DIR, 0700, 0, 0);
	assert_made(p, "var/lib/dir", IG_DIR, 0700, 0, 0);
	assert_made(p, "var/lib/dir2", IG_DIR, 01777, 0, 0);
	assert_string_equal(made(p, "etc/link")->link, "/run/target");
	assert_int_equal(made(p, "etc/motd")->size, 6);
	assert_memory_equal(made(p, "etc/motd")->mem, "hello\n", 6);
	assert_int_equal(made(p, "a/b/c/deep")->size, 0);
}

static void copies_sources_to_the_spool(void **state)
{
	static const struct ig_file files[] = {
		{ .path = "etc/src", .source = "data.txt", .mode = "0640" },
		{ .path = "etc/again", .source = "link.txt" },
		{ .path = "opt/x", .source = "missing.txt", .optional = true },
	};
	struct place *p = *state;
	const struct ig_inode *inode;
	char text[8] = "";
	int dir = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	write_source(p, "data.txt", "source\n");
	assert_int_equal(symlinkat("data.txt", dir, "link.txt"), 0);
	close(dir);
	assert_int_equal(add(p, NULL, files, IG_COUNT(files)), 0);
	assert_made(p, "etc", IG_DIR, 0750, 0, 0);
	assert_made(p, "etc/src", IG_FILE, 0640, 0, 0);
	assert_null(ig_tree_find(p->tree, "opt"));
	inode = made(p, "etc/again");
	assert_int_equal(inode->size, 7);
	assert_int_equal(inode->off, 7);
	assert_int_equal(p->spool.end, 14);
	assert_int_equal(ig_pread_all(inode->fd, text, 7, inode->off, &p->err),
			 0);
	assert_string_equal(text, "source\n");
	remove_source(p, "data.txt");
	remove_source(p, "link.txt");
}

static void finds_sources_in_the_home_folder(void **state)
{
	static const struct ig_file file = { .path = "x",
					     .pos = POS,
					     .source = "~/home.txt" };
	struct place *p = *state;
	const char *home = getenv("HOME");
	ig_autofree char *before = home ? ig_strcopy(home, strlen(home)) : NULL;

	write_source(p, "home.txt", "h");
	setenv("HOME", p->dir, 1);
	assert_int_equal(add(p, NULL, &file, 1), 0);
	unsetenv("HOME");
	assert_int_equal(add(p, NULL, &file, 1), -1);
	assert_contains(p->err.msg, "HOME is not set");
	if (before)
		setenv("HOME", before, 1);
	remove_source(p, "home.txt");
}

static void follows_its_own_symbolic_links(void **state)
{
	static const struct ig_file files[] = {
		{ .path = "srv", .symlink = "data/srv" },
		{ .path = "srv/www/index",
		  .contents_set = true,
		  .mode = "0644" },
	};
	struct place *p = *state;

	assert_int_equal(add(p, NULL, files, IG_COUNT(files)), 0);
	assert_made(p, "srv", IG_SYMLINK, 0600, 0, 0);
	assert_made(p, "data/srv/www", IG_DIR, 0755, 0, 0);
	assert_made(p, "data/srv/www/index", IG_FILE, 0644, 0, 0);
}

static void a_later_entry_takes_the_place(void **state)
{
	static const struct ig_file files[] = {
		{ .path = "d", .directory = true, .mode = "0755" },
		{ .path = "d/f", .contents_set = true, .contents = "1" },
		{ .path = "d//./f", .contents_set = true, .contents = "22" },
		{ .path = "d/", .directory = true, .mode = "0711" },
	};
	struct place *p = *state;

	assert_int_equal(add(p, NULL, files, IG_COUNT(files)), 0);
	assert_made(p, "d", IG_DIR, 0711, 0, 0);
	assert_int_equal(made(p, "d/f")->size, 2);
}

static void owners_may_be_names_of_entries(void **state)
{
	struct ig_entry web = { .name = "web" };
	const struct ig_spec spec = { .services = { 1, &web } };
	static const struct ig_file file = {
		.pos = POS,
		.path = "x",
		.contents_set = true,
		.uid = { .set = true, .name = "web" },
		.gid = { .set = true, .name = "root" },
	};
	struct place *p = *state;

	assert_int_equal(add(p, &spec, &file, 1), 0);
	assert_made(p, "x", IG_FILE, 0600, 100, 0);
	assert_int_equal(add(p, NULL, &file, 1), -1);
	assert_contains(p->err.msg, "x.yml:4:9: files[0].uid: 'web' is not a");
}

static void refuses_bad_entries(void **state)
{
	static char long_name[300];
	static const struct {
		struct ig_file file;
		const char *part;
	} cases[] = {
		{ { .contents_set = true }, "files[0].path: the path is miss" },
		{ { .path = "/", .directory = true }, "is the root" },
		{ { .path = "a/../b", .directory = true }, "'..' in path" },
		{ { .path = long_name, .directory = true },
		  "longer than 255 bytes" },
		{ { .path = "d", .contents_set = true, .source = "x" },
		  "files[0]: source cannot stand" },
		{ { .path = "d", .symlink = "l", .source = "x" },
		  "source cannot stand" },
		{ { .path = "d", .directory = true, .metadata = "yaml" },
		  "metadata cannot stand" },
		{ { .path = "d", .source = "x", .metadata = "yaml" },
		  "source and metadata cannot stand" },
		{ { .path = "d", .directory = true, .contents_set = true },
		  "a directory cannot have contents" },
		{ { .path = "d" }, "needs one of contents" },
		{ { .path = "d", .contents_set = true, .mode = "0o644" },
		  "files[0].mode: cannot parse mode '0o644'" },
		{ { .path = "d", .contents_set = true, .mode = "9" },
		  "cannot parse mode '9'" },
		{ { .path = "d", .contents_set = true, .mode = "10644" },
		  "more than permission bits" },
		{ { .path = "d", .metadata = "toml" },
		  "files[0].metadata: unsupported metadata type 'toml'" },
		{ { .path = "d", .metadata = "yaml" }, "means nothing here" },
		{ { .path = "d", .source = "/" }, "is not a regular file" },
		{ { .path = "d", .source = "." }, "is not a regular file" },
	};
	struct place *p = *state;

	memset(long_name, 'x', sizeof(long_name) - 1);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_file file = cases[i].file;

		file.pos = (struct ig_pos)POS;
		assert_int_equal(add(p, NULL, &file, 1), -1);
		assert_int_equal(p->err.code, IG_ESPEC);
		assert_memory_equal(p->err.msg, "x.yml:4:9: files[0]", 19);
		assert_contains(p->err.msg, cases[i].part);
		assert_null(ig_tree_root(p->tree)->child);
	}
	assert_int_equal(p->spool.end, 0);
}

static void says_when_a_source_is_missing(void **state)
{
	static const struct ig_file file = { .path = "x",
					     .pos = POS,
					     .source = "missing" };
	struct place *p = *state;

	assert_int_equal(add(p, NULL, &file, 1), -1);
	assert_int_equal(p->err.code, IG_ENOENT);
	assert_string_equal(
		p->err.msg,
		"x.yml:4:9: files[0].source: source 'missing' does not exist");
}

static void does_not_wait_for_a_fifo(void **state)
{
	static const struct ig_file file = { .path = "x", .source = "fifo" };
	struct place *p = *state;
	int dir = open(p->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(mkfifoat(dir, "fifo", 0600), 0);
	close(dir);
	assert_int_equal(add(p, NULL, &file, 1), -1);
	assert_contains(p->err.msg, "is not a regular file");
	remove_source(p, "fifo");
}

static void refuses_to_lose_files_in_silence(void **state)
{
	static const struct ig_file below[] = {
		{ .path = "a", .contents_set = true },
		{ .path = "a/b",
		  .contents_set = true,
		  .pos = { "x.yml", 4, 9, 1 } },
	};
	static const struct ig_file above[] = {
		{ .path = "c/d", .contents_set = true },
		{ .path = "c",
		  .contents_set = true,
		  .pos = { "x.yml", 4, 9, 1 } },
	};
	struct place *p = *state;

	assert_int_equal(add(p, NULL, below, 2), -1);
	assert_string_equal(
		p->err.msg,
		"x.yml:4:9: files[1].path: 'a' is a file already, not a directory");
	assert_int_equal(add(p, NULL, above, 2), -1);
	assert_string_equal(
		p->err.msg,
		"x.yml:4:9: files[1].path: 'c' is a directory with files already");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(makes_what_linuxkit_makes),
		CASE(copies_sources_to_the_spool),
		CASE(finds_sources_in_the_home_folder),
		CASE(follows_its_own_symbolic_links),
		CASE(a_later_entry_takes_the_place),
		CASE(owners_may_be_names_of_entries),
		CASE(refuses_bad_entries),
		CASE(says_when_a_source_is_missing),
		CASE(does_not_wait_for_a_fifo),
		CASE(refuses_to_lose_files_in_silence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
