/* SPDX-License-Identifier: Apache-2.0 */
/* What PID 1 reads of ingot.json: refused with a reason, or in its limits. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Touches every byte, so that a sanitizer sees what is not ours. */
static size_t weigh(const struct strings *s)
{
	size_t sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += strlen(s->v[i]);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan p;
	char msg[200] = "";

	if (plan_parse(&p, (const char *)data, size, msg, sizeof(msg)) < 0) {
		if (!msg[0] || p.after.n > 0 || p.requires.n > 0 || p.stop)
			abort();
		return 0;
	}
	if (weigh(&p.after) + weigh(&p.requires) > size ||
	    p.policy.restart > RESTART_ALWAYS ||
	    p.policy.failure > FAILURE_POWEROFF || p.signal < 0 ||
	    p.signal > 64 || p.grace < 0 || p.policy.limit < 0 ||
	    svc_backoff(&p.policy, p.policy.limit) > SVC_DELAY_MAX)
		abort();
	plan_free(&p);
	return 0;
}
