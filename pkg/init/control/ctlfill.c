/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctlfill.h"

#include "base/jsonout.h"
#include "control/ctl.h"
#include "control/ctlanswer.h"
#include "control/ctlclient.h"
#include "log/log.h"
#include "service/ctr.h"
#include "service/guest.h"

#include <string.h>
#include <sys/reboot.h>

static struct {
	struct guest *guest;
	void (*shutdown)(int how, const char *why);
} host;

void ctl_init(struct guest *g, void (*shutdown)(int how, const char *why))
{
	host.guest = g;
	host.shutdown = shutdown;
}

static struct ctr *find(const char *name)
{
	struct ctr_list *l = &host.guest->lists[CTR_SERVICE];

	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->v[i].name, name) == 0)
			return &l->v[i];
	}
	return NULL;
}

static void order(struct ctlclient *c, struct jsonout *out)
{
	static const enum svc_hand hands[CTL_VERBS] = {
		[CTL_START] = HAND_START,
		[CTL_STOP] = HAND_STOP,
		[CTL_RESTART] = HAND_RESTART,
	};
	struct ctr *service = find(c->req.name);

	if (!service) {
		ctlanswer_error(out, "there is no service", c->req.name);
	} else if (host.guest->state >= SYS_ONSHUTDOWN) {
		ctlanswer_error(out, "the machine goes down", NULL);
	} else if (host.guest->state < SYS_STARTING) {
		ctlanswer_error(out, "the onboot steps are not done yet", NULL);
	} else {
		log_info("service %s: told to %s", service->name,
			 ctlreq_word(c->req.verb));
		ctr_by_hand(service, hands[c->req.verb]);
		ctlanswer_ok(out);
	}
	c->answering = false;
}

static void leave(struct ctlclient *c, struct jsonout *out)
{
	bool again = c->req.verb == CTL_REBOOT;

	ctlanswer_ok(out);
	c->answering = false;
	host.shutdown(again ? RB_AUTOBOOT : (int)RB_POWER_OFF,
		      again ? "told to reboot" : "told to power off");
}

/* The next bundle that was asked for; NULL: that was all. */
static const struct ctr *next_ctr(struct ctlclient *c)
{
	for (; c->kind < CTR_KINDS; c->kind++, c->index = 0) {
		const struct ctr_list *l = &host.guest->lists[c->kind];

		while (c->index < l->n) {
			const struct ctr *at = &l->v[c->index++];

			if (!c->req.name[0] ||
			    strcmp(c->req.name, at->name) == 0)
				return at;
		}
	}
	return NULL;
}

static void status(struct ctlclient *c, struct jsonout *out)
{
	const struct ctr *at = next_ctr(c);

	if (at) {
		ctlanswer_ctr(out, at);
		return;
	}
	ctlanswer_system(out, host.guest->state, now_us());
	c->answering = false;
}

static void logs(struct ctlclient *c, struct jsonout *out)
{
	static struct ring_record rec;
	uint64_t lost = 0;
	bool any = logbook_read(&c->at, &rec, &lost);

	if (c->saved)
		*c->saved = c->at;
	if (lost > 0)
		ctlanswer_lost(out, lost);
	if (any && (!c->req.name[0] || strcmp(c->req.name, rec.name) == 0))
		ctlanswer_line(out, &rec);
	if (any || c->req.follow)
		return;
	ctlanswer_ok(out);
	c->answering = false;
}

bool ctlfill(struct ctlclient *c)
{
	struct jsonout out = { .buf = c->out, .cap = sizeof(c->out) };
	size_t before;

	do {
		struct logbook_cursor at = c->at;

		before = out.len;
		if (c->req.verb == CTL_STATUS)
			status(c, &out);
		else if (c->req.verb == CTL_LOGS)
			logs(c, &out);
		else if (c->req.verb == CTL_REBOOT ||
			 c->req.verb == CTL_POWEROFF)
			leave(c, &out);
		else
			order(c, &out);
		/* lines of another name say nothing, and go on */
		if (memcmp(&at, &c->at, sizeof(at)) != 0 && out.len == before)
			before = SIZE_MAX;
	} while (c->answering && out.len != before &&
		 out.len < sizeof(c->out) / 2);
	c->out_len = out.len;
	return out.len > 0;
}

void ctlfill_begin(struct ctlclient *c, const char *line, size_t len)
{
	struct jsonout out = { .buf = c->out, .cap = sizeof(c->out) };
	char why[200];

	if (ctlreq_parse(&c->req, line, len, why, sizeof(why)) < 0) {
		ctlanswer_error(&out, why, NULL);
		c->out_len = out.len;
		return;
	}
	c->answering = true;
	c->kind = 0;
	c->index = 0;
	if (c->req.verb == CTL_LOGS)
		c->at = logbook_last(c->req.last < 0 ? UINT64_MAX
						     : (uint64_t)c->req.last,
				     c->req.name[0] ? c->req.name : NULL);
}
