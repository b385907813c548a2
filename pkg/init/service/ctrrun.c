/* SPDX-License-Identifier: Apache-2.0 */
#include "service/ctrrun.h"

#include "base/spawn.h"
#include "base/sys.h"
#include "log/log.h"
#include "service/bundle.h"
#include "service/cgroup.h"
#include "service/ctr.h"
#include "service/ctrlog.h"
#include "service/ctrplan.h"
#include "service/orphans.h"
#include "service/ready.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CLEAN_US (30 * 1000000)

static void pidfile(const struct ctr *c, char *out, size_t cap)
{
	snprintf(out, cap, "/run/ingot/%s.pid", c->name);
}

static void child(const struct ctr *c, int out)
{
	char file[CTR_NAME + 32];

	spawn_child(out);
	pidfile(c, file, sizeof(file));
	if (c->starts > 1)
		bundle_release(c->dir);
	_exit(bundle_start(c->dir, c->name, file));
}

enum svc_event ctrrun_failure(const struct ctr *c)
{
	return c->kind == CTR_SERVICE && svc_minds(&c->plan.policy) ? EV_MISSED
								    : EV_FAILED;
}

/* What the last run left here. */
static void renew(struct ctr *c)
{
	c->status = -1;
	c->asked = false;
	c->wish = WISH_NONE;
	c->deadline = 0;
	c->starts++;
	c->overdue = false;
	c->failed = false;
	c->up_at = 0;
	c->ready_at = 0;
	c->ended_at = 0;
	ctr_read(c);
	ctrlog_hang_up(c);
}

static void on_late(void *ctx)
{
	ctr_event(ctx, EV_LATE);
}

/* A step has to be done by then, a service with a check to be ready. */
static void begin_limit(struct ctr *c)
{
	const struct ready *r = &c->plan.ready;
	int64_t us = c->plan.timeout;

	if (c->kind == CTR_SERVICE)
		us = r->kind == READY_NONE ? 0 : r->within;
	if (us > 0)
		evtimer_set(&c->limit, c->started + us, on_late, c);
}

void ctrrun_start(struct ctr *c)
{
	char file[CTR_NAME + 32];
	int fds[2];

	renew(c);
	log_info("%s %s: start", ctr_kind_name(c->kind), c->name);
	c->started = now_us();
	begin_limit(c);
	pidfile(c, file, sizeof(file));
	sys_mkparent(file, 0700);
	unlink(file);
	ctrlog_open(c);
	if (pipe2(fds, O_CLOEXEC) < 0) {
		log_say("%s: pipe: %s", c->name, strerror(errno));
		ctr_event(c, ctrrun_failure(c));
		return;
	}
	/* a flag of our end only: the container's end stays blocking */
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	pid_t pid = fork();

	if (pid == 0)
		child(c, fds[1]);
	close(fds[1]);
	if (pid < 0) {
		log_say("%s: fork: %s", c->name, strerror(errno));
		close(fds[0]);
		ctr_event(c, ctrrun_failure(c));
		return;
	}
	c->helper = pid;
	if (ctrlog_listen(c, fds[0]) == 0)
		return;
	log_say("%s: its output is lost: %s", c->name, strerror(errno));
	close(fds[0]);
}

void ctrrun_forget(struct ctr *c)
{
	pid_t pid = fork();

	if (pid == 0) {
		spawn_child(-1);
		/* what boots goes before */
		setpriority(PRIO_PROCESS, 0, 10);
		/* a step may leave a process behind, as with LinuxKit */
		_exit(bundle_delete(c->name, c->kind == CTR_SERVICE));
	}
	if (pid < 0) {
		log_say("%s: fork: %s", c->name, strerror(errno));
		ctr_event(c, ctrplan_verdict(c));
		return;
	}
	c->helper = pid;
	c->deadline = now_us() + CLEAN_US;
}

void ctrrun_watch(struct ctr *c)
{
	char file[CTR_NAME + 32];
	char text[32];

	pidfile(c, file, sizeof(file));
	if (sys_read(file, text, sizeof(text)) > 0)
		c->pid = (pid_t)strtol(text, NULL, 10);
	unlink(file);
	snprintf(file, sizeof(file), "/run/ingot/%s.pid.json", c->name);
	unlink(file);
	cgroup_begin(c);
	if (c->pid <= 1) {
		log_say("%s %s: process id is not known",
			ctr_kind_name(c->kind), c->name);
		c->pid = 0;
		ctr_event(c, EV_EXITED);
		return;
	}
	/* a number that is alive is the container, whoever had it before */
	if (kill(c->pid, 0) < 0 && errno == ESRCH) {
		orphans_take(c->pid, &c->status);
		ctr_event(c, EV_EXITED);
		return;
	}
	c->up_at = now_us();
	if (c->kind == CTR_SERVICE)
		log_info("service %s: up, pid %d", c->name, (int)c->pid);
	if (c->state == SVC_UP)
		ready_begin(c);
}
