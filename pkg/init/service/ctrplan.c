/* SPDX-License-Identifier: Apache-2.0 */
#include "service/ctrplan.h"

#include "base/sys.h"
#include "log/log.h"
#include "service/ctr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_one(struct ctr *c)
{
	char path[SYS_PATH];
	char msg[200];
	char *text;
	size_t len;

	snprintf(path, sizeof(path), "%s/ingot.json", c->dir);
	if (sys_slurp(path, PLAN_MAX, &text, &len) < 0) {
		if (errno != ENOENT)
			log_say("read '%s': %s", path, strerror(errno));
		return;
	}
	if (plan_parse(&c->plan, text, len, msg, sizeof(msg)) < 0)
		log_say("%s: %s", path, msg);
	free(text);
}

static const struct ctr *find(const struct ctr_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->v[i].name, name) == 0)
			return &list->v[i];
	}
	return NULL;
}

static void need(struct ctr *c, const struct ctr_list *list, const char *name,
		 bool required)
{
	const struct ctr *other = find(list, name);

	/* the builder lets none pass; steps that wait in circles would hang */
	if (!other || other == c || (c->kind != CTR_SERVICE && other > c)) {
		log_say("%s %s: cannot wait for '%s'", ctr_kind_name(c->kind),
			c->name, name);
		c->hopeless = c->hopeless || required;
		return;
	}
	c->needs[c->n_needs].other = other;
	c->needs[c->n_needs].required = required;
	c->n_needs++;
}

static void find_needs(struct ctr *c, const struct ctr_list *list)
{
	const struct strings *after = &c->plan.after;
	const struct strings *requires = &c->plan.requires;

	if (after->n + requires->n == 0)
		return;
	c->needs = calloc(after->n + requires->n, sizeof(*c->needs));
	if (!c->needs) {
		log_say("%s: out of memory", c->name);
		return;
	}
	for (size_t i = 0; i < after->n; i++)
		need(c, list, after->v[i], false);
	for (size_t i = 0; i < requires->n; i++)
		need(c, list, requires->v[i], true);
}

void ctrplan_read(struct ctr_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		read_one(&list->v[i]);
	for (size_t i = 0; i < list->n; i++)
		find_needs(&list->v[i], list);
}

static bool was_good(const struct ctr *c)
{
	return c->plan.ready.kind == READY_NONE ? c->was_up : c->was_ready;
}

enum svc_order ctrplan_order(const struct ctr *c)
{
	enum svc_order all = c->hopeless ? ORDER_NEVER : ORDER_READY;

	for (size_t i = 0; i < c->n_needs && all != ORDER_NEVER; i++) {
		const struct ctr *other = c->needs[i].other;
		enum svc_order one = svc_order(other->state, was_good(other),
					       c->needs[i].required);

		if (one != ORDER_READY)
			all = one;
	}
	return all;
}

enum svc_event ctrplan_verdict(struct ctr *c)
{
	if (c->held || c->kind != CTR_SERVICE)
		return EV_CLEANED;
	if (c->wish != WISH_NONE)
		return c->wish == WISH_UP ? EV_REVIVE : EV_CLEANED;
	if (c->ran >= SVC_STEADY)
		c->row = 0;
	return svc_verdict(&c->plan.policy, c->failed, c->row);
}

static const char *ordinal(int64_t n)
{
	if (n % 100 >= 11 && n % 100 <= 13)
		return "th";
	switch (n % 10) {
	case 1:
		return "st";
	case 2:
		return "nd";
	case 3:
		return "rd";
	default:
		return "th";
	}
}

int64_t ctrplan_wait(struct ctr *c)
{
	int64_t us = svc_backoff(&c->plan.policy, c->row);
	int64_t n = ++c->row;
	bool whole = us % 1000000 == 0;

	log_say("service %s: restart in %lld %s (%lld%s time)", c->name,
		(long long)(whole ? us / 1000000 : us / 1000),
		whole ? "s" : "ms", (long long)n, ordinal(n));
	return now_us() + us;
}

void ctrplan_say_given_up(const struct ctr *c)
{
	if (c->starts == 0)
		log_say("service %s: given up: what it requires did not start",
			c->name);
	else if (c->row > 0)
		log_say("service %s: given up after %lld restart%s in a row",
			c->name, (long long)c->row, c->row > 1 ? "s" : "");
	else
		log_say("service %s: given up", c->name);
}
