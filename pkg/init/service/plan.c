/* SPDX-License-Identifier: Apache-2.0 */
#include "service/plan.h"

#include "service/plan_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS	    1000
#define GRACE_MAX   (5 * 60 * 1000)
#define TIMEOUT_MAX (60 * 60 * 1000)
#define SIGNAL_MAX  64

/* Reads one of @words, which end in NULL; its place is its number. */
static int read_word(struct json *j, const char *const *words, int *out)
{
	char *text;

	if (json_string(j, &text) < 0)
		return -1;
	*out = 0;
	while (words[*out] && strcmp(words[*out], text) != 0)
		++*out;
	free(text);
	return words[*out] ? 0 : json_fail(j, "a word that is not known");
}

static int read_restart_word(struct json *j, void *out)
{
	static const char *const words[] = {
		[RESTART_NEVER] = "never",
		[RESTART_ON_FAILURE] = "on-failure",
		[RESTART_ALWAYS] = "always",
		NULL,
	};
	enum svc_restart *restart = out;
	int word;

	if (read_word(j, words, &word) < 0)
		return -1;
	*restart = (enum svc_restart)word;
	return 0;
}

static int read_failure(struct json *j, void *out)
{
	static const char *const words[] = {
		[FAILURE_IGNORE] = "ignore",
		[FAILURE_REBOOT] = "reboot",
		[FAILURE_POWEROFF] = "poweroff",
		[FAILURE_STOP] = "stop",
		NULL,
	};
	enum svc_failure *failure = out;
	int word;

	if (read_word(j, words, &word) < 0)
		return -1;
	*failure = (enum svc_failure)word;
	return 0;
}

static int read_log(struct json *j, void *out)
{
	static const char *const words[] = {
		[PLAN_LOG_ANY] = "any",
		[PLAN_LOG_CONSOLE] = "console",
		[PLAN_LOG_QUIET] = "quiet",
		[PLAN_LOG_NONE] = "none",
		NULL,
	};
	enum plan_log *log = out;
	int word;

	if (read_word(j, words, &word) < 0)
		return -1;
	*log = (enum plan_log)word;
	return 0;
}

static int read_count(struct json *j, void *out)
{
	return json_count(j, out);
}

int plan_read_ms(struct json *j, int64_t *out, int64_t most)
{
	if (json_count(j, out) < 0)
		return -1;
	if (*out == 0 || *out > most)
		return json_fail(j, "a time that is too short or too long");
	*out *= MS;
	return 0;
}

static int read_delay(struct json *j, void *out)
{
	return plan_read_ms(j, out, SVC_DELAY_MAX / MS);
}

static int read_grace(struct json *j, void *out)
{
	return plan_read_ms(j, out, GRACE_MAX);
}

static int read_timeout(struct json *j, void *out)
{
	return plan_read_ms(j, out, TIMEOUT_MAX);
}

static int read_signal(struct json *j, void *out)
{
	int *signal = out;
	int64_t n;

	if (json_count(j, &n) < 0)
		return -1;
	if (n == 0 || n > SIGNAL_MAX)
		return json_fail(j, "a signal that there is not");
	*signal = (int)n;
	return 0;
}

static int read_names(struct json *j, void *out)
{
	return json_strings(j, out);
}

static int read_after(struct json *j, void *out)
{
	struct plan *p = out;

	p->after_set = true;
	return json_strings(j, &p->after);
}

static int read_restart(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "policy", read_restart_word,
		  offsetof(struct svc_policy, restart) },
		{ "delayMs", read_delay, offsetof(struct svc_policy, delay) },
		{ "limit", read_count, offsetof(struct svc_policy, limit) },
	};

	return json_object(j, FIELDS(fields), out);
}

static int read_stop(struct json *j, void *out)
{
	static const struct json_field fields[] = {
		{ "signal", read_signal, offsetof(struct plan, signal) },
		{ "graceMs", read_grace, offsetof(struct plan, grace) },
	};
	struct plan *p = out;

	p->stop = true;
	return json_object(j, FIELDS(fields), out);
}

static int read_plan(struct json *j, struct plan *out)
{
	static const struct json_field fields[] = {
		{ "restart", read_restart, offsetof(struct plan, policy) },
		{ "stop", read_stop, 0 },
		{ "after", read_after, 0 },
		{ "requires", read_names, offsetof(struct plan, requires) },
		{ "onFailure", read_failure,
		  offsetof(struct plan, policy.failure) },
		{ "log", read_log, offsetof(struct plan, log) },
		{ "ready", ready_read, offsetof(struct plan, ready) },
		{ "timeoutMs", read_timeout, offsetof(struct plan, timeout) },
	};

	if (json_object(j, FIELDS(fields), out) < 0)
		return -1;
	return json_end(j);
}

int plan_parse(struct plan *out, const char *text, size_t len, char *msg,
	       size_t cap)
{
	struct json j = { .start = text, .p = text, .end = text + len };

	memset(out, 0, sizeof(*out));
	if (len > PLAN_MAX) {
		snprintf(msg, cap, "larger than %d bytes", PLAN_MAX);
		return -1;
	}
	if (read_plan(&j, out) == 0)
		return 0;
	snprintf(msg, cap, "%s", j.msg);
	plan_free(out);
	return -1;
}

void plan_free(struct plan *p)
{
	strings_free(&p->after);
	strings_free(&p->requires);
	ready_free(&p->ready);
	memset(p, 0, sizeof(*p));
}
