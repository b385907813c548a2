/* SPDX-License-Identifier: Apache-2.0 */
#include "image_test.h"

#include <sys/mman.h>
#include <unistd.h>

static void writes_one_line_an_entry(void **state)
{
	static const char want[] =
		"./p type=dir mode=0755 uid=0 gid=0 time=1492533000.0\n"
		"./p/q type=dir mode=0755 uid=0 gid=0 time=0.0\n"
		"./p/q/c type=char mode=0620 uid=0 gid=0 time=1000.0 device=native,5,1\n"
		"./p/q/f type=file mode=4755 uid=7 gid=8 time=1000.0 size=2 nlink=1 sha256digest=abababababababababababababababababababababababababababababababab\n"
		"./p/q/l type=link mode=0777 uid=0 gid=0 time=1000.0 link=a\\040b\n"
		"./p/q/x\\134y\\012 type=fifo mode=0600 uid=0 gid=0 time=-3.0\n";
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = ig_tree_new(&t_err);
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct ig_inode *inode = t_file(tree, "f", "hi");

	(void)state;
	inode->mode = 04755;
	inode->uid = 7;
	inode->gid = 8;
	inode->has_hash = true;
	memset(inode->sha256, 0xab, 32);
	inode = t_add(tree, "c", IG_CHAR, 0620);
	inode->major = 5;
	inode->minor = 1;
	t_symlink(tree, "l", "a b");
	t_add(tree, "x\\y\n", IG_FIFO, 0600)->mtime = -3;
	opts.prefix = "p/q";
	opts.parents = opts.root = true;
	t_encode(&out, ig_mtree_write, tree, &opts);
	assert_string_equal(out.data, want);
}

/* What ig_mtree_read() gave, beside what the tree has. */
struct check {
	struct ig_tree *tree;
	size_t n, stop;
};

static int check_line(void *ctx, const struct ig_mtree_line *line)
{
	static const char letters[] = "dflcbp";
	struct check *c = ctx;
	const struct ig_node *node = ig_tree_find(c->tree, line->path);

	if (!node)
		fail_msg("a name that is not there: '%s'", line->path);
	assert_int_equal(line->type, letters[node->inode->type]);
	assert_int_equal(line->mode, node->inode->mode);
	assert_int_equal(line->uid, node->inode->uid);
	assert_int_equal(line->gid, node->inode->gid);
	assert_int_equal(line->size, node->inode->size);
	assert_int_equal(line->time, node->inode->mtime);
	assert_int_equal(strlen(line->sha256), node->inode->has_hash ? 64 : 0);
	if (node->inode->link)
		assert_string_equal(line->link, node->inode->link);
	else
		assert_null(line->link);
	return ++c->n == c->stop ? 17 : 0;
}

static int read_all(const char *text, size_t len,
		    int (*each)(void *, const struct ig_mtree_line *),
		    void *ctx)
{
	IG_AUTO(ig_source_closep)
	struct ig_source *src = ig_source_mem(text, len, &t_err);

	ig_err_clear(&t_err);
	return ig_mtree_read(src, each, ctx, &t_err);
}

static struct ig_tree *odd_names(void)
{
	struct ig_tree *tree = t_every_type();
	char name[2] = "";

	for (int c = 1; c < 256; c++) {
		name[0] = (char)c;
		if (!strchr("/.d", c))
			t_file(tree, name, "x")->uid = (uint32_t)c;
	}
	t_file(tree, " two  spaces ", "");
	t_file(tree, "a=b", "");
	t_file(tree, "\\101", "");
	t_file(tree, "type=dir", "");
	t_symlink(tree, "sym", "gr\xc3\xbcn \\ = \n")->mtime = -77;
	t_file(tree, "max", "")->uid = UINT32_MAX;
	ig_tree_find(tree, "max")->inode->has_hash = true;
	ig_tree_find(tree, "d/f")->inode->size = 5;
	return tree;
}

