/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/work.h"
#include "disk/mounting.h"
#include "disk/seed.h"
#include "disk/setup.h"

static void a_sysctl_has_a_path(void **state)
{
	static const struct {
		const char *name, *path;
	} all[] = {
		{ "vm.swappiness", "/proc/sys/vm/swappiness" },
		{ "net/ipv4/conf/eth0.1/forwarding",
		  "/proc/sys/net/ipv4/conf/eth0.1/forwarding" },
		{ "net.ipv4.conf.eth0/1.forwarding",
		  "/proc/sys/net/ipv4/conf/eth0.1/forwarding" },
		{ "", NULL },
		{ "/etc/passwd", NULL },
		{ "a/../../../etc/passwd", NULL },
		{ "..", NULL },
		{ "a..b", NULL },
	};
	char path[64];

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		int rc = setup_sysctl_path(path, sizeof(path), all[i].name);

		assert_int_equal(rc, all[i].path ? 0 : -1);
		if (all[i].path)
			assert_string_equal(path, all[i].path);
	}
	assert_int_equal(setup_sysctl_path(path, 20, "vm.swappiness"), -1);
}

static void a_source_may_mean_a_device(void **state)
{
	static const struct {
		const char *source;
		enum root_by by;
		const char *value;
	} all[] = {
		{ "label=a=b", ROOT_LABEL, "a=b" },
		{ "partlabel=x", ROOT_PARTLABEL, "x" },
		{ "uuid=1", ROOT_UUID, "1" },
		{ "partuuid=2", ROOT_PARTUUID, "2" },
		{ "/dev/vda", ROOT_NOTHING, "" },
		{ "share", ROOT_NOTHING, "" },
	};
	struct root_want want;
	char text[ROOTARGS_TEXT + 20];

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		assert_int_equal(mounting_source(&want, all[i].source), 0);
		assert_int_equal(want.by, all[i].by);
		assert_string_equal(want.value, all[i].value);
	}
	memset(text, 'x', sizeof(text));
	memcpy(text, "label=", 6);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(mounting_source(&want, text), -1);
}

static void a_seed_counts_when_nobody_else_knows_it(void **state)
{
	const struct stat good = { .st_mode = S_IFREG | 0600,
				   .st_nlink = 1,
				   .st_size = SEED_SIZE };
	struct stat st = good;

	(void)state;
	assert_true(seed_counts(&st, SEED_SIZE));
	assert_false(seed_counts(&st, SEED_SIZE - 1));
	st.st_mode = S_IFREG | 0640;
	assert_false(seed_counts(&st, SEED_SIZE));
	st = good;
	st.st_mode = S_IFIFO | 0600;
	assert_false(seed_counts(&st, SEED_SIZE));
	st = good;
	st.st_uid = 100;
	assert_false(seed_counts(&st, SEED_SIZE));
	st = good;
	st.st_nlink = 2;
	assert_false(seed_counts(&st, SEED_SIZE));
	st = good;
	st.st_size++;
	assert_false(seed_counts(&st, SEED_SIZE));
}

static void a_mix_hides_each_of_both(void **state)
{
	uint8_t a[SEED_SIZE], b[SEED_SIZE];

	(void)state;
	memset(a, 0, sizeof(a));
	memset(b, 0xa5, sizeof(b));
	seed_mix(a, b);
	assert_memory_equal(a, b, sizeof(a));
	seed_mix(a, b);
	assert_int_equal(a[0] | a[SEED_SIZE - 1], 0);
}

static int return_it(const void *ctx)
{
	return *(const int *)ctx;
}

static int crash(const void *ctx)
{
	(void)ctx;
	raise(SIGKILL);
	return 0;
}

static int hang_with_a_child(const void *ctx)
{
	const int *fds = ctx;

	/* both hold the pipe open as long as they live */
	if (fork() > 0)
		close(fds[0]);
	while (getppid() > 0)
		pause();
	return 0;
}

static void work_tells_how_it_ended(void **state)
{
	static const int codes[] = { 0, 1, 7 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(work_do(return_it, &codes[i], 20, "work"),
				 codes[i]);
	assert_int_equal(work_do(crash, NULL, 20, "work"), -1);
}

static void work_that_hangs_is_killed_with_its_children(void **state)
{
	int fds[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(work_do(hang_with_a_child, fds, 1, "work"), -1);
	close(fds[1]);
	/* the end of the file: nobody has the other end any more */
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
}

static int run_false(const void *ctx)
{
	const char *const argv[] = { "/bin/sh", "-c", "echo said; exit 3",
				     NULL };

	(void)ctx;
	return work_run("sh", argv);
}

static int run_nothing(const void *ctx)
{
	const char *const argv[] = { "/no/such/program", NULL };

	(void)ctx;
	return work_run("nothing", argv);
}

static void a_program_gives_its_code(void **state)
{
	(void)state;
	assert_int_equal(work_do(run_false, NULL, 20, "work"), 3);
	assert_int_equal(work_do(run_nothing, NULL, 20, "work"), 127);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sysctl_has_a_path),
		cmocka_unit_test(a_source_may_mean_a_device),
		cmocka_unit_test(a_seed_counts_when_nobody_else_knows_it),
		cmocka_unit_test(a_mix_hides_each_of_both),
		cmocka_unit_test(work_tells_how_it_ended),
		cmocka_unit_test(work_that_hangs_is_killed_with_its_children),
		cmocka_unit_test(a_program_gives_its_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
