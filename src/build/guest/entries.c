/* SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

#include <stdio.h>

#include <ingot/build.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>

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

static bool wants(struct ig_pos *pos, char key[IG_GUEST_KEY],
		  const struct ig_plan *plan)
{
	for (size_t i = 0; i < plan->bundles_n; i++) {
		const struct ig_bundle *b = &plan->bundles[i];
		const char *name = key_of(b->entry, b->section);

		if (!name)
			continue;
		*pos = b->entry->pos;
		snprintf(key, IG_GUEST_KEY, "%s[%zu].%s",
			 ig_section_names[b->section], b->index, name);
		return true;
	}
	return false;
}

const struct ig_guest_section ig_guest_entries = { .wants = wants };
