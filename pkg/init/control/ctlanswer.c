/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctlanswer.h"

#include "base/jsonout.h"
#include "log/ring.h"
#include "service/ctr.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define MS 1000 /* µs */

static const char *const state_names[SVC_STATES] = {
	[SVC_STAY] = "",
	[SVC_DOWN] = "down",
	[SVC_STARTING] = "starting",
	[SVC_UP] = "up",
	[SVC_READY] = "ready",
	[SVC_FAILING] = "failing",
	[SVC_STOPPING] = "stopping",
	[SVC_HALTING] = "stopping",
	[SVC_CLEANING] = "cleaning",
	[SVC_WAITING] = "waiting",
	[SVC_GIVEN_UP] = "given-up",
	[SVC_ENDED] = "ended",
};

static const char *const system_names[SYS_STATES] = {
	[SYS_STAY] = "",	   [SYS_ONBOOT] = "onboot",
	[SYS_HELD] = "held",	   [SYS_STARTING] = "starting",
	[SYS_RUNNING] = "running", [SYS_ONSHUTDOWN] = "onshutdown",
	[SYS_STOP] = "stop",	   [SYS_TERM] = "term",
	[SYS_KILL] = "kill",	   [SYS_UNMOUNT] = "unmount",
	[SYS_OFF] = "off",
};

/* A state that was forgotten above must not end PID 1. */
static const char *known(const char *word)
{
	return word ? word : "unknown";
}

bool ctlanswer_ctr(struct jsonout *out, const struct ctr *c)
{
	jsonout_begin(out);
	jsonout_word(out, "kind", ctr_kind_name(c->kind));
	jsonout_word(out, "name", c->name);
	jsonout_word(out, "state", known(state_names[c->state]));
	if (c->pid > 0)
		jsonout_int(out, "pid", c->pid);
	jsonout_int(out, "sinceMs", c->since / MS);
	jsonout_int(out, "starts", (int64_t)c->starts);
	if (c->last != -1 && WIFEXITED(c->last))
		jsonout_int(out, "exit", WEXITSTATUS(c->last));
	else if (c->last != -1 && WIFSIGNALED(c->last))
		jsonout_int(out, "signal", WTERMSIG(c->last));
	return jsonout_end(out);
}

bool ctlanswer_line(struct jsonout *out, const struct ring_record *rec)
{
	jsonout_begin(out);
	jsonout_int(out, "seq", (int64_t)rec->seq);
	jsonout_int(out, "ms", rec->us / MS);
	jsonout_word(out, "name", rec->name);
	jsonout_int(out, "level", rec->level);
	jsonout_text(out, "text", rec->text, rec->len);
	return jsonout_end(out);
}

bool ctlanswer_lost(struct jsonout *out, uint64_t lost)
{
	jsonout_begin(out);
	jsonout_int(out, "lost", (int64_t)lost);
	return jsonout_end(out);
}

bool ctlanswer_ok(struct jsonout *out)
{
	jsonout_begin(out);
	jsonout_bool(out, "ok", true);
	return jsonout_end(out);
}

bool ctlanswer_system(struct jsonout *out, enum sys_state state, int64_t now)
{
	jsonout_begin(out);
	jsonout_bool(out, "ok", true);
	jsonout_word(out, "system", known(system_names[state]));
	jsonout_int(out, "nowMs", now / MS);
	return jsonout_end(out);
}

bool ctlanswer_error(struct jsonout *out, const char *why, const char *word)
{
	char text[400];

	snprintf(text, sizeof(text), word ? "%s '%s'" : "%s", why, word);
	jsonout_begin(out);
	jsonout_bool(out, "ok", false);
	jsonout_word(out, "error", text);
	return jsonout_end(out);
}
