/* SPDX-License-Identifier: Apache-2.0 */
#include "service/ctr.h"

#include "base/spawn.h"
#include "log/log.h"
#include "report/report.h"
#include "service/bundle.h"
#include "service/cgroup.h"
#include "service/ctrlog.h"
#include "service/ctrplan.h"
#include "service/ctrrun.h"
#include "service/exits.h"
#include "service/ready.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define GRACE_US (5 * 1000000)

static void say_end(const struct ctr *c, const char *what)
{
	long long ms = (now_us() - c->started) / 1000;
	char how[100];
	int s = c->status;

	if (s == -1)
		snprintf(how, sizeof(how), ", code not known");
	else if (WIFSIGNALED(s))
		snprintf(how, sizeof(how), " by signal %d (%s)", WTERMSIG(s),
			 strsignal(WTERMSIG(s)));
	else
		snprintf(how, sizeof(how), " with code %d", WEXITSTATUS(s));
	(s == 0 || c->asked ? log_info : log_say)("%s %s: %s%s, after %lld ms",
						  ctr_kind_name(c->kind),
						  c->name, what, how, ms);
}

static void end_checks(struct ctr *c)
{
	evtimer_clear(&c->limit);
	ready_end(c);
}

/* @started: it ran. */
static void report(struct ctr *c, bool started)
{
	end_checks(c);
	/* its last words first */
	ctr_read(c);
	cgroup_end(c);
	c->ended_at = now_us();
	c->ran = c->ended_at - c->started;
	c->failed = c->status != 0 || c->overdue;
	c->last = c->status;
	say_end(c, started ? "ended" : "could not be started: runtime ended");
	exits_note(c, started);
	if (c->status != 0 && !c->asked)
		ctrlog_tail(c);
	c->pid = 0;
	c->deadline = 0;
	if (c->kind == CTR_SERVICE) {
		/* what it has left behind; a step may leave something */
		cgroup_kill(c);
		return;
	}
	ctrlog_hang_up(c);
	bundle_clean(c->dir);
}

static void signal_it(struct ctr *c, int sig, int64_t grace)
{
	if (c->pid > 0)
		kill(c->pid, sig);
	else if (c->helper > 0)
		spawn_kill(c->helper, sig);
	c->deadline = now_us() + grace;
}

int64_t ctr_grace(const struct ctr *c)
{
	return c->plan.grace > 0 ? c->plan.grace : GRACE_US;
}

/* In its own way. */
static void end_it(struct ctr *c)
{
	end_checks(c);
	signal_it(c, c->plan.signal > 0 ? c->plan.signal : SIGTERM,
		  ctr_grace(c));
}

static void kill_it(struct ctr *c)
{
	log_say("%s %s: does not end, kill", ctr_kind_name(c->kind), c->name);
	signal_it(c, SIGKILL, GRACE_US);
	cgroup_kill(c);
}

static void say_ready(struct ctr *c)
{
	end_checks(c);
	c->ready_at = now_us();
	log_info("service %s: ready after %lld ms", c->name,
		 (long long)((c->ready_at - c->started) / 1000));
}

static void end_late(struct ctr *c)
{
	if (c->kind == CTR_SERVICE) {
		end_it(c);
		return;
	}
	signal_it(c, SIGKILL, GRACE_US);
	cgroup_kill(c);
}

/* Its time is over. */
static void be_late(struct ctr *c)
{
	int64_t us = now_us() - c->started;

	end_checks(c);
	c->overdue = true;
	log_say("%s %s: not %s after %lld ms", ctr_kind_name(c->kind), c->name,
		c->kind == CTR_SERVICE ? "ready" : "done",
		(long long)(us / 1000));
	end_late(c);
}

static void forgo(struct ctr *c)
{
	c->deadline = 0;
	log_say("%s %s: not started again, the machine goes down",
		ctr_kind_name(c->kind), c->name);
}

static void cancel(struct ctr *c)
{
	c->deadline = 0;
	log_info("%s %s: not started, told to stop", ctr_kind_name(c->kind),
		 c->name);
}

static void act_report(struct ctr *c, enum svc_action action)
{
	report(c, action == ACT_REPORT || action == ACT_REPORT_CLEAN);
	if (action == ACT_REPORT_CLEAN || action == ACT_REPORT_FAIL_CLEAN)
		ctrrun_forget(c);
}

