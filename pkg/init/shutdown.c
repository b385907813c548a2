/* SPDX-License-Identifier: Apache-2.0 */
#include "shutdown.h"

#include "guest.h"
#include "hangup.h"
#include "log.h"
#include "report.h"
#include "root.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#define GRACE_US      (5 * SECOND)
#define KILL_US	      (2 * SECOND)
#define ONSHUTDOWN_US (60 * (int64_t)SECOND)

static void hold(struct ctr *c)
{
	if (c->kind == CTR_SERVICE)
		ctr_event(c, EV_HOLD);
}

static void quiesce(struct ctr *c)
{
	ctr_event(c, EV_QUIESCE);
}

static void read_rest(struct ctr *c)
{
	ctr_read(c);
}

void shutdown_begin(struct guest *g)
{
	log_info("%s", g->how == RB_AUTOBOOT ? "shutdown, then reboot"
					     : "shutdown, then power off");
	guest_each(g, hold);
	g->deadline = now_us() + ONSHUTDOWN_US;
}

void shutdown_stop(struct guest *g)
{
	struct ctr_list *l = &g->lists[CTR_SERVICE];
	int64_t most = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!l->v[i].plan.stop)
			continue;
		ctr_event(&l->v[i], EV_STOP);
		if (l->v[i].plan.grace > most)
			most = l->v[i].plan.grace;
	}
	/* and as long for what does not even mind SIGKILL */
	g->deadline = now_us() + most + 2 * (int64_t)GRACE_US;
}

bool shutdown_stopped(const struct guest *g)
{
	const struct ctr_list *l = &g->lists[CTR_SERVICE];

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].state == SVC_STOPPING)
			return false;
	}
	return true;
}

void shutdown_term(struct guest *g)
{
	guest_each(g, quiesce);
	kill(-1, SIGTERM);
	hangup_terminals();
	g->deadline = now_us() + GRACE_US;
}

void shutdown_kill(struct guest *g)
{
	log_say("some processes do not end, kill them");
	kill(-1, SIGKILL);
	g->deadline = now_us() + KILL_US;
}

void shutdown_leave(struct guest *g)
{
	guest_each(g, read_rest);
	sync();
	bool clean = root_unmount();

	sync();
	report_off(g->how, clean);
	log_last("%s", g->how == RB_AUTOBOOT ? "rebooting" : "powering off");
	reboot(g->how);
	log_say("%s: %s", g->how == RB_AUTOBOOT ? "reboot" : "power off",
		strerror(errno));
	reboot((int)RB_HALT_SYSTEM);
	for (;;)
		pause();
}