static void reads_back_what_it_wrote_with_any_name(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = odd_names();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct check c = { tree, 0, 0 };

	(void)state;
	t_encode(&out, ig_mtree_write, tree, &opts);
	assert_int_equal(read_all(out.data, out.len, check_line, &c), 0);
	assert_int_equal(c.n, 8 + 252 + 6);
}

static void ends_with_what_the_callback_returns(void **state)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = odd_names();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	struct ig_encode_opts opts = t_opts();
	struct check c = { tree, 0, 3 };

	(void)state;
	t_encode(&out, ig_mtree_write, tree, &opts);
	assert_int_equal(read_all(out.data, out.len, check_line, &c), 17);
	assert_int_equal(c.n, 3);
}

static int count_line(void *ctx, const struct ig_mtree_line *line)
{
	(void)line;
	++*(size_t *)ctx;
	return 0;
}

static void refuses_what_is_not_its_own(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "./a type=file", "cut line" },
		{ "\n", "bad line" },
		{ "#mtree\n", "bad line" },
		{ "a type=file\n", "bad line" },
		{ "./a\\9 type=file\n", "bad escape" },
		{ "./a\\12 type=file\n", "bad escape" },
		{ "./a\\ type=file\n", "bad escape" },
		{ "./a\\400 type=file\n", "bad escape" },
		{ "./a\\000b type=file\n", "bad escape" },
		{ "./a type=link link=\\x\n", "bad escape" },
		{ "./a mode=9\n", "bad number" },
		{ "./a uid=\n", "bad number" },
		{ "./a uid=1x\n", "bad number" },
		{ "./a uid=-1\n", "bad number" },
		{ "./a uid=4294967296\n", "bad number" },
		{ "./a mode=10000\n", "bad number" },
		{ "./a time=x\n", "bad time" },
		{ "./a time=5\n", "bad time" },
		{ "./a size=99999999999999999999\n", "bad number" },
		{ "./a sha256digest=ab\n", "bad digest" },
	};
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		int ret = read_all(cases[i].text, strlen(cases[i].text),
				   count_line, &n);

		if (ret != -1 || !strstr(t_err.msg, cases[i].part))
			fail_msg("%s: %d %s", cases[i].text, ret, t_err.msg);
		assert_int_equal(t_err.code, IG_EFORMAT);
	}
	assert_int_equal(n, 0);
	assert_int_equal(read_all("", 0, count_line, &n), 0);
}

static void is_read_by_bsdtar(void **state)
{
	static const char *const argv[] = { "bsdtar", "--numeric-owner", "-tvf",
					    "-", NULL };
	static const char *const want[] = { "d/l -> ../d/f", "drwxrwxrwt",
					    "1000", "-rwsr-xr-x", "a b" };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = t_every_type();
	IG_AUTO(ig_buf_done) struct ig_buf out;
	IG_AUTO(ig_buf_done) struct ig_buf list = IG_BUF_INIT(T_MAX);
	struct ig_encode_opts opts = t_opts();
	ig_autofd int fd = memfd_create("mtree", MFD_CLOEXEC);

	(void)state;
	t_file(tree, "a b", "");
	t_encode(&out, ig_mtree_write, tree, &opts);
	assert_int_equal(write(fd, "#mtree\n", 7), 7);
	assert_int_equal(write(fd, out.data, out.len), (ssize_t)out.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	t_listing(&list, argv, fd);
	for (size_t i = 0; i < IG_COUNT(want); i++)
		if (!strstr(list.data, want[i]))
			fail_msg("no '%s' in:\n%s", want[i], list.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_one_line_an_entry),
		cmocka_unit_test(reads_back_what_it_wrote_with_any_name),
		cmocka_unit_test(ends_with_what_the_callback_returns),
		cmocka_unit_test(refuses_what_is_not_its_own),
		cmocka_unit_test(is_read_by_bsdtar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
