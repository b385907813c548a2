/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/evloop.h"
#include "log/log.h"
#include "service/bundle.h"
#include "service/cgroup.h"
#include "service/ctr.h"

#include "../../support/scratch.h"

void __wrap_bundle_group(const char *name, char *out, size_t cap);

/* from /sys/fs/cgroup to the folder of the test */
void __wrap_bundle_group(const char *name, char *out, size_t cap)
{
	char dir[200];

	(void)name;
	assert_non_null(getcwd(dir, sizeof(dir)));
	snprintf(out, cap, "../../..%s", dir);
}

static void looks_at_a_group_that_is_gone_only_once(void **state)
{
	static struct ctr c = { .kind = CTR_SERVICE, .memory = -1 };
	char path[64];
	int fds[2];

	(void)state;
	/* ready all the time, and not to be read: as the file of such a group
	 */
	assert_int_equal(pipe(fds), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	assert_int_equal(symlink(path, "memory.events"), 0);
	cgroup_begin(&c);
	assert_true(c.memory >= 0);
	close(fds[1]);
	assert_int_equal(evloop_turn(now_us() + 1000000), 0);
	assert_int_equal(c.memory, -1);
	cgroup_end(&c);
	close(fds[0]);
}

static void finds_a_number_by_its_whole_word(void **state)
{
	static const char text[] = "low 0\nhigh 3\nmax 17\noom 2\n"
				   "oom_kill 5\noom_group_kill 0\n";

	(void)state;
	assert_int_equal(cgroup_count(text, "oom_kill"), 5);
	assert_int_equal(cgroup_count(text, "oom"), 2);
	assert_int_equal(cgroup_count(text, "low"), 0);
	assert_int_equal(cgroup_count(text, "kill"), 0);
	assert_int_equal(cgroup_count("oom_kill", "oom_kill"), 0);
	assert_int_equal(cgroup_count("populated 1\nfrozen 0", "frozen"), 0);
	assert_int_equal(cgroup_count("populated 1\n", "populated"), 1);
	assert_int_equal(cgroup_count("", "x"), 0);
}

static void a_size_is_in_its_largest_unit(void **state)
{
	static const struct {
		int64_t bytes;
		const char *want;
	} all[] = {
		{ 0, "0" },
		{ 1000, "1000" },
		{ 4096, "4K" },
		{ 256 << 20, "256M" },
		{ (int64_t)3 << 30, "3G" },
		{ ((int64_t)1 << 30) + 4096, "1048580K" },
		{ (int64_t)1 << 40, "1T" },
		{ (int64_t)1 << 50, "1024T" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		char text[32];

		cgroup_size(text, sizeof(text), all[i].bytes);
		assert_string_equal(text, all[i].want);
	}
}

static void a_group_holds_itself_and_what_is_inside(void **state)
{
	(void)state;
	assert_true(cgroup_holds("a", "a"));
	assert_true(cgroup_holds("a", "a/b"));
	assert_true(cgroup_holds("a/b", "a/b/c"));
	assert_false(cgroup_holds("a", "ab"));
	assert_false(cgroup_holds("a/b", "a"));
	assert_false(cgroup_holds("a", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			looks_at_a_group_that_is_gone_only_once, scratch_setup,
			scratch_teardown),
		cmocka_unit_test(finds_a_number_by_its_whole_word),
		cmocka_unit_test(a_group_holds_itself_and_what_is_inside),
		cmocka_unit_test(a_size_is_in_its_largest_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
