/* SPDX-License-Identifier: Apache-2.0 */
#include "cpio_test.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void writes_every_type_of_entry(void **state)
{
	static const struct {
		const char *name;
		unsigned mode, size, rmajor, rminor;
		const char *data;
	} want[] = {
		{ "d", 0041777, 0, 0, 0, "" },
		{ "d/b", 0060660, 0, 8, 300, "" },
		{ "d/c", 0020620, 0, 5, 1, "" },
		{ "d/empty", 0100644, 0, 0, 0, "" },
		{ "d/f", 0104755, 5, 0, 0, "hello" },
		{ "d/l", 0120777, 6, 0, 0, "../d/f" },
		{ "d/p", 0010600, 0, 0, 0, "" },
	};
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();

	(void)state;
	t_encode(&out, ig_cpio_write, tree, &opts);
	t_cpio_names(&out, "d d/b d/c d/empty d/f d/l d/p owned");
	for (size_t i = 0; i < IG_COUNT(want); i++) {
		struct t_cpio e = t_cpio_find(&out, want[i].name);

		assert_int_equal(e.mode, want[i].mode);
		assert_int_equal(e.size, want[i].size);
		assert_int_equal(e.rmajor, want[i].rmajor);
		assert_int_equal(e.rminor, want[i].rminor);
		assert_int_equal(e.mtime, 1000);
		assert_memory_equal(e.data, want[i].data, e.size);
	}
	assert_int_equal(t_cpio_find(&out, "owned").uid, 1000);
	assert_int_equal(t_cpio_find(&out, "owned").gid, 100);
}

static void puts_the_data_of_a_hard_link_with_its_last_name(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct ig_inode *inode = t_file(tree, "m", "data");
	struct t_cpio a, m, z;

	(void)state;
	t_name(tree, "z", inode);
	t_name(tree, "a", inode);
	t_file(tree, "other", "data");
	t_encode(&out, ig_cpio_write, tree, &opts);
	a = t_cpio_find(&out, "a");
	m = t_cpio_find(&out, "m");
	z = t_cpio_find(&out, "z");
	assert_int_equal(a.size, 0);
	assert_int_equal(m.size, 0);
	assert_int_equal(z.size, 4);
	assert_memory_equal(z.data, "data", 4);
	assert_int_equal(a.ino, m.ino);
	assert_int_equal(a.ino, z.ino);
	assert_int_equal(a.nlink, 3);
	assert_int_equal(z.nlink, 3);
	assert_int_not_equal(t_cpio_find(&out, "other").ino, a.ino);
	assert_int_equal(t_cpio_find(&out, "other").nlink, 1);
}

/* The kernel makes each symbolic link anew, so each name needs the target. */
static void gives_every_name_of_a_symbolic_link_its_target(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct ig_inode *inode = t_symlink(tree, "a", "to");

	(void)state;
	t_name(tree, "b", inode);
	t_encode(&out, ig_cpio_write, tree, &opts);
	assert_memory_equal(t_cpio_find(&out, "a").data, "to", 2);
	assert_memory_equal(t_cpio_find(&out, "b").data, "to", 2);
}

static void gives_archives_with_other_keys_other_devices(void **state)
{
	static const char other[] = "fedcba9876543210";
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	IG_AUTO(ig_buf_done) struct ig_buf again;
	struct ig_encode_opts opts = t_opts();
	struct t_cpio a, b;

	(void)state;
	opts.key = T_KEY;
	t_encode(&out, ig_cpio_write, tree, &opts);
	opts.key = other;
	t_encode(&again, ig_cpio_write, tree, &opts);
	a = t_cpio_find(&out, "d/f");
	b = t_cpio_find(&again, "d/f");
	assert_int_equal(a.major, 0x012);
	assert_int_equal(a.minor, 0x34567);
	assert_int_equal(b.major, 0xfed);
	assert_int_equal(b.minor, 0xcba98);
}

static void puts_the_prefix_and_its_parents_in_front(void **state)
{
	static const struct {
		const char *prefix, *want;
		bool parents, root;
	} cases[] = {
		{ "", "f", true, true },
		{ "p", "p p/f", true, true },
		{ "p/q/r", "p p/q p/q/r p/q/r/f", true, true },
		{ "p/q/r", "p/q/r p/q/r/f", false, true },
		{ "p/q/r", "p/q/r/f", false, false },
		{ "p/q/r", "p p/q p/q/r/f", true, false },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_tree_freep)
		struct ig_tree *tree = ig_tree_new(&t_err);
		IG_AUTO(ig_buf_done) struct ig_buf out;
		struct ig_encode_opts opts = t_opts();

		opts.prefix = cases[i].prefix;
		opts.parents = cases[i].parents;
		opts.root = cases[i].root;
		t_file(tree, "f", "");
		t_encode(&out, ig_cpio_write, tree, &opts);
		t_cpio_names(&out, cases[i].want);
	}
}

