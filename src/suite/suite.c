/* SPDX-License-Identifier: Apache-2.0 */
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>

#include "suite_internal.h"

static const char *how_it_ended(enum ig_guest_end end)
{
	static const char *const text[] = {
		[IG_GUEST_OFF] = "the machine went off",
		[IG_GUEST_FAILED] = "QEMU or the guest failed",
		[IG_GUEST_PANIC] = "the guest's kernel panicked",
		[IG_GUEST_TIMEOUT] = "the time for all tests is over",
		[IG_GUEST_NO_QEMU] = "there is no QEMU here",
		[IG_GUEST_INCOMPLETE] = "the guest found its initrd incomplete",
	};

	return text[end];
}

static struct ig_result *result_of(struct ig_suite *suite, size_t i)
{
	return &suite->v[i];
}

/* The tests of this boot; the others' results are set elsewhere. */
static int choose(struct boot *boot, struct ig_suite *suite, struct ig_err *err)
{
	boot->v = calloc(suite->n + 1, sizeof(*boot->v));
	if (!boot->v)
		return ig_fail_mem(err);
	for (size_t i = 0; i < suite->n; i++) {
		struct ig_result *result = result_of(suite, i);

		if (result->test->after_reboot == boot->again)
			boot->v[boot->n++] = (struct kase){
				.boot = boot,
				.test = result->test,
				.result = result,
			};
	}
	return 0;
}

static void settle(struct boot *boot, const char *why)
{
	for (size_t i = 0; i < boot->n; i++)
		if (boot->v[i].cut)
			kase_settle(&boot->v[i], why);
}

struct session {
	struct ig_suite *suite;
	const struct ig_spec *spec;
	const struct ig_suite_opts *opts;
	int log;
	int64_t began;
};

/* 0: for ever */
static unsigned time_left(const struct session *s)
{
	int64_t used = (now_ms() - s->began) / 1000;

	if (!s->opts->timeout_s)
		return 0;
	return used < s->opts->timeout_s ? s->opts->timeout_s - (unsigned)used
					 : 1;
}

static int run_boot(struct session *s, bool again, enum ig_guest_end *end,
		    struct ig_err *err)
{
	struct boot boot = { .opts = s->opts,
			     .spec = s->spec,
			     .again = again,
			     .more = !again && ig_tests_reboot(&s->spec->tests),
			     .log = s->log };
	int rc = choose(&boot, s->suite, err);

	if (rc == 0)
		rc = boot_run(&boot, time_left(s), end, err);
	if (rc == 0 && *end == IG_GUEST_NO_QEMU)
		rc = ig_fail(
			err, IG_ENOENT,
			"there is no QEMU here: install qemu-system-x86 or qemu-system-arm");
	if (rc == 0 && ig_cancelled())
		rc = ig_fail_cancel(err);
	if (rc == 0)
		settle(&boot, how_it_ended(*end));
	free(boot.v);
	return rc;
}

static void no_reboot(struct session *s, enum ig_guest_end end)
{
	for (size_t i = 0; i < s->suite->n; i++) {
		struct ig_result *result = result_of(s->suite, i);

		if (!result->test->after_reboot)
			continue;
		reason_set(result->reason, "there was no reboot: %s",
			   end == IG_GUEST_FAILED
				   ? "the machine did not go down in 60 s"
				   : how_it_ended(end));
		if (s->opts->say)
			s->opts->say(s->opts->ctx, result);
	}
}

static int run_all(struct session *s, struct ig_err *err)
{
	enum ig_guest_end end = IG_GUEST_OFF;

	if (run_boot(s, false, &end, err) < 0)
		return -1;
	if (!ig_tests_reboot(&s->spec->tests))
		return 0;
	if (end == IG_GUEST_OFF)
		return run_boot(s, true, &end, err);
	no_reboot(s, end);
	return 0;
}

int ig_suite_run(struct ig_suite *out, const struct ig_spec *spec,
		 const struct ig_suite_opts *opts, struct ig_err *err)
{
	struct session s = { .suite = out,
			     .spec = spec,
			     .opts = opts,
			     .log = -1,
			     .began = now_ms() };
	CURLcode curl;
	int rc;

	out->n = spec->tests.n;
	out->v = calloc(out->n + 1, sizeof(*out->v));
	if (!out->v)
		return ig_fail_mem(err);
	curl = curl_global_init(CURL_GLOBAL_DEFAULT);
	if (curl != CURLE_OK)
		return ig_fail(err, IG_ESYS, "initialise libcurl: %s",
			       curl_easy_strerror(curl));
	for (size_t i = 0; i < out->n; i++)
		out->v[i].test = &spec->tests.v[i];
	if (opts->log) {
		s.log = open(opts->log,
			     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (s.log < 0)
			return ig_fail_sys(err, errno, "open '%s'", opts->log);
	}
	rc = run_all(&s, err);
	ig_closep(&s.log);
	out->ms = now_ms() - s.began;
	return rc;
}

void ig_suite_done(struct ig_suite *suite)
{
	free(suite->v);
	memset(suite, 0, sizeof(*suite));
}

size_t ig_suite_failed(const struct ig_suite *suite)
{
	size_t n = 0;

	for (size_t i = 0; i < suite->n; i++)
		n += !suite->v[i].passed;
	return n;
}
