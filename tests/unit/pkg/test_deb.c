/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_test.h"

#include <unistd.h>

#include <ingot/tree.h>

/* A ustar header of an empty-owner entry. */
static void tar_head(struct ig_buf *out, const char *name, char type,
		     unsigned mode, size_t size)
{
	struct ig_err err = { 0 };
	char head[513] = { 0 };
	unsigned sum = 0;

	snprintf(head, 100, "%s", name);
	snprintf(head + 100, 8, "%07o", mode);
	snprintf(head + 108, 8, "%07o", 0u);
	snprintf(head + 116, 8, "%07o", 42u);
	snprintf(head + 124, 12, "%011o", (unsigned)size);
	snprintf(head + 136, 12, "%011o", 1000000000u);
	memset(head + 148, ' ', 8);
	head[156] = type;
	memcpy(head + 257,
	       "ustar\0"
	       "00",
	       8);
	for (size_t i = 0; i < 512; i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	assert_int_equal(ig_buf_add(out, head, 512, &err), 0);
}

static void tar_file(struct ig_buf *out, const char *name, unsigned mode,
		     const char *text)
{
	struct ig_err err = { 0 };
	size_t len = strlen(text);

	tar_head(out, name, '0', mode, len);
	assert_int_equal(ig_buf_add(out, text, len, &err), 0);
	assert_int_equal(ig_buf_zero(out, (512 - len % 512) % 512, &err), 0);
}

static void ar_member(struct ig_buf *out, const char *name,
		      const struct ig_buf *data)
{
	struct ig_err err = { 0 };

	assert_int_equal(ig_buf_printf(out, &err,
				       "%-16s%-12s%-6s%-6s%-8s%-10zu`\n", name,
				       "0", "0", "0", "100644", data->len),
			 0);
	assert_int_equal(ig_buf_add(out, data->data, data->len, &err), 0);
	if (data->len & 1)
		assert_int_equal(ig_buf_putc(out, '\n', &err), 0);
}

/* A small package, uncompressed. */
static void make_deb(struct ig_buf *out, const char *control)
{
	IG_AUTO(ig_buf_done) struct ig_buf version = IG_BUF_INIT(64);
	IG_AUTO(ig_buf_done) struct ig_buf ctl = IG_BUF_INIT(1u << 16);
	IG_AUTO(ig_buf_done) struct ig_buf data = IG_BUF_INIT(1u << 16);
	struct ig_err err = { 0 };

	assert_int_equal(ig_buf_puts(&version, "2.0\n", &err), 0);
	tar_file(&ctl, "./control", 0644, control);
	assert_int_equal(ig_buf_zero(&ctl, 1024, &err), 0);
	tar_head(&data, "./usr/", '5', 0755, 0);
	tar_file(&data, "./usr/hello", 02755, "hello\n");
	assert_int_equal(ig_buf_zero(&data, 1024, &err), 0);
	assert_int_equal(ig_buf_puts(out, "!<arch>\n", &err), 0);
	ar_member(out, "debian-binary", &version);
	ar_member(out, "control.tar", &ctl);
	ar_member(out, "data.tar", &data);
}

static int open_deb(struct pkg_deb *deb, int fd, const struct ig_buf *bytes,
		    size_t len, struct ig_err *err)
{
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, bytes->data, len, 0), (ssize_t)len);
	return pkg_deb_open(deb, fd, 0, len, err);
}

static void reads_name_version_and_files(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf bytes = IG_BUF_INIT(1u << 20);
	IG_AUTO(pkg_deb_done) struct pkg_deb deb = { 0 };
	IG_AUTO(ig_tree_freep) struct ig_tree *tree = NULL;
	struct ig_err err = { 0 };
	ig_autofd int fd = -1;
	ig_autofd int spool_fd = -1;
	struct ig_spool spool = { -1, 0 };
	const struct ig_node *node;

	assert_int_equal(ig_spool_open(&fd, *state, &err), 0);
	assert_int_equal(ig_spool_open(&spool_fd, *state, &err), 0);
	spool.fd = spool_fd;
	make_deb(&bytes, "Package: hello\nDescription: x\n Version: no\n"
			 "Version:  1:2.3-4 \n");
	if (open_deb(&deb, fd, &bytes, bytes.len, &err) < 0)
		fail_msg("%s", err.msg);
	assert_string_equal(deb.name, "hello");
	assert_string_equal(deb.version, "1:2.3-4");
	tree = ig_tree_new(&err);
	assert_non_null(tree);
	if (pkg_deb_tree(tree, &spool, &deb, &err) < 0)
		fail_msg("%s", err.msg);
	node = ig_tree_find(tree, "usr/hello");
	assert_non_null(node);
	/* as the package says, whoever builds */
	assert_int_equal(node->inode->mode, 02755);
	assert_int_equal(node->inode->gid, 42);
	assert_int_equal(node->inode->size, 6);
}

static void a_cut_package_is_refused_wherever_it_ends(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf bytes = IG_BUF_INIT(1u << 20);
	struct ig_err err = { 0 };
	ig_autofd int fd = -1;

	assert_int_equal(ig_spool_open(&fd, *state, &err), 0);
	make_deb(&bytes, "Package: hello\nVersion: 1\n");
	for (size_t len = 0; len < bytes.len; len += 61) {
		struct pkg_deb deb;

		err = (struct ig_err){ 0 };
		assert_int_equal(open_deb(&deb, fd, &bytes, len, &err), -1);
		assert_int_equal(err.code, IG_EFORMAT);
	}
}

static void refuses_what_is_no_package(void **state)
{
	static const struct bad bads[] = {
		{ "", IG_EFORMAT, "not a Debian package" },
		{ "hello, world", IG_EFORMAT, "not a Debian package" },
		{ "!<arch>\n", IG_EFORMAT, "without control or data" },
		{ "!<arch>\nxx", IG_EFORMAT, "cut" },
	};
	struct ig_err err = { 0 };
	ig_autofd int fd = -1;

	assert_int_equal(ig_spool_open(&fd, *state, &err), 0);
	for (size_t i = 0; i < IG_COUNT(bads); i++) {
		struct pkg_deb deb;
		struct ig_buf bytes = IG_BUF_INIT(1024);

		assert_int_equal(ig_buf_puts(&bytes, bads[i].input, &err), 0);
		assert_failed(open_deb(&deb, fd, &bytes, bytes.len, &err), &err,
			      &bads[i]);
		ig_buf_done(&bytes);
	}
}

static void a_control_file_needs_name_and_version(void **state)
{
	struct pkg_deb deb = { 0 };
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(pkg_deb_control(&deb, "Version: 1\n", &err), -1);
	assert_non_null(strstr(err.msg, "no Package"));
	assert_int_equal(pkg_deb_control(&deb, "Package: a\nversion:\n", &err),
			 -1);
	assert_non_null(strstr(err.msg, "no Version"));
	pkg_deb_done(&deb);
}

#define IN_FOLDER(f)                                                           \
	cmocka_unit_test_setup_teardown(f, folder_setup, folder_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(reads_name_version_and_files),
		IN_FOLDER(a_cut_package_is_refused_wherever_it_ends),
		IN_FOLDER(refuses_what_is_no_package),
		cmocka_unit_test(a_control_file_needs_name_and_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
