/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/pool.h>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define THREADS_MAX 256

static atomic_int cancel_signal;

bool ig_cancelled(void)
{
	return atomic_load_explicit(&cancel_signal, memory_order_relaxed) != 0;
}

void ig_cancel_set(int signal)
{
	atomic_store(&cancel_signal, signal);
}

int ig_cancel_signal(void)
{
	return atomic_load(&cancel_signal);
}

int ig_fail_cancel(struct ig_err *err)
{
	int sig = ig_cancel_signal();

	if (sig == 0)
		return ig_fail(err, IG_ECANCEL, "cancelled");
	return ig_fail(err, IG_ECANCEL, "stopped by signal %d", sig);
}

unsigned ig_threads(void)
{
	const char *text = getenv("INGOT_THREADS");
	struct ig_err ignored;
	uint64_t wish;
	cpu_set_t cpus;
	long count;

	if (text && ig_parse_u64(&wish, text, &ignored) == 0 && wish > 0)
		return wish < THREADS_MAX ? (unsigned)wish : THREADS_MAX;
	if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0)
		count = CPU_COUNT(&cpus);
	else /* more CPUs than the set can name */
		count = sysconf(_SC_NPROCESSORS_ONLN);
	if (count < 1)
		return 1;
	return count < THREADS_MAX ? (unsigned)count : THREADS_MAX;
}

struct work {
	int (*job)(void *ctx, size_t i, struct ig_err *err);
	void *ctx;
	size_t count;
	atomic_size_t next;
	atomic_bool stop;
	pthread_mutex_t lock; /* for what follows */
	size_t failed;	      /* lowest number, or count */
	struct ig_err err;
};

static void note_failure(struct work *work, size_t i, const struct ig_err *err)
{
	atomic_store(&work->stop, true);
	pthread_mutex_lock(&work->lock);
	if (i < work->failed) {
		work->failed = i;
		work->err = *err;
	}
	pthread_mutex_unlock(&work->lock);
}

/*
 * A number that was taken is always run: so all below a failed one are, and
 * which failure is the lowest does not depend on who was faster.
 */
static void *work_on(void *arg)
{
	struct work *work = arg;
	struct ig_err err;

	while (!atomic_load(&work->stop) && !ig_cancelled()) {
		size_t i = atomic_fetch_add(&work->next, 1);

		if (i >= work->count)
			break;
		ig_err_clear(&err);
		if (work->job(work->ctx, i, &err) < 0)
			note_failure(work, i, &err);
	}
	return NULL;
}

/* Signals are for the caller's thread: the others start with all blocked. */
static size_t start_threads(pthread_t *threads, size_t count, struct work *work)
{
	sigset_t all;
	sigset_t old;
	size_t started = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	while (started < count &&
	       pthread_create(&threads[started], NULL, work_on, work) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return started;
}

int ig_parallel(size_t count, unsigned most,
		int (*job)(void *ctx, size_t i, struct ig_err *err), void *ctx,
		struct ig_err *err)
{
	struct work work = { .job = job,
			     .ctx = ctx,
			     .count = count,
			     .lock = PTHREAD_MUTEX_INITIALIZER,
			     .failed = count };
	pthread_t threads[THREADS_MAX];
	size_t want = most ? most : ig_threads();
	size_t started = 0;

	if (want > THREADS_MAX)
		want = THREADS_MAX;
	if (want > count)
		want = count;
	/* Fewer threads than wished for are slower, not wrong. */
	if (want > 1)
		started = start_threads(threads, want - 1, &work);
	work_on(&work);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_mutex_destroy(&work.lock);
	if (work.failed < count) {
		*err = work.err;
		return -1;
	}
	if (atomic_load(&work.next) < count)
		return ig_fail_cancel(err);
	return 0;
}
