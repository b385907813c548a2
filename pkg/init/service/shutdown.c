/* SPDX-License-Identifier: Apache-2.0 */
#include "service/shutdown.h"

#include "base/spawn.h"
#include "boot/hangup.h"
#include "boot/root.h"
#include "disk/setup.h"
#include "log/log.h"
#include "report/report.h"
#include "service/guest.h"
#include "service/watchdog.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

/* Writing out is not cut as long as it may get on: data would be lost. */
#define UNMOUNT_US (30 * (int64_t)SECOND)

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

static int64_t longest_grace(const struct ctr_list *l)
{
	int64_t most = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].plan.stop && ctr_grace(&l->v[i]) > most)
			most = ctr_grace(&l->v[i]);
	}
	return most;
}

static int64_t sum_limits(const struct ctr_list *l)
{
	int64_t sum = 0;

	for (size_t i = 0; i < l->n; i++)
		sum += l->v[i].plan.timeout;
	return sum;
}

void shutdown_begin(struct guest *g)
{
	const struct ctr_list *steps = &g->lists[CTR_ONSHUTDOWN];

	log_info("%s", g->how == RB_AUTOBOOT ? "shutdown, then reboot"
					     : "shutdown, then power off");
	guest_each(g, hold);
	g->out = svc_way_out(sum_limits(steps), steps->n > 0,
			     longest_grace(&g->lists[CTR_SERVICE]));
	g->end = now_us() + g->out.whole;
	g->deadline = now_us() + g->out.steps;
}

void shutdown_stop(struct guest *g)
{
	struct ctr_list *l = &g->lists[CTR_SERVICE];

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].plan.stop)
			ctr_event(&l->v[i], EV_STOP);
	}
	g->deadline = now_us() + g->out.stop;
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
	g->deadline = now_us() + svc_term_us(g->end - now_us());
}

void shutdown_kill(struct guest *g)
{
	log_say("some processes do not end, kill them");
	kill(-1, SIGKILL);
	g->deadline = now_us() + SVC_KILL_US;
}

static bool unmount(void)
{
	setup_end();
	sync();
	bool clean = root_unmount();

	sync();
	return clean;
}

void shutdown_unmount(struct guest *g)
{
	guest_each(g, read_rest);
	g->deadline = now_us() + UNMOUNT_US;
	/* a disk that does not answer any more must not hold process 1 */
	g->unmounter = fork();
	if (g->unmounter == 0) {
		spawn_child(-1);
		_exit(unmount() ? 0 : 1);
	}
	if (g->unmounter < 0)
		g->clean = unmount();
}

void shutdown_leave(struct guest *g)
{
	if (g->unmounter > 0)
		log_say("a file system could not be written out in time");
	report_off(g->how, g->clean);
	watchdog_close(g->how != RB_AUTOBOOT);
	log_last("%s", g->how == RB_AUTOBOOT ? "rebooting" : "powering off");
	reboot(g->how);
	log_say("%s: %s", g->how == RB_AUTOBOOT ? "reboot" : "power off",
		strerror(errno));
	reboot((int)RB_HALT_SYSTEM);
	for (;;)
		pause();
}
