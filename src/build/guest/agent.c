/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_keys.h"

#include <stdio.h>

#include <ingot/buf.h>
#include <ingot/build.h>
#include <ingot/spec.h>

/* The guest's agent, which tests of the spec ask: pkg/init/control/agent.c. */

static bool wants(struct ig_pos *pos, char key[IG_GUEST_KEY],
		  const struct ig_plan *plan)
{
	const struct ig_tests *tests = &plan->spec->tests;
	const struct ig_test *test = ig_tests_agent(tests);

	if (!test)
		return false;
	*pos = test->pos;
	snprintf(key, IG_GUEST_KEY, "tests[%zu].%s", pos->index,
		 ig_test_kinds[test->kind]);
	return true;
}

static int json(struct ig_buf *out, const struct ig_spec *spec,
		struct ig_err *err)
{
	if (!ig_tests_agent(&spec->tests))
		return 0;
	return ig_buf_printf(out, err, "{\"port\": \"org.ingot.agent\"}\n");
}

const struct ig_guest_section ig_guest_agent = {
	.since = IG_INIT_KEYS,
	.wants = wants,
	.file = "agent.json",
	.max = 4096,
	.json = json,
};