static void makes_parents_with_fixed_mode_owner_and_time(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct ig_inode *root = ig_tree_root(tree)->inode;
	struct t_cpio e;

	(void)state;
	opts.prefix = "a/b";
	opts.parents = opts.root = true;
	root->mode = 0700;
	root->uid = 7;
	t_encode(&out, ig_cpio_write, tree, &opts);
	e = t_cpio_find(&out, "a");
	assert_int_equal(e.mode, 0040755);
	assert_int_equal(e.uid, 0);
	assert_int_equal(e.mtime, IG_FIXED_TIME);
	e = t_cpio_find(&out, "a/b");
	assert_int_equal(e.mode, 0040700);
	assert_int_equal(e.uid, 7);
}

static void clamps_times(void **state)
{
	static const struct {
		int64_t time, max;
		unsigned want;
	} cases[] = {
		{ 1000, INT64_MAX, 1000 },
		{ 1000, 999, 999 },
		{ 1000, 0, 0 },
		{ 998, 999, 998 },
		{ -1, INT64_MAX, 0 },
		{ INT64_MIN, INT64_MAX, 0 },
		{ 0x100000000, INT64_MAX, 0xffffffff },
	};

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_tree_freep)
		struct ig_tree *tree = ig_tree_new(&t_err);
		IG_AUTO(ig_buf_done) struct ig_buf out;
		struct ig_encode_opts opts = t_opts();

		opts.max_time = cases[i].max;
		t_file(tree, "f", "")->mtime = cases[i].time;
		t_encode(&out, ig_cpio_write, tree, &opts);
		assert_int_equal(t_cpio_find(&out, "f").mtime, cases[i].want);
	}
}

/* @depth folders of 200 bytes and a file of @last bytes. */
static struct ig_tree *deep(size_t depth, size_t last)
{
	struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_node *at = ig_tree_root(tree);
	char name[256];

	memset(name, 'n', sizeof(name));
	for (size_t i = 0; i <= depth; i++) {
		struct ig_inode *inode = ig_tree_inode(
			tree, i < depth ? IG_DIR : IG_FILE, &t_err);

		at = ig_tree_put(tree, at, name, i < depth ? 200 : last, inode,
				 &t_err);
		assert_non_null(at);
	}
	return tree;
}

/* The kernel's unpacker drops a name over PATH_MAX in silence. */
static void holds_a_path_of_4095_bytes_and_refuses_more(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *most = deep(20, 75);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	IG_AUTO(ig_buf_done) struct ig_buf more = IG_BUF_INIT(T_MAX);
	struct ig_encode_opts opts = t_opts();

	(void)state;
	t_encode(&out, ig_cpio_write, most, &opts);
	opts.prefix = "p";
	assert_int_equal(t_try(&more, ig_cpio_write, most, &opts), -1);
	assert_int_equal(t_err.code, IG_ELIMIT);
	assert_non_null(strstr(t_err.msg, "path of 4097 bytes"));
}

static void keeps_the_bytes_of_names_as_they_are(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();

	(void)state;
	t_file(tree, "gr\xc3\xbc\xc3\x9f", "1");
	t_file(tree, "\xff\xfe", "2");
	t_file(tree, "a b\nc", "3");
	t_encode(&out, ig_cpio_write, tree, &opts);
	assert_int_equal(*t_cpio_find(&out, "gr\xc3\xbc\xc3\x9f").data, '1');
	assert_int_equal(*t_cpio_find(&out, "\xff\xfe").data, '2');
	assert_int_equal(*t_cpio_find(&out, "a b\nc").data, '3');
}

static void refuses_a_file_of_4_gib(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);

	(void)state;
	t_file(tree, "huge", "")->size = (uint64_t)1 << 32;
	t_refuses(ig_cpio_write, tree, IG_ELIMIT, "'huge' has 4294967296");
}

