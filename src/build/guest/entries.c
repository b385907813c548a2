/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_keys.h"

#include <stdio.h>

#include <ingot/build.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>
#include <ingot/str.h>

/* Keys of onboot, services and onshutdown: ingot.json in their bundles. */

static const char *key_of(const struct ig_entry *e, enum ig_section section)
{
	if (section == IG_SERVICES)
		return e->ready.set ? "ready" : NULL;
	if (e->timeout_ms)
		return "timeout";
	if (e->after.set)
		return "after";
	return e->on_failure ? "on-failure" : NULL;
}

/* Those that every init of ours knows. */
static const char *old_key_of(const struct ig_entry *e, enum ig_section section)
{
	if (section != IG_SERVICES)
		return NULL;
	/* "never" is what others do, too */
	if (e->restart.set && !ig_streq(e->restart.policy, "never"))
		return "restart";
	if (e->stop.set)
		return "stop";
	if (e->after.n)
		return "after";
	if (e->requires.n)
		return "requires";
	return e->on_failure ? "on-failure" : NULL;
}

typedef const char *key_fn(const struct ig_entry *e, enum ig_section section);

static bool find(struct ig_pos *pos, char key[IG_GUEST_KEY],
		 const struct ig_plan *plan, key_fn *key_in)
{
	for (size_t i = 0; i < plan->bundles_n; i++) {
		const struct ig_bundle *b = &plan->bundles[i];
		const char *name = key_in(b->entry, b->section);

		if (!name)
			continue;
		*pos = b->entry->pos;
		snprintf(key, IG_GUEST_KEY, "%s[%zu].%s",
			 ig_section_names[b->section], pos->index, name);
		return true;
	}
	return false;
}

static bool wants(struct ig_pos *pos, char key[IG_GUEST_KEY],
		  const struct ig_plan *plan)
{
	return find(pos, key, plan, key_of);
}

static bool wants_old(struct ig_pos *pos, char key[IG_GUEST_KEY],
		      const struct ig_plan *plan)
{
	return find(pos, key, plan, old_key_of);
}

const struct ig_guest_section ig_guest_services = {
	.since = IG_INIT_GUEST,
	.wants = wants_old,
};

const struct ig_guest_section ig_guest_entries = {
	.since = IG_INIT_KEYS,
	.wants = wants,
};
