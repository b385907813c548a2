/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/logdisk.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../support/scratch.h"

#define LINE "0123456789abcde\n" /* 16 bytes */

static struct logdisk disk;
static char dir[128];

static int start(void **state)
{
	memset(&disk, 0, sizeof(disk));
	if (scratch_setup(state) < 0)
		return -1;
	snprintf(dir, sizeof(dir), "%s/logs/deeper", (const char *)*state);
	disk.dir = dir;
	disk.size = 64;
	disk.files = 3;
	return 0;
}

static int end(void **state)
{
	logdisk_close(&disk);
	return scratch_teardown(state);
}

static void put(const char *name)
{
	if (logdisk_put(&disk, name, LINE, sizeof(LINE) - 1) < 0)
		fail_msg("%s: %s", name, strerror(errno));
}

/* -1: there is none. */
static long size_of(const char *name)
{
	char path[300];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static void files_change_at_their_size(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		put("web");
	assert_int_equal(size_of("web.log"), 64);
	assert_int_equal(size_of("web.log.1"), -1);
	put("web");
	assert_int_equal(size_of("web.log"), 16);
	assert_int_equal(size_of("web.log.1"), 64);
	for (int i = 0; i < 100; i++)
		put("web");
	assert_int_equal(size_of("web.log"), 16);
	assert_int_equal(size_of("web.log.1"), 64);
	assert_int_equal(size_of("web.log.2"), 64);
	assert_int_equal(size_of("web.log.3"), -1);
}

static void what_was_written_before_counts(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		put("web");
	logdisk_sync(&disk);
	logdisk_close(&disk);
	put("web");
	assert_int_equal(size_of("web.log"), 64);
	put("web");
	assert_int_equal(size_of("web.log"), 16);
	assert_int_equal(size_of("web.log.1"), 64);
}

static void one_file_is_begun_anew(void **state)
{
	(void)state;
	disk.files = 1;
	for (int i = 0; i < 6; i++)
		put("web");
	assert_int_equal(size_of("web.log"), 32);
	assert_int_equal(size_of("web.log.1"), -1);
}

static void a_line_larger_than_a_file_is_written(void **state)
{
	(void)state;
	disk.size = 10;
	put("web");
	put("web");
	assert_int_equal(size_of("web.log"), 16);
	assert_int_equal(size_of("web.log.1"), 16);
}

static void more_names_than_open_files(void **state)
{
	char name[32];

	(void)state;
	disk.size = 1000;
	for (int i = 0; i < 3 * LOGDISK_OPEN; i++) {
		for (int k = 0; k <= LOGDISK_OPEN; k++) {
			snprintf(name, sizeof(name), "n%d", k);
			put(name);
		}
	}
	for (int k = 0; k <= LOGDISK_OPEN; k++) {
		snprintf(name, sizeof(name), "n%d.log", k);
		long last = size_of(name);

		snprintf(name, sizeof(name), "n%d.log.1", k);
		assert_int_equal(last + size_of(name), 3 * LOGDISK_OPEN * 16);
	}
}

static void a_full_disk_leaves_whole_lines(void **state)
{
	struct rlimit before;
	struct rlimit small;

	(void)state;
	disk.size = 1000;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 40;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	put("web");
	put("web");
	assert_int_equal(logdisk_put(&disk, "web", LINE, sizeof(LINE) - 1), -1);
	assert_int_equal(size_of("web.log"), 32);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	put("web");
	assert_int_equal(size_of("web.log"), 48);
}

static void a_folder_that_cannot_be_is_told(void **state)
{
	(void)state;
	disk.dir = "/proc/nothing";
	assert_int_equal(logdisk_put(&disk, "web", LINE, sizeof(LINE) - 1), -1);
	assert_int_not_equal(errno, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_change_at_their_size),
		TEST(what_was_written_before_counts),
		TEST(one_file_is_begun_anew),
		TEST(a_line_larger_than_a_file_is_written),
		TEST(more_names_than_open_files),
		TEST(a_full_disk_leaves_whole_lines),
		TEST(a_folder_that_cannot_be_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
