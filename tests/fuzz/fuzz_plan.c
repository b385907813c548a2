/* SPDX-License-Identifier: Apache-2.0 */
/* What PID 1 reads of ingot.json, of watchdog.json, and of the answer of a
 * service that is checked: refused with a reason, or in its limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "service/plan.h"
#include "service/watchdog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Touches every byte, so that a sanitizer sees what is not ours. */
static size_t weigh(const struct strings *s)
{
	size_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += strlen(s->v[i]);
	return sum;
}

static bool is_sound(const struct ready *r)
{
	switch (r->kind) {
	case READY_NONE:
		return !r->path && r->exec.n == 0;
	case READY_PORT:
		return r->port >= 1 && r->port <= 65535 && !r->path;
	case READY_FILE:
		return r->path && r->path[0] == '/';
	case READY_EXEC:
		return r->exec.n > 0;
	case READY_HTTP:
		return r->port >= 1 && r->port <= 65535 &&
		       (!r->path || r->path[0] == '/');
	}
	return false;
}

static void try_others(const char *text, size_t size)
{
	char msg[200] = "";
	int seconds = 0;
	int status = ready_status(text, size);

	if (status < -1 || status > 999)
		abort();
	if (watchdog_parse(&seconds, text, size, msg, sizeof(msg)) < 0
		    ? !msg[0]
		    : seconds < 1 || seconds > 3600)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan p;
	char msg[200] = "";

	try_others((const char *)data, size);

	if (plan_parse(&p, (const char *)data, size, msg, sizeof(msg)) < 0) {
		if (!msg[0] || p.after.n > 0 || p.requires.n > 0 || p.stop ||
		    p.ready.path)
			abort();
		return 0;
	}
	if (weigh(&p.after) + weigh(&p.requires) + weigh(&p.ready.exec) >
		    size ||
	    p.policy.restart > RESTART_ALWAYS ||
	    p.policy.failure > FAILURE_STOP || !is_sound(&p.ready) ||
	    p.signal < 0 || p.signal > 64 || p.grace < 0 ||
	    p.policy.limit < 0 ||
	    svc_backoff(&p.policy, p.policy.limit) > SVC_DELAY_MAX)
		abort();
	plan_free(&p);
	return 0;
}
