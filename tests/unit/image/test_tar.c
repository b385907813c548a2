/* SPDX-License-Identifier: Apache-2.0 */
#include "image_test.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define BLOCK 512

/* One member, its PAX records before it. */
struct member {
	char name[101], link[101], type;
	unsigned long mode, uid, gid, major, minor;
	unsigned long long size, mtime;
	const char *pax; /* records, or NULL */
	size_t pax_len;
	const char *data;
	size_t end;
};

static unsigned long long octal(const char *field)
{
	return strtoull(field, NULL, 8);
}

static struct member member_at(const struct ig_buf *buf, size_t at)
{
	struct member m = { 0 };
	const char *h = buf->data + at;

	assert_true(at + BLOCK <= buf->len);
	assert_memory_equal(h + 257,
			    "ustar\0"
			    "00",
			    8);
	m.size = octal(h + 124);
	m.end = at + BLOCK + (size_t)(m.size + BLOCK - 1) / BLOCK * BLOCK;
	assert_true(m.end <= buf->len);
	if (h[156] == 'x') {
		struct member real = member_at(buf, m.end);

		real.pax = h + BLOCK;
		real.pax_len = (size_t)m.size;
		return real;
	}
	memcpy(m.name, h, 100);
	memcpy(m.link, h + 157, 100);
	m.type = h[156];
	m.mode = (unsigned long)octal(h + 100);
	m.uid = (unsigned long)octal(h + 108);
	m.gid = (unsigned long)octal(h + 116);
	m.mtime = octal(h + 136);
	m.major = (unsigned long)octal(h + 329);
	m.minor = (unsigned long)octal(h + 337);
	m.data = h + BLOCK;
	return m;
}

static struct member find(const struct ig_buf *buf, const char *name)
{
	for (size_t at = 0; at < buf->len;) {
		struct member m = member_at(buf, at);

		if (ig_streq(m.name, name))
			return m;
		at = m.end;
	}
	fail_msg("no member '%s'", name);
	return (struct member){ 0 };
}

static void expect_names(const struct ig_buf *buf, const char *want)
{
	IG_AUTO(ig_buf_done) struct ig_buf names = IG_BUF_INIT(T_MAX);

	for (size_t at = 0; at < buf->len;) {
		struct member m = member_at(buf, at);

		ig_buf_printf(&names, &t_err, "%s%s", at ? " " : "", m.name);
		at = m.end;
	}
	assert_string_equal(names.data, want);
}

static void writes_every_type_of_entry(void **state)
{
	static const struct {
		const char *name;
		char type;
		unsigned mode, size, major, minor;
		const char *link;
	} want[] = {
		{ "d", '5', 01777, 0, 0, 0, "" },
		{ "d/b", '4', 0660, 0, 8, 300, "" },
		{ "d/c", '3', 0620, 0, 5, 1, "" },
		{ "d/empty", '0', 0644, 0, 0, 0, "" },
		{ "d/f", '0', 04755, 5, 0, 0, "" },
		{ "d/l", '2', 0777, 0, 0, 0, "../d/f" },
		{ "d/p", '6', 0600, 0, 0, 0, "" },
		{ "owned", '0', 0644, 1, 0, 0, "" },
	};
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();

	(void)state;
	t_encode(&out, ig_tar_write, tree, &opts);
	expect_names(&out, "d d/b d/c d/empty d/f d/l d/p owned");
	for (size_t i = 0; i < IG_COUNT(want); i++) {
		struct member m = find(&out, want[i].name);

		assert_int_equal(m.type, want[i].type);
		assert_int_equal(m.mode, want[i].mode);
		assert_int_equal(m.size, want[i].size);
		assert_int_equal(m.major, want[i].major);
		assert_int_equal(m.minor, want[i].minor);
		assert_int_equal(m.mtime, 1000);
		assert_string_equal(m.link, want[i].link);
		assert_null(m.pax);
	}
	assert_memory_equal(find(&out, "d/f").data, "hello\0\0", 7);
	assert_int_equal(find(&out, "owned").uid, 1000);
	assert_int_equal(find(&out, "owned").gid, 100);
}

static void puts_links_behind_the_name_that_was_made_first(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct ig_inode *inode = t_file(tree, "m", "data");
	struct member a;

	(void)state;
	t_name(tree, "a", inode);
	t_name(tree, "z", inode);
	t_file(tree, "zz", "");
	opts.prefix = "p";
	t_encode(&out, ig_tar_write, tree, &opts);
	expect_names(&out, "p/m p/zz p/a p/z");
	a = find(&out, "p/a");
	assert_int_equal(a.type, '1');
	assert_int_equal(a.size, 0);
	assert_string_equal(a.link, "p/m");
	assert_memory_equal(find(&out, "p/m").data, "data", 4);
}

/* @records hold the line "<n> @key=@value". */
static bool has_record(const struct member *m, const char *key,
		       const char *value)
{
	IG_AUTO(ig_buf_done) struct ig_buf want = IG_BUF_INIT(T_MAX);

	ig_buf_printf(&want, &t_err, " %s=%s\n", key, value);
	return m->pax &&
	       memmem(m->pax, m->pax_len, want.data, want.len) != NULL;
}

