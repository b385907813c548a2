/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

/* The guest's limits, pkg/init/service/watchdog.c. */
#define LEAST_MS 1000
#define MOST_MS	 (60 * 60 * 1000)

static int check_timeout(struct ig_walk *walk, const struct ig_path *path,
			 const struct ig_ynode *node)
{
	int64_t ms = ig_spec_ms(node->text);

	if (ms >= 0 && ms % 1000 == 0 && ms >= LEAST_MS && ms <= MOST_MS)
		return 0;
	if (ms < 0) /* says how a time is written */
		return ig_check_time(walk, path, node, MOST_MS);
	return ig_problem(walk, path, node,
			  "%s is not between 1s and 60m, in whole seconds",
			  node->text);
}

static int check_watchdog(struct ig_walk *walk, void *object,
			  const struct ig_ynode *node,
			  const struct ig_path *path)
{
	struct ig_watchdog *watchdog = object;

	(void)walk;
	(void)node;
	(void)path;
	watchdog->timeout_ms = ig_spec_ms(watchdog->timeout);
	return 0;
}

static const struct ig_field watchdog_fields[] = {
	{ .key = "timeout",
	  .kind = IG_K_STR,
	  .flags = IG_F_REQUIRED,
	  .at = offsetof(struct ig_watchdog, timeout),
	  .pos_at = offsetof(struct ig_watchdog, pos) + 1,
	  .check = check_timeout },
	IG_FIELDS_END
};
const struct ig_object ig_schema_watchdog = {
	.size = sizeof(struct ig_watchdog),
	.fields = watchdog_fields,
	.check = check_watchdog,
};
