/* SPDX-License-Identifier: Apache-2.0 */
#include "report/reportline.h"

#include "base/jsonout.h"
#include "service/ctr.h"

#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/wait.h>

void reportline_begin(struct jsonout *out, int64_t us, const char *event)
{
	out->len = 0;
	jsonout_begin(out);
	jsonout_ms(out, "ms", us);
	jsonout_word(out, "event", event);
}

bool reportline_phase(struct jsonout *out, const char *name, int64_t from,
		      int64_t to)
{
	if (to <= from)
		return false;
	reportline_begin(out, to, "phase");
	jsonout_word(out, "name", name);
	jsonout_ms(out, "from", from);
	return jsonout_end(out);
}

static const char *event_of(enum svc_action action)
{
	static const char *const events[SVC_ACTIONS] = {
		[ACT_SPAWN] = "started",
		[ACT_WATCH] = "up",
		[ACT_WATCH_TERM] = "up",
		[ACT_WATCH_LATE] = "up",
		[ACT_READY] = "ready",
		[ACT_LATE] = "late",
		[ACT_REPORT] = "ended",
		[ACT_REPORT_CLEAN] = "ended",
		[ACT_REPORT_FAIL] = "failed",
		[ACT_REPORT_FAIL_CLEAN] = "failed",
		[ACT_WAIT] = "waiting",
		[ACT_GIVE_UP] = "given-up",
	};

	return (unsigned)action < SVC_ACTIONS ? events[action] : NULL;
}

static void add_status(struct jsonout *out, int status)
{
	if (status == -1)
		return;
	if (WIFSIGNALED(status))
		jsonout_int(out, "signal", WTERMSIG(status));
	else
		jsonout_int(out, "code", WEXITSTATUS(status));
}

bool reportline_action(struct jsonout *out, int64_t us, const struct ctr *c,
		       enum svc_action action)
{
	static const char *const kinds[CTR_KINDS] = {
		[CTR_ONBOOT] = "onboot",
		[CTR_SERVICE] = "service",
		[CTR_ONSHUTDOWN] = "onshutdown",
	};
	const char *event = event_of(action);

	if (!event)
		return false;
	reportline_begin(out, us, event);
	jsonout_word(out, "kind", kinds[c->kind]);
	jsonout_word(out, "name", c->name);
	if (action == ACT_SPAWN)
		jsonout_int(out, "run", (int64_t)c->starts + 1);
	if (strcmp(event, "ended") == 0 || strcmp(event, "failed") == 0)
		add_status(out, c->status);
	return jsonout_end(out);
}

/* "MemTotal:   123 kB" */
static void add_memory(struct jsonout *out, const char *key,
		       const char *meminfo, const char *name)
{
	const char *at = strstr(meminfo, name);

	if (at)
		jsonout_int(out, key, strtoll(at + strlen(name), NULL, 10));
}

bool reportline_booted(struct jsonout *out, int64_t us, const char *meminfo)
{
	reportline_begin(out, us, "booted");
	add_memory(out, "memoryKiB", meminfo, "MemTotal:");
	add_memory(out, "availableKiB", meminfo, "MemAvailable:");
	return jsonout_end(out);
}

static const char *word_of(int how)
{
	return how == RB_AUTOBOOT ? "reboot" : "poweroff";
}

bool reportline_shutdown(struct jsonout *out, int64_t us, int how,
			 const char *why)
{
	reportline_begin(out, us, "shutdown");
	jsonout_word(out, "how", word_of(how));
	jsonout_word(out, "reason", why);
	return jsonout_end(out);
}

bool reportline_off(struct jsonout *out, int64_t us, int how, bool clean)
{
	reportline_begin(out, us, "off");
	jsonout_word(out, "how", word_of(how));
	jsonout_bool(out, "clean", clean);
	return jsonout_end(out);
}

bool reportline_lost(struct jsonout *out, int64_t us, unsigned records)
{
	if (records == 0)
		return false;
	reportline_begin(out, us, "lost");
	jsonout_int(out, "records", records);
	return jsonout_end(out);
}
