/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include <ingot/str.h>

#include "report_priv.h"

int64_t report_at(const struct ig_report *r, int64_t us)
{
	return us + (r->offset > 0 ? r->offset : 0);
}

static int64_t last_time(const struct ig_report *r)
{
	int64_t last = r->booted;

	for (size_t i = 0; i < r->phases_n; i++)
		last = r->phases[i].to > last ? r->phases[i].to : last;
	for (size_t i = 0; i < r->units_n && r->booted < 0; i++) {
		const struct ig_report_unit *u = &r->units[i];

		last = u->started > last ? u->started : last;
		last = u->ended > last ? u->ended : last;
	}
	return last;
}

int64_t report_end_of(const struct ig_report *r, const struct ig_report_unit *u)
{
	int64_t last = last_time(r);
	int64_t end = u->ended >= 0 && u->ended < last ? u->ended : last;

	if (u->ready > end)
		return u->ready;
	return end > u->started ? end : u->started;
}

bool report_is_bad(const struct ig_report *r, const struct ig_report_unit *u)
{
	if (u->kind == IG_REPORT_SERVICE && r->shutdown >= 0 &&
	    u->ended >= r->shutdown && !u->given_up)
		return false;
	return u->failed || u->given_up ||
	       (u->ended >= 0 && (u->code > 0 || u->signal > 0));
}

const char *report_state(char out[REPORT_STATE], const struct ig_report_unit *u)
{
	char runs[24] = "";

	if (u->runs > 1)
		snprintf(runs, sizeof(runs), ", run %lld", (long long)u->runs);
	if (u->given_up)
		snprintf(out, REPORT_STATE, "given up%s", runs);
	else if (u->failed)
		snprintf(out, REPORT_STATE, "could not start%s", runs);
	else if (u->ended >= 0 && u->signal >= 0)
		snprintf(out, REPORT_STATE, "signal %d%s", u->signal, runs);
	else if (u->ended >= 0 && u->code >= 0)
		snprintf(out, REPORT_STATE, "code %d%s", u->code, runs);
	else if (u->ended >= 0)
		snprintf(out, REPORT_STATE, "ended%s", runs);
	else if (u->ready >= 0)
		snprintf(out, REPORT_STATE, "ready%s", runs);
	else if (u->up >= 0)
		snprintf(out, REPORT_STATE, "up%s", runs);
	else
		snprintf(out, REPORT_STATE, "%s%s",
			 u->started >= 0 ? "starting" : "waiting", runs);
	return out;
}

const char *report_visible(char *out, const char *name, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < most && *name; i++) {
		size_t shown = ig_utf8_shown(name);
		size_t len = ig_utf8_char(name);

		if (shown) {
			memcpy(out + n, name, shown);
			n += shown;
		} else {
			out[n++] = '?';
		}
		name += len ? len : 1;
	}
	out[n] = '\0';
	if (*name)
		memcpy(out + n, "…", sizeof("…"));
	return out;
}
