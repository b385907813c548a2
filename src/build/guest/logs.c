/* SPDX-License-Identifier: Apache-2.0 */
#include "guest_keys.h"

#include <stdio.h>

#include <ingot/build.h>
#include <ingot/rootfs.h>
#include <ingot/spec.h>

static bool has_log(struct ig_pos *pos, char key[IG_GUEST_KEY],
		    const struct ig_entries *entries, const char *section)
{
	for (size_t i = 0; i < entries->n; i++) {
		const struct ig_entry *e = &entries->v[i];

		if (!e->log || !e->log[0])
			continue;
		*pos = e->pos;
		snprintf(key, IG_GUEST_KEY, "%s[%zu].log", section, pos->index);
		return true;
	}
	return false;
}

static bool wants(struct ig_pos *pos, char key[IG_GUEST_KEY],
		  const struct ig_plan *plan)
{
	const struct ig_spec *spec = plan->spec;

	*pos = spec->logs.pos;
	snprintf(key, IG_GUEST_KEY, "logs");
	return spec->logs.set || has_log(pos, key, &spec->onboot, "onboot") ||
	       has_log(pos, key, &spec->services, "services") ||
	       has_log(pos, key, &spec->onshutdown, "onshutdown");
}

static int json(struct ig_buf *out, const struct ig_spec *spec,
		struct ig_err *err)
{
	return spec->logs.set ? ig_logs_json(out, &spec->logs, err) : 0;
}

const struct ig_guest_section ig_guest_logs = {
	.since = IG_INIT_KEYS,
	.wants = wants,
	.file = "logs.json",
	.max = 4096, /* pkg/init/log/logconf.h */
	.json = json,
};
