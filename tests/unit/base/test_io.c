/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>

#include "../../support/scratch.h"

static void reads_a_whole_file(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(100000);
	struct ig_err err = { 0 };
	char data[70000];

	(void)state;
	memset(data, 'x', sizeof(data));
	scratch_write("big", data, sizeof(data));
	scratch_write("empty", "", 0);
	assert_int_equal(ig_read_file(&buf, AT_FDCWD, "big", &err), 0);
	assert_int_equal(buf.len, sizeof(data));
	assert_memory_equal(buf.data, data, sizeof(data));
	assert_int_equal(ig_read_file(&buf, AT_FDCWD, "empty", &err), 0);
	assert_int_equal(buf.len, sizeof(data));
	ig_buf_clear(&buf);
	/* Says that it has no size. */
	assert_int_equal(ig_read_file(&buf, AT_FDCWD, "/proc/self/stat", &err),
			 0);
	assert_true(buf.len > 10);
}

static void reads_below_a_folder(void **state)
{
	IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(10);
	struct ig_err err = { 0 };
	ig_autofd int dir = -1;

	(void)state;
	assert_int_equal(mkdir("d", 0755), 0);
	scratch_write("d/x", "in d", 4);
	dir = open("d", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	assert_int_equal(ig_read_file(&buf, dir, "x", &err), 0);
	assert_string_equal(buf.data, "in d");
}

static void refuses_what_it_cannot_read(void **state)
{
	static const struct {
		const char *path;
		enum ig_code code;
		const char *message;
	} cases[] = {
		{ "none", IG_ENOENT, "open 'none': No such file" },
		{ "five/x", IG_ENOENT, "open 'five/x': Not a directory" },
		{ ".", IG_EFORMAT, "'.': not a regular file" },
		{ "fifo", IG_EFORMAT, "'fifo': not a regular file" },
		{ "five", IG_ELIMIT, "'five' has more than 4 bytes" },
		{ "/proc/self/stat", IG_ELIMIT, "more than 4 bytes" },
	};

	(void)state;
	scratch_write("five", "12345", 5);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		IG_AUTO(ig_buf_done) struct ig_buf buf = IG_BUF_INIT(4);
		struct ig_err err = { 0 };

		assert_int_equal(
			ig_read_file(&buf, AT_FDCWD, cases[i].path, &err), -1);
		assert_int_equal(err.code, cases[i].code);
		if (!strstr(err.msg, cases[i].message))
			fail_msg("%s", err.msg);
	}
}

static void reads_exactly_at_an_offset(void **state)
{
	struct ig_err err = { 0 };
	char data[4] = "";
	ig_autofd int fd = -1;

	(void)state;
	scratch_write("f", "0123456789", 10);
	fd = open("f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(ig_pread_all(fd, data, 4, 6, &err), 0);
	assert_memory_equal(data, "6789", 4);
	assert_int_equal(ig_pread_all(fd, data, 4, 7, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
	assert_string_equal(err.msg, "the file ends 1 bytes too early");
	ig_err_clear(&err);
	assert_int_equal(ig_pread_all(fd, data, 4, UINT64_MAX - 2, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
	ig_err_clear(&err);
	assert_int_equal(ig_pread_all(fd, data, 4, INT64_MAX - 2, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
}

static void copies_ranges_between_files(void **state)
{
	struct ig_err err = { 0 };
	ig_autofd int in = -1;
	ig_autofd int out = -1;

	(void)state;
	scratch_write("in", "0123456789", 10);
	in = open("in", O_RDONLY | O_CLOEXEC);
	out = open("out", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(ig_write_all(out, "<", 1, &err), 0);
	assert_int_equal(ig_copy_range(out, in, 3, 4, &err), 0);
	assert_int_equal(ig_copy_range(out, in, 0, 0, &err), 0);
	assert_int_equal(ig_copy_range(out, in, 0, 1, &err), 0);
	assert_int_equal(ig_write_all(out, ">", 1, &err), 0);
	assert_string_equal(scratch_read("out"), "<34560>");
	assert_int_equal(ig_copy_range(out, in, 8, 3, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
	assert_string_equal(err.msg, "the file ends 1 bytes too early");
	ig_err_clear(&err);
	assert_int_equal(ig_copy_range(out, in, UINT64_MAX, 3, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
}

static void copies_by_reading_where_the_kernel_cannot(void **state)
{
	struct ig_err err = { 0 };
	ig_autofd int in = -1;
	ig_autofd int tail = -1;
	ig_autofd int to = -1;
	ig_autofd int from = -1;
	int pipes[2];
	char data[5] = "";

	(void)state;
	scratch_write("in", "0123456789", 10);
	scratch_write("log", "x", 1);
	in = open("in", O_RDONLY | O_CLOEXEC);
	tail = open("log", O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_int_equal(ig_copy_range(tail, in, 1, 4, &err), 0);
	assert_string_equal(scratch_read("log"), "x1234");
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	from = pipes[0];
	to = pipes[1];
	assert_int_equal(ig_copy_range(to, in, 2, 4, &err), 0);
	assert_int_equal(ig_read_some(from, data, 4, &err), 4);
	assert_string_equal(data, "2345");
}

static void writes_report_a_full_disk(void **state)
{
	ig_autofd int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct ig_err err = { 0 };

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(ig_write_all(fd, "x", 1, &err), -1);
	assert_int_equal(err.code, IG_ESYS);
	assert_int_equal(err.sys, ENOSPC);
}

static void tells_the_size_of_regular_files_only(void **state)
{
	struct ig_err err = { 0 };
	ig_autofd int fd = -1;
	ig_autofd int dir = open(".", O_RDONLY | O_CLOEXEC);
	uint64_t size = 0;

	(void)state;
	scratch_write("f", "12345", 5);
	fd = open("f", O_RDONLY | O_CLOEXEC);
	assert_int_equal(ig_size_of(&size, fd, &err), 0);
	assert_int_equal(size, 5);
	assert_int_equal(ig_size_of(&size, dir, &err), -1);
	assert_int_equal(err.code, IG_EFORMAT);
	assert_int_equal(ig_size_of(&size, -1, &err), -1);
	assert_int_equal(err.sys, EBADF);
}

static void makes_folders_with_their_parents(void **state)
{
	struct ig_err err = { 0 };
	struct stat st;
	char full[300];

	assert_int_equal(ig_mkdirs("a/b//c/", 0755, &err), 0);
	assert_int_equal(ig_mkdirs("a/b/c", 0755, &err), 0);
	assert_int_equal(stat("a/b/c", &st), 0);
	snprintf(full, sizeof(full), "%s/x/y", (const char *)*state);
	assert_int_equal(ig_mkdirs(full, 0700, &err), 0);
	assert_int_equal(stat("x/y", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(ig_mkdirs("/", 0755, &err), 0);
	scratch_write("file", "", 0);
	assert_int_equal(ig_mkdirs("file/x", 0755, &err), -1);
	assert_int_equal(err.code, IG_ESYS);
	assert_string_equal(err.msg, "make folder 'file': File exists");
	assert_int_equal(ig_mkdirs("", 0755, &err), -1);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_a_whole_file),
		TEST(reads_below_a_folder),
		TEST(refuses_what_it_cannot_read),
		TEST(reads_exactly_at_an_offset),
		TEST(copies_ranges_between_files),
		TEST(copies_by_reading_where_the_kernel_cannot),
		TEST(writes_report_a_full_disk),
		TEST(tells_the_size_of_regular_files_only),
		TEST(makes_folders_with_their_parents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
