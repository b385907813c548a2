/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>

#include "../../support/scratch.h"

static void appears_complete(void **state)
{
	IG_AUTO(ig_newfile_done) struct ig_newfile nf = IG_NEWFILE_INIT;
	struct ig_err err = { 0 };
	struct stat st;

	(void)state;
	assert_int_equal(ig_newfile_open(&nf, AT_FDCWD, "out", 0640, &err), 0);
	assert_int_equal(ig_write_all(nf.fd, "text", 4, &err), 0);
	assert_int_equal(access("out", F_OK), -1);
	assert_int_equal(ig_newfile_commit(&nf, true, &err), 0);
	assert_string_equal(scratch_read("out"), "text");
	assert_int_equal(stat("out", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	ig_newfile_done(&nf);
	ig_newfile_done(&nf);
	assert_int_equal(scratch_count("."), 1);
}

static void leaves_nothing_behind_when_given_up(void **state)
{
	struct ig_newfile nf = IG_NEWFILE_INIT;
	struct ig_err err = { 0 };

	(void)state;
	scratch_write("out", "old", 3);
	assert_int_equal(ig_newfile_open(&nf, AT_FDCWD, "out", 0644, &err), 0);
	assert_int_equal(ig_write_all(nf.fd, "new", 3, &err), 0);
	assert_int_equal(scratch_count("."), 2);
	errno = EXDEV;
	ig_newfile_done(&nf);
	assert_int_equal(errno, EXDEV);
	assert_int_equal(nf.fd, -1);
	assert_int_equal(scratch_count("."), 1);
	assert_string_equal(scratch_read("out"), "old");
}

static void leaves_nothing_behind_when_it_cannot_be_renamed(void **state)
{
	struct ig_newfile nf = IG_NEWFILE_INIT;
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_newfile_open(&nf, AT_FDCWD, "out", 0644, &err), 0);
	assert_int_equal(mkdir("out", 0755), 0);
	assert_int_equal(ig_newfile_commit(&nf, false, &err), -1);
	assert_int_equal(err.sys, EISDIR);
	assert_string_equal(err.msg, "rename to 'out': Is a directory");
	ig_newfile_done(&nf);
	assert_int_equal(scratch_count("."), 1);
}

static void works_in_other_folders(void **state)
{
	struct ig_err err = { 0 };
	ig_autofd int dir = -1;
	char full[300];

	assert_int_equal(ig_mkdirs("d/e", 0755, &err), 0);
	dir = open("d", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	snprintf(full, sizeof(full), "%s/d/f", (const char *)*state);
	assert_int_equal(ig_write_file(dir, "x", "1", 1, 0644, &err), 0);
	assert_int_equal(ig_write_file(dir, "e/x", "2", 1, 0644, &err), 0);
	assert_int_equal(ig_write_file(-1, full, "3", 1, 0644, &err), 0);
	assert_int_equal(ig_write_file(dir, "x", "", 0, 0644, &err), 0);
	assert_string_equal(scratch_read("d/x"), "");
	assert_string_equal(scratch_read("d/e/x"), "2");
	assert_string_equal(scratch_read("d/f"), "3");
	assert_int_equal(scratch_count("d"), 3);
	assert_int_equal(scratch_count("d/e"), 1);
	/* A borrowed folder stays open. */
	assert_true(fcntl(dir, F_GETFD) >= 0);
}

static void refuses_what_a_file_cannot_replace(void **state)
{
	static const struct {
		const char *path;
		enum ig_code code;
		const char *message;
	} cases[] = {
		{ "", IG_EUSAGE, "'' does not name a file" },
		{ "x/", IG_EUSAGE, "does not name a file" },
		{ "..", IG_EUSAGE, "does not name a file" },
		{ "none/x", IG_ESYS, "open folder 'none/': No such file" },
		{ "folder", IG_EUSAGE, "is not a regular file" },
		{ "/dev/null", IG_EUSAGE, "is not a regular file" },
	};

	(void)state;
	assert_int_equal(mkdir("folder", 0755), 0);
	for (size_t i = 0; i < IG_COUNT(cases); i++) {
		struct ig_newfile nf = IG_NEWFILE_INIT;
		struct ig_err err = { 0 };

		assert_int_equal(ig_newfile_open(&nf, AT_FDCWD, cases[i].path,
						 0644, &err),
				 -1);
		assert_int_equal(err.code, cases[i].code);
		if (!strstr(err.msg, cases[i].message))
			fail_msg("%s", err.msg);
		assert_int_equal(nf.fd, -1);
		assert_null(nf.name);
	}
	assert_int_equal(scratch_count("."), 1);
}

static void steps_over_a_dead_one_of_the_same_name(void **state)
{
	struct ig_newfile first = IG_NEWFILE_INIT;
	struct ig_newfile next = IG_NEWFILE_INIT;
	struct ig_err err = { 0 };
	unsigned long count;
	char name[64];

	(void)state;
	assert_int_equal(ig_newfile_open(&first, AT_FDCWD, "a", 0644, &err), 0);
	count = strtoul(strrchr(first.tmp, '-') + 1, NULL, 10);
	snprintf(name, sizeof(name), ".ingot-%ld-%lu.tmp", (long)getpid(),
		 count + 1);
	scratch_write(name, "dead", 4);
	assert_int_equal(ig_newfile_open(&next, AT_FDCWD, "b", 0644, &err), 0);
	assert_string_equal(scratch_read(name), "dead");
	ig_newfile_done(&first);
	ig_newfile_done(&next);
}

static void spools_without_a_name(void **state)
{
	struct ig_err err = { 0 };
	ig_autofd int fd = -1;
	char data[4];

	(void)state;
	assert_int_equal(ig_spool_open(&fd, ".", &err), 0);
	assert_int_equal(scratch_count("."), 0);
	assert_int_equal(ig_write_all(fd, "text", 4, &err), 0);
	assert_int_equal(ig_pread_all(fd, data, 4, 0, &err), 0);
	assert_memory_equal(data, "text", 4);
	assert_int_equal(ig_spool_open(&fd, "none", &err), -1);
	assert_int_equal(err.sys, ENOENT);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(appears_complete),
		TEST(leaves_nothing_behind_when_given_up),
		TEST(leaves_nothing_behind_when_it_cannot_be_renamed),
		TEST(works_in_other_folders),
		TEST(refuses_what_a_file_cannot_replace),
		TEST(steps_over_a_dead_one_of_the_same_name),
		TEST(spools_without_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
