/* SPDX-License-Identifier: Apache-2.0 */
#include <curl/curl.h>
#include <time.h>

#include <ingot/err.h>
#include <ingot/log.h>
#include <ingot/pool.h>
#include <ingot/str.h>

#include "client.h"

#define TRIES_MAX    5
#define TRIES_SILENT 3 /* of what costs 10 to 30 seconds a try */
#define FIRST_MS     500
#define HINT_MAX     60 /* seconds */
#define STEP_MS	     100

static unsigned tries_of_curl(int code)
{
	/* clang-format off */
	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_SSL_CONNECT_ERROR:
		return TRIES_MAX;
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_COULDNT_RESOLVE_HOST:
		return TRIES_SILENT;
	default:
		return 1;
	}
	/* clang-format on */
}

unsigned retry_tries(const struct answer *answer)
{
	if (answer->ours)
		return 1;
	if (answer->curl != CURLE_OK && answer->curl != CURLE_WRITE_ERROR)
		return tries_of_curl(answer->curl);
	if (answer->status == 408 || answer->status == 429 ||
	    (answer->status >= 500 && answer->status <= 599))
		return TRIES_MAX;
	return 1;
}

/* RFC 9110 §10.2.3: delay-seconds or an HTTP-date */
static int64_t hint_seconds(const char *text, const char *date, int64_t now)
{
	struct ig_err ignored;
	uint64_t seconds;
	time_t when;
	time_t base;

	if (text[0] >= '0' && text[0] <= '9') {
		if (ig_parse_u64(&seconds, text, &ignored) < 0)
			return -1;
		return seconds < HINT_MAX ? (int64_t)seconds : HINT_MAX;
	}
	if (text[0] < 'A' || text[0] > 'Z')
		return -1;
	when = curl_getdate(text, NULL);
	if (when < 0)
		return -1;
	base = date[0] ? curl_getdate(date, NULL) : -1;
	if (base >= 0)
		now = (int64_t)base;
	if ((int64_t)when <= now)
		return 0;
	return (int64_t)when - now < HINT_MAX ? (int64_t)when - now : HINT_MAX;
}

int64_t retry_after_ms(const char *retry_after, const char *date, int64_t now)
{
	int64_t seconds = hint_seconds(retry_after, date, now);

	return seconds < 0 ? -1 : seconds * 1000;
}

int64_t retry_delay_ms(const struct answer *answer, unsigned tried, int64_t now)
{
	int64_t own = (int64_t)FIRST_MS << (tried - 1);
	int64_t hint = retry_after_ms(answer->retry_after, answer->date, now);

	return hint > own ? hint : own;
}

static bool stopped(const atomic_bool *stop)
{
	return ig_cancelled() || (stop && atomic_load(stop));
}

static int wait_ms(const atomic_bool *stop, int64_t ms, struct ig_err *err)
{
	const struct timespec step = { 0, STEP_MS * 1000000L };

	for (; ms > 0 && !stopped(stop); ms -= STEP_MS)
		nanosleep(&step, NULL);
	return stopped(stop) ? ig_fail_cancel(err) : 0;
}

int retry(int (*once)(void *ctx, struct answer *answer, struct ig_err *err),
	  void *ctx, const atomic_bool *stop, struct answer *answer,
	  struct ig_err *err)
{
	for (unsigned tried = 1;; tried++) {
		unsigned tries;
		int64_t ms;

		if (once(ctx, answer, err) == 0)
			return 0;
		tries = retry_tries(answer);
		if (tries > 1 && tried >= tries)
			return ig_wrap(err, "given up after %u tries", tried);
		if (tried >= tries)
			return -1;
		ms = retry_delay_ms(answer, tried, (int64_t)time(NULL));
		ig_info("%s; trying again in %u.%u s (%u of %u)", err->msg,
			(unsigned)(ms / 1000), (unsigned)(ms % 1000 / 100),
			tried + 1, tries);
		if (wait_ms(stop, ms, err) < 0)
			return -1;
	}
}

struct single {
	struct ig_registry *registry;
	const struct fetch *fetch;
};

static int run_single(void *ctx, struct answer *answer, struct ig_err *err)
{
	const struct single *single = ctx;

	return request_run(single->registry, single->fetch, answer, err);
}

int retry_run(struct ig_registry *registry, const struct fetch *fetch,
	      struct answer *answer, struct ig_err *err)
{
	struct single single = { registry, fetch };

	return retry(run_single, &single, fetch->stop, answer, err);
}
