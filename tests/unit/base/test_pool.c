/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>

#define JOBS 500

struct tally {
	atomic_int ran[JOBS];
};

static int count_job(void *ctx, size_t i, struct ig_err *err)
{
	struct tally *tally = ctx;

	(void)err;
	atomic_fetch_add(&tally->ran[i], 1);
	return 0;
}

static void runs_each_job_once(void **state)
{
	static const unsigned most[] = { 0, 1, 2, 7, 100000 };
	struct ig_err err = { 0 };

	(void)state;
	for (size_t k = 0; k < IG_COUNT(most); k++) {
		struct tally tally = { 0 };

		assert_int_equal(
			ig_parallel(JOBS, most[k], count_job, &tally, &err), 0);
		for (size_t i = 0; i < JOBS; i++)
			assert_int_equal(tally.ran[i], 1);
	}
	assert_int_equal(ig_parallel(0, 4, count_job, NULL, &err), 0);
}

/* 11 and 13 fail; 11 later, as the last of its neighbours to end. */
static int fail_job(void *ctx, size_t i, struct ig_err *err)
{
	struct timespec moment = { 0, 20000000 };
	struct tally *tally = ctx;

	atomic_fetch_add(&tally->ran[i], 1);
	if (i == 11)
		nanosleep(&moment, NULL);
	if (i == 11 || i >= 13)
		return ig_fail(err, IG_EFORMAT, "job %zu", i);
	return 0;
}

static void returns_the_error_of_the_lowest_job(void **state)
{
	(void)state;
	for (unsigned threads = 1; threads <= 8; threads++) {
		struct tally tally = { 0 };
		struct ig_err err = { 0 };

		assert_int_equal(
			ig_parallel(JOBS, threads, fail_job, &tally, &err), -1);
		assert_int_equal(err.code, IG_EFORMAT);
		assert_string_equal(err.msg, "job 11");
		for (size_t i = 0; i <= 11; i++)
			assert_int_equal(tally.ran[i], 1);
		assert_int_equal(tally.ran[JOBS - 1], 0);
	}
}

static int cancel_job(void *ctx, size_t i, struct ig_err *err)
{
	count_job(ctx, i, err);
	if (i == 3)
		ig_cancel_set(SIGTERM);
	return 0;
}

static void stops_when_cancelled(void **state)
{
	struct tally tally = { 0 };
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_parallel(JOBS, 1, cancel_job, &tally, &err), -1);
	assert_int_equal(err.code, IG_ECANCEL);
	assert_string_equal(err.msg, "stopped by signal 15");
	assert_int_equal(tally.ran[3], 1);
	assert_int_equal(tally.ran[4], 0);
	assert_true(ig_cancelled());
	assert_int_equal(ig_cancel_signal(), SIGTERM);
	ig_cancel_set(0);
	assert_false(ig_cancelled());
	assert_int_equal(ig_fail_cancel(&err), -1);
	assert_string_equal(err.msg, "cancelled");
}

static void is_done_when_the_last_job_is_cancelled(void **state)
{
	struct tally tally = { 0 };
	struct ig_err err = { 0 };

	(void)state;
	assert_int_equal(ig_parallel(4, 1, cancel_job, &tally, &err), 0);
	ig_cancel_set(0);
}

static void takes_the_number_of_threads_from_the_environment(void **state)
{
	static const char *const bad[] = { "", "0", "-1", "many" };
	unsigned cpus;

	(void)state;
	unsetenv("INGOT_THREADS");
	cpus = ig_threads();
	assert_true(cpus >= 1);
	setenv("INGOT_THREADS", "3", 1);
	assert_int_equal(ig_threads(), 3);
	setenv("INGOT_THREADS", "99999999", 1);
	assert_int_equal(ig_threads(), 256);
	for (size_t i = 0; i < IG_COUNT(bad); i++) {
		setenv("INGOT_THREADS", bad[i], 1);
		assert_int_equal(ig_threads(), cpus);
	}
	unsetenv("INGOT_THREADS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_each_job_once),
		cmocka_unit_test(returns_the_error_of_the_lowest_job),
		cmocka_unit_test(stops_when_cancelled),
		cmocka_unit_test(is_done_when_the_last_job_is_cancelled),
		cmocka_unit_test(
			takes_the_number_of_threads_from_the_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