static void fails_when_the_data_is_shorter_than_its_size(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	struct ig_inode *inode = t_file(tree, "f", "");
	ig_autofd int fd = memfd_create("data", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(write(fd, "abc", 3), 3);
	inode->mem = NULL;
	inode->fd = fd;
	inode->size = 4;
	t_refuses(ig_cpio_write, tree, IG_EFORMAT, "");
}

static void reads_data_from_a_range_of_a_file(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct ig_inode *inode = t_file(tree, "f", "");
	ig_autofd int fd = memfd_create("data", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(write(fd, "..abc..", 7), 7);
	inode->mem = NULL;
	inode->fd = fd;
	inode->off = 2;
	inode->size = 3;
	t_encode(&out, ig_cpio_write, tree, &opts);
	assert_memory_equal(t_cpio_find(&out, "f").data, "abc", 3);
}

static void warns_once_or_twice_of_lost_attributes(void **state)
{
	static struct ig_xattr x = { "user.a", "1", 1 };

	(void)state;
	for (size_t n = 0; n < 4; n++) {
		IG_AUTO(ig_tree_freep)
		struct ig_tree *tree = ig_tree_new(&t_err);
		IG_AUTO(ig_buf_done) struct ig_buf out;
		struct ig_encode_opts opts = t_opts();

		for (size_t i = 0; i < n; i++) {
			char name[2] = { (char)('a' + i), 0 };
			struct ig_inode *inode = t_file(tree, name, "");

			inode->xattrs = &x;
			inode->xattrs_n = 1;
		}
		t_listen();
		t_encode(&out, ig_cpio_write, tree, &opts);
		assert_int_equal(t_warnings, n > 1 ? 2 : n);
	}
}

static void writes_only_what_has_the_mark(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();

	(void)state;
	opts.mark = 3;
	ig_tree_find(tree, "d/c")->inode->mark = 3;
	ig_tree_find(tree, "owned")->inode->mark = 2;
	t_encode(&out, ig_cpio_write, tree, &opts);
	t_cpio_names(&out, "d/c");
}

static int file_and_end(struct ig_sink *out, const struct ig_tree *tree,
			const struct ig_encode_opts *opts, struct ig_err *err)
{
	(void)tree;
	(void)opts;
	if (ig_cpio_file(out, "etc/x", 0444, 77, "12345", 5, err) < 0)
		return -1;
	return ig_cpio_end(out, 124, err);
}

static void ends_with_a_trailer_and_whole_blocks(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct t_cpio file, end;

	(void)state;
	t_encode(&out, file_and_end, tree, &opts);
	file = t_cpio_at(&out, 0);
	assert_string_equal(file.name, "etc/x");
	assert_int_equal(file.mode, 0100444);
	assert_int_equal(file.mtime, 77);
	assert_memory_equal(file.data, "12345\0\0\0", 8);
	assert_int_equal(file.end, 124);
	end = t_cpio_at(&out, file.end);
	assert_string_equal(end.name, "TRAILER!!!");
	assert_int_equal(end.nlink, 1);
	assert_int_equal(out.len, 512);
	for (size_t i = end.end; i < out.len; i++)
		assert_int_equal(out.data[i], 0);
}

static int write_archive(struct ig_sink *out, const struct ig_tree *tree,
			 const struct ig_encode_opts *opts, struct ig_err *err)
{
	IG_AUTO(ig_buf_done) struct ig_buf copy = IG_BUF_INIT(T_MAX);
	IG_AUTO(ig_sink_closep) struct ig_sink *mem = ig_sink_buf(&copy, err);

	if (ig_cpio_write(mem, tree, opts, err) < 0 ||
	    ig_sink_write(out, copy.data, copy.len, err) < 0)
		return -1;
	return ig_cpio_end(out, copy.len, err);
}

static void is_read_by_gnu_cpio(void **state)
{
	static const char *const argv[] = { "cpio", "-itv", "--quiet",
					    "--numeric-uid-gid", NULL };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(T_MAX);
	struct ig_encode_opts opts = t_opts();
	ig_autofd int fd = memfd_create("cpio", MFD_CLOEXEC);

	(void)state;
	opts.key = T_KEY;
	t_name(tree, "d/hard", ig_tree_find(tree, "d/f")->inode);
	t_encode(&out, write_archive, tree, &opts);
	assert_int_equal(out.len % 512, 0);
	assert_int_equal(write(fd, out.data, out.len), (ssize_t)out.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	t_listing(&list, argv, fd);
	assert_non_null(strstr(list.data, "drwxrwxrwt"));
	assert_non_null(strstr(list.data, "crw--w----   1 0        0"));
	assert_non_null(strstr(list.data, "d/l -> ../d/f"));
	assert_non_null(strstr(list.data, "-rwsr-xr-x   2"));
	assert_non_null(strstr(list.data, "1000     100"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_every_type_of_entry),
		cmocka_unit_test(
			puts_the_data_of_a_hard_link_with_its_last_name),
		cmocka_unit_test(
			gives_every_name_of_a_symbolic_link_its_target),
		cmocka_unit_test(gives_archives_with_other_keys_other_devices),
		cmocka_unit_test(puts_the_prefix_and_its_parents_in_front),
		cmocka_unit_test(makes_parents_with_fixed_mode_owner_and_time),
		cmocka_unit_test(clamps_times),
		cmocka_unit_test(holds_a_path_of_4095_bytes_and_refuses_more),
		cmocka_unit_test(keeps_the_bytes_of_names_as_they_are),
		cmocka_unit_test(refuses_a_file_of_4_gib),
		cmocka_unit_test(fails_when_the_data_is_shorter_than_its_size),
		cmocka_unit_test(reads_data_from_a_range_of_a_file),
		cmocka_unit_test(warns_once_or_twice_of_lost_attributes),
		cmocka_unit_test(writes_only_what_has_the_mark),
		cmocka_unit_test(ends_with_a_trailer_and_whole_blocks),
		cmocka_unit_test(is_read_by_gnu_cpio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