static void says_in_records_what_the_header_cannot(void **state)
{
	static char name[151], target[201];
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct ig_inode *inode;
	struct member m;
	char cut[101];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	memset(target, 't', sizeof(target) - 1);
	memcpy(cut, name, 100);
	cut[100] = '\0';
	t_file(tree, name, "x");
	t_symlink(tree, "link", target);
	t_file(tree, "gr\xc3\xbcn", "x");
	inode = t_file(tree, "ids", "x");
	inode->uid = 2097152;
	inode->gid = 4294967295u;
	t_file(tree, "ids-fit", "x")->uid = 2097151;
	t_file(tree, "old", "x")->mtime = -5;
	t_encode(&out, ig_tar_write, tree, &opts);
	m = find(&out, cut);
	assert_true(has_record(&m, "path", name));
	m = find(&out, "link");
	assert_true(has_record(&m, "linkpath", target));
	m = find(&out, "grn");
	assert_true(has_record(&m, "path", "gr\xc3\xbcn"));
	m = find(&out, "ids");
	assert_true(has_record(&m, "uid", "2097152"));
	assert_true(has_record(&m, "gid", "4294967295"));
	assert_null(find(&out, "ids-fit").pax);
	m = find(&out, "old");
	assert_true(has_record(&m, "mtime", "-5"));
}

static void sorts_records_and_adds_source_location_and_xattrs(void **state)
{
	static struct ig_xattr xattrs[] = {
		{ "security.capability", "\1\0\2", 3 },
		{ "user.a", "b", 1 },
	};
	static const char want[] =
		"28 LINUXKIT.location=kernel\n"
		"25 LINUXKIT.source=img:1\n"
		"40 SCHILY.xattr.security.capability=\1\0\2\n"
		"25 SCHILY.xattr.user.a=b\n"
		"15 uid=3000000\n";
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct ig_inode *inode = t_file(tree, "f", "x");
	struct member m;

	(void)state;
	inode->xattrs = xattrs;
	inode->xattrs_n = 2;
	inode->uid = 3000000;
	t_name(tree, "g", inode);
	opts.source = "img:1";
	opts.location = "kernel";
	t_encode(&out, ig_tar_write, tree, &opts);
	m = find(&out, "f");
	assert_int_equal(m.pax_len, sizeof(want) - 1);
	assert_memory_equal(m.pax, want, sizeof(want) - 1);
	m = find(&out, "g");
	assert_int_equal(m.type, '1');
	assert_false(has_record(&m, "SCHILY.xattr.user.a", "b"));
}

static void clamps_times(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();

	(void)state;
	t_file(tree, "old", "")->mtime = 5;
	t_file(tree, "new", "")->mtime = INT64_MAX;
	opts.max_time = 10;
	t_encode(&out, ig_tar_write, tree, &opts);
	assert_int_equal(find(&out, "old").mtime, 5);
	assert_int_equal(find(&out, "new").mtime, 10);
	assert_null(find(&out, "new").pax);
}

static void puts_the_prefix_and_its_parents_in_front(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();

	(void)state;
	t_file(tree, "f", "");
	opts.prefix = "a/b";
	opts.parents = opts.root = true;
	t_encode(&out, ig_tar_write, tree, &opts);
	expect_names(&out, "a a/b a/b/f");
	assert_int_equal(find(&out, "a").mtime, IG_FIXED_TIME);
}

static int whole(struct ig_sink *out, const struct ig_tree *tree,
		 const struct ig_encode_opts *opts, struct ig_err *err)
{
	if (ig_tar_write(out, tree, opts, err) < 0)
		return -1;
	return ig_tar_end(out, err);
}

static void is_read_the_same_by(const char *const *argv,
				const char *const *want)
{
	static char name[151];
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(T_MAX);
	struct ig_encode_opts opts = t_opts();
	ig_autofd int fd = memfd_create("tar", MFD_CLOEXEC);

	memset(name, 'n', sizeof(name) - 1);
	t_file(tree, name, "long")->uid = 4000000000u;
	t_name(tree, "a-hard", ig_tree_find(tree, "d/f")->inode);
	opts.source = "img:1";
	t_encode(&out, whole, tree, &opts);
	assert_int_equal(write(fd, out.data, out.len), (ssize_t)out.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	t_listing(&list, argv, fd);
	for (; *want; want++)
		if (!strstr(list.data, *want))
			fail_msg("no '%s' in:\n%s", *want, list.data);
	assert_non_null(strstr(list.data, name));
}

static void is_read_by_gnu_tar(void **state)
{
	static const char *const argv[] = { "tar",
					    "--numeric-owner",
					    "--warning=no-unknown-keyword",
					    "-tvf",
					    "-",
					    NULL };
	static const char *const want[] = { "drwxrwxrwt 0/0", "8,300",
					    "crw--w---- 0/0", "5,1",
					    "d/l -> ../d/f",  "prw-------",
					    "hrwsr-xr-x",     "1000/100",
					    "4000000000/0",   NULL };

	(void)state;
	is_read_the_same_by(argv, want);
}

static void is_read_by_bsdtar(void **state)
{
	static const char *const argv[] = { "bsdtar", "--numeric-owner", "-tvf",
					    "-", NULL };
	static const char *const want[] = { "drwxrwxrwt", "8,300",
					    "5,1",	  "d/l -> ../d/f",
					    "prw-------", "a-hard link to d/f",
					    "4000000000", NULL };

	(void)state;
	is_read_the_same_by(argv, want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_every_type_of_entry),
		cmocka_unit_test(
			puts_links_behind_the_name_that_was_made_first),
		cmocka_unit_test(says_in_records_what_the_header_cannot),
		cmocka_unit_test(
			sorts_records_and_adds_source_location_and_xattrs),
		cmocka_unit_test(clamps_times),
		cmocka_unit_test(puts_the_prefix_and_its_parents_in_front),
		cmocka_unit_test(is_read_by_gnu_tar),
		cmocka_unit_test(is_read_by_bsdtar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