static void act(struct ctr *c, enum svc_action action)
{
	switch (action) {
	case ACT_SPAWN:
		ctrrun_start(c);
		break;
	case ACT_WATCH:
		ctrrun_watch(c);
		break;
	case ACT_WATCH_TERM:
		ctrrun_watch(c);
		/* when it has ended by itself, its helper is the one that
		 * cleans up */
		if (c->pid > 0)
			end_it(c);
		break;
	case ACT_WATCH_LATE:
		ctrrun_watch(c);
		/* it may have ended by itself */
		if (c->state == SVC_FAILING)
			end_late(c);
		break;
	case ACT_READY:
		say_ready(c);
		break;
	case ACT_LATE:
		be_late(c);
		break;
	case ACT_REPORT:
	case ACT_REPORT_CLEAN:
	case ACT_REPORT_FAIL:
	case ACT_REPORT_FAIL_CLEAN:
		act_report(c, action);
		break;
	case ACT_WAIT:
		c->deadline = ctrplan_wait(c);
		break;
	case ACT_FORGO:
		forgo(c);
		break;
	case ACT_CANCEL:
		cancel(c);
		break;
	case ACT_GIVE_UP:
		ctrplan_say_given_up(c);
		break;
	case ACT_TERM:
		end_it(c);
		break;
	case ACT_KILL:
		kill_it(c);
		break;
	case ACT_NONE:
	case SVC_ACTIONS:
		break;
	}
}

void ctr_event(struct ctr *c, enum svc_event event)
{
	struct svc_step step = svc_next(c->state, event);

	if (c->state != step.state)
		c->since = now_us();
	c->state = step.state;
	c->asked = c->asked || step.state == SVC_STOPPING ||
		   step.state == SVC_HALTING;
	c->was_up = c->was_up || step.state == SVC_UP;
	c->was_ready = c->was_ready || step.state == SVC_READY;
	c->held = c->held || step.state == SVC_STOPPING || event == EV_HOLD ||
		  event == EV_QUIESCE;
	report_action(c, step.action);
	act(c, step.action);
}

void ctr_by_hand(struct ctr *c, enum svc_hand hand)
{
	struct svc_order_by_hand order = svc_by_hand(c->state, hand);

	if (order.wish != WISH_NONE)
		c->wish = order.wish;
	c->row = 0;
	ctr_event(c, order.event);
}

static void cleaned(struct ctr *c, int status)
{
	const char *kind = ctr_kind_name(c->kind);

	c->deadline = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == BUNDLE_POPULATED)
		log_say("%s %s: left processes behind, they run on", kind,
			c->name);
	/* when the machine goes down, the runtime is told to end as all are */
	else if (status != 0 && !(c->held && WIFSIGNALED(status)))
		log_say("%s %s: the runtime could not delete it", kind,
			c->name);
	ctr_event(c, ctrplan_verdict(c));
}

bool ctr_reaped(struct ctr *c, pid_t pid, int status)
{
	if (c->helper == pid) {
		bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;

		c->helper = 0;
		if (c->state == SVC_CLEANING) {
			cleaned(c, status);
			return true;
		}
		if (!good)
			c->status = status;
		ctr_event(c, good ? EV_STARTED : ctrrun_failure(c));
		return true;
	}
	if (c->pid != pid)
		return ready_reaped(c, pid, status);
	c->status = status;
	ctr_event(c, EV_EXITED);
	return true;
}

bool ctr_is_over(const struct ctr *c)
{
	return c->state == SVC_CLEANING || c->state == SVC_ENDED;
}

static bool is_settled(const struct ctr *c)
{
	switch (c->state) {
	case SVC_STARTING:
		return false;
	case SVC_UP:
	case SVC_FAILING:
	case SVC_CLEANING:
	case SVC_WAITING:
		/* what has a check is waited for, also by way of restarts */
		return c->plan.ready.kind == READY_NONE || c->was_ready ||
		       c->held;
	case SVC_STAY:
	case SVC_DOWN:
	case SVC_READY:
	case SVC_STOPPING:
	case SVC_HALTING:
	case SVC_GIVEN_UP:
	case SVC_ENDED:
	case SVC_STATES:
		break;
	}
	return true;
}

bool ctr_settled(const struct ctr_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (!is_settled(&l->v[i]))
			return false;
	}
	return true;
}
