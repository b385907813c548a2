/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include <ingot/own.h>

#include "suite_internal.h"

#define PAUSE_MS  200
#define EXEC_MS	  1000 /* each is a process in the guest */
#define MEMORY_MS 5000 /* what has just started still settles */
#define STACK	  ((size_t)512 << 10)

static int64_t within(const struct kase *kase)
{
	int64_t ms = kase->test->within_ms;
	int64_t factor = kase->boot->opts->patience;

	if (!ms)
		ms = IG_SUITE_WITHIN * 1000;
	return factor ? ms * factor : ms;
}

static int64_t deadline(const struct kase *kase)
{
	if (kase->test->kind == IG_TEST_MEMORY)
		return now_ms() + MEMORY_MS;
	return kase->boot->began + within(kase);
}

static enum verdict console_try(struct kase *kase, char why[IG_SUITE_REASON])
{
	if (screen_match(&kase->boot->screen, kase->test->console, &kase->seen))
		return VERDICT_PASS;
	reason_set(why, "no line of the console has '%s'", kase->test->console);
	return VERDICT_AGAIN;
}

static enum verdict try_once(struct kase *kase, int64_t until,
			     char why[IG_SUITE_REASON])
{
	switch (kase->test->kind) {
	case IG_TEST_HTTP:
		return http_try(kase, until, why);
	case IG_TEST_TCP:
		return tcp_try(kase, until, why);
	case IG_TEST_CONSOLE:
		return console_try(kase, why);
	case IG_TEST_EXEC:
	case IG_TEST_EXIT:
	case IG_TEST_FILE:
	case IG_TEST_MEMORY:
		return ask_try(kase, until, why);
	case IG_TEST_KINDS:
		break;
	}
	return VERDICT_NEVER;
}

static void say(struct kase *kase)
{
	const struct ig_suite_opts *opts = kase->boot->opts;

	pthread_mutex_lock(&kase->boot->say_lock);
	if (opts->say)
		opts->say(opts->ctx, kase->result);
	pthread_mutex_unlock(&kase->boot->say_lock);
}

static void conclude(struct kase *kase, enum verdict verdict, bool late,
		     const char *why)
{
	struct ig_result *result = kase->result;
	int64_t limit = within(kase);

	result->ms = now_ms() - kase->boot->began;
	result->passed = verdict == VERDICT_PASS && !late;
	if (verdict == VERDICT_PASS && late)
		reason_set(result->reason,
			   "too late: not within %" PRId64 ".%" PRId64 " s",
			   limit / 1000, limit % 1000 / 100);
	else if (late && kase->test->kind != IG_TEST_MEMORY)
		reason_set(result->reason,
			   "not within %" PRId64 ".%" PRId64 " s: %s",
			   limit / 1000, limit % 1000 / 100, why);
	else if (!result->passed)
		reason_set(result->reason, "%s", why);
	say(kase);
}

static void *go_on(void *ctx)
{
	struct kase *kase = ctx;
	int64_t ms = kase->test->exec.set ? EXEC_MS : PAUSE_MS;
	const struct timespec pause = { ms / 1000, ms % 1000 * 1000000 };
	int64_t until = deadline(kase);
	char why[IG_SUITE_REASON] = "";
	enum verdict verdict;

	for (;;) {
		verdict = try_once(kase, until, why);
		if (verdict != VERDICT_AGAIN || now_ms() >= until)
			break;
		if (atomic_load(&kase->boot->over)) {
			kase->cut = true;
			memcpy(kase->result->reason, why, sizeof(why));
			return NULL;
		}
		nanosleep(&pause, NULL);
	}
	conclude(kase, verdict, now_ms() >= until, why);
	return NULL;
}

static bool start(struct kase *kase)
{
	pthread_attr_t attr;
	int rc;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	rc = pthread_create(&kase->thread, &attr, go_on, kase);
	pthread_attr_destroy(&attr);
	return rc == 0;
}

void kase_run_all(struct boot *boot, bool memory)
{
	for (size_t i = 0; i < boot->n; i++) {
		struct kase *kase = &boot->v[i];

		if ((kase->test->kind == IG_TEST_MEMORY) != memory)
			continue;
		kase->begun = start(kase);
		kase->cut = !kase->begun;
	}
	for (size_t i = 0; i < boot->n; i++) {
		if (boot->v[i].begun)
			pthread_join(boot->v[i].thread, NULL);
		boot->v[i].begun = false;
	}
}

void kase_settle(struct kase *kase, const char *why)
{
	char last[IG_SUITE_REASON];

	memcpy(last, kase->result->reason, sizeof(last));
	kase->result->ms = now_ms() - kase->boot->began;
	reason_set(kase->result->reason, "%s%s%s", why,
		   *last ? "; before: " : "", last);
	say(kase);
}
