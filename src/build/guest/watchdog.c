/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_keys.h"

#include <stdio.h>

#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/spec.h>

static bool wants(struct ig_pos *pos, char key[IG_GUEST_KEY],
		  const struct ig_plan *plan)
{
	*pos = plan->spec->watchdog.pos;
	snprintf(key, IG_GUEST_KEY, "watchdog");
	return plan->spec->watchdog.set;
}

static int json(struct ig_buf *out, const struct ig_spec *spec,
		struct ig_err *err)
{
	if (!spec->watchdog.set)
		return 0;
	return ig_buf_printf(out, err, "{\"timeoutMs\": %lld}\n",
			     (long long)spec->watchdog.timeout_ms);
}

/* For machines that have none of their own. */
static void modules(struct ig_guest_modules *out, const struct ig_spec *spec)
{
	if (spec->watchdog.set)
		out->v[out->n++] = "softdog";
}

const struct ig_guest_section ig_guest_watchdog = {
	.since = IG_INIT_KEYS,
	.wants = wants,
	.file = "watchdog.json",
	.max = 4096,
	.json = json,
	.modules = modules,
};
