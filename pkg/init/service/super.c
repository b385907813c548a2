/* SPDX-License-Identifier: Apache-2.0 */
#include "service/super.h"

#include "base/evloop.h"
#include "base/sys.h"
#include "boot/power.h"
#include "control/ctl.h"
#include "log/kmsg.h"
#include "log/log.h"
#include "log/logkeep.h"
#include "report/booted.h"
#include "report/report.h"
#include "service/bundle.h"
#include "service/guest.h"
#include "service/native.h"
#include "service/orphans.h"
#include "service/services.h"
#include "service/shutdown.h"
#include "service/steps.h"
#include "service/watchdog.h"

#include <errno.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define REAP_MAX  1024 /* at once */
#define LOOP_NICE (-10)

static struct guest sup;
static int signals;

static void booted(void)
{
	sup.times.up = now_us();
	booted_say(&sup.times);
	report_booted(&sup.times);
}

static void say_held(void)
{
	const struct ctr *c = steps_failed(&sup.lists[CTR_ONBOOT]);
	char how[64] = "";

	if (!c)
		return;
	if (c->overdue)
		snprintf(how, sizeof(how), "took too long");
	else if (WIFEXITED(c->status))
		snprintf(how, sizeof(how), "ended with code %d",
			 WEXITSTATUS(c->status));
	else
		snprintf(how, sizeof(how), "failed");
	log_say("the boot stops here: onboot %s %s; services are not started",
		c->name, how);
}

static void act(enum sys_action action)
{
	switch (action) {
	case SA_HELD:
		say_held();
		/* what went wrong is wanted elsewhere too */
		logkeep_start();
		break;
	case SA_SERVICES:
		sup.times.onboot = now_us();
		report_services(&sup.times);
		logkeep_start();
		services_start(&sup.lists[CTR_SERVICE]);
		break;
	case SA_BOOTED:
		booted();
		break;
	case SA_ONSHUTDOWN:
		natives_hold();
		shutdown_begin(&sup);
		break;
	case SA_STOP:
		shutdown_stop(&sup);
		break;
	case SA_TERM:
		shutdown_term(&sup);
		logkeep_finish();
		break;
	case SA_KILL:
		shutdown_kill(&sup);
		break;
	case SA_UNMOUNT:
		shutdown_unmount(&sup);
		break;
	case SA_OFF:
		shutdown_leave(&sup);
	case SA_NONE:
	case SYS_ACTIONS:
		break;
	}
}

static void sys_event(enum sys_event event)
{
	struct sys_step step = sys_next(sup.state, event);

	sup.state = step.state;
	if (step.action != SA_NONE) {
		sup.deadline = 0;
		act(step.action);
	}
}

static bool is_settled(void)
{
	switch (sup.state) {
	case SYS_ONBOOT:
		return steps_run(&sup.lists[CTR_ONBOOT]) && natives_ready();
	case SYS_STARTING:
		return ctr_settled(&sup.lists[CTR_SERVICE]);
	case SYS_ONSHUTDOWN:
		return steps_run(&sup.lists[CTR_ONSHUTDOWN]);
	case SYS_STOP:
		return shutdown_stopped(&sup);
	case SYS_TERM:
	case SYS_KILL:
		return sup.childless;
	case SYS_UNMOUNT:
		return sup.unmounter <= 0;
	case SYS_STAY:
	case SYS_HELD:
	case SYS_RUNNING:
	case SYS_OFF:
	case SYS_STATES:
		break;
	}
	return false;
}

static void shutdown_with(int how, const char *why)
{
	if (sup.state >= SYS_ONSHUTDOWN)
		return;
	log_last("%s", why);
	sup.how = how;
	report_shutdown(how, why);
	sys_event(SE_SHUTDOWN);
}

/* A service that was given up, or a step, may take the machine with it. */
static void take_failures(void)
{
	const struct ctr *c =
		sup.state == SYS_ONBOOT
			? steps_failed(&sup.lists[CTR_ONBOOT])
			: services_failed(&sup.lists[CTR_SERVICE]);
	char why[CTR_NAME + 64];

	if (!c)
		return;
	/* a service that was given up has told already */
	if (c->kind == CTR_ONBOOT)
		report_action(c, ACT_GIVE_UP);
	if (c->plan.policy.failure == FAILURE_STOP) {
		sys_event(SE_HELD);
		return;
	}
	bool again = c->plan.policy.failure == FAILURE_REBOOT;

	snprintf(why, sizeof(why), "%s %s: its failure is to %s",
		 ctr_kind_name(c->kind), c->name,
		 again ? "reboot" : "power off");
	shutdown_with(again ? RB_AUTOBOOT : (int)RB_POWER_OFF, why);
}

/* Go on as long as something follows by itself. */
static void advance(void)
{
	enum sys_state before;

	do {
		before = sup.state;
		if (before == SYS_STARTING || before == SYS_RUNNING)
			services_start(&sup.lists[CTR_SERVICE]);
		bool settled = is_settled();

		take_failures();
		if (settled && sup.state == before)
			sys_event(SE_SETTLED);
	} while (sup.state != before);
}

static bool is_starting(void)
{
	for (int k = 0; k < CTR_KINDS; k++) {
		for (size_t i = 0; i < sup.lists[k].n; i++) {
			if (sup.lists[k].v[i].helper > 0)
				return true;
		}
	}
	return false;
}

static void given_to(pid_t pid, int status)
{
	if (logkeep_reaped(pid))
		return;
	if (pid == sup.unmounter) {
		sup.unmounter = 0;
		sup.clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
		return;
	}
	for (int k = 0; k < CTR_KINDS; k++) {
		for (size_t i = 0; i < sup.lists[k].n; i++) {
			if (ctr_reaped(&sup.lists[k].v[i], pid, status))
				return;
		}
	}
	if (!native_reaped(pid, status) && is_starting())
		orphans_add(pid, status);
}

/* True when there may be more: who leaves children behind without end must
 * not keep the loop from its other work. */
static bool reap(void)
{
	int status;

	for (int i = 0; i < REAP_MAX; i++) {
		pid_t pid = waitpid(-1, &status, WNOHANG);

		if (pid <= 0) {
			sup.childless = pid < 0 && errno == ECHILD;
			if (!sup.childless && sup.state >= SYS_TERM)
				logkeep_finish();
			return false;
		}
		given_to(pid, status);
	}
	return true;
}

void super_signals(sigset_t *set)
{
	static const int list[] = { SIGCHLD, SIGTERM, SIGINT,
				    SIGUSR1, SIGUSR2, SIGPWR };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		sigaddset(set, list[i]);
}

static void take_signals(void)
{
	struct signalfd_siginfo si;

	while (read(signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		if (si.ssi_signo == SIGCHLD)
			continue;
		if (si.ssi_signo == SIGINT)
			shutdown_with(RB_AUTOBOOT, "told to reboot");
		else
			shutdown_with(RB_POWER_OFF, "told to power off");
	}
}

static int64_t sooner(int64_t a, int64_t b)
{
	if (a == 0 || b == 0)
		return a ? a : b;
	return a < b ? a : b;
}

static int64_t next_deadline(void)
{
	int64_t t = sup.deadline;

	for (int k = 0; k < CTR_KINDS; k++) {
		for (size_t i = 0; i < sup.lists[k].n; i++)
			t = sooner(t, sup.lists[k].v[i].deadline);
	}
	return t;
}

static void expire(struct ctr *c)
{
	if (c->deadline == 0 || c->deadline > now_us())
		return;
	c->deadline = 0;
	ctr_event(c, EV_TIMEOUT);
}

static void take_timeouts(void)
{
	guest_each(&sup, expire);
	if (sup.deadline == 0 || sup.deadline > now_us())
		return;
	sup.deadline = 0;
	sys_event(SE_TIMEOUT);
}

static void on_signals(void *ctx, int fd, short events)
{
	(void)ctx;
	(void)fd;
	(void)events;
	take_signals();
}

static void on_button(void *ctx, int fd, short events)
{
	(void)ctx;
	if ((events & POLLIN) && power_pressed(fd))
		shutdown_with(RB_POWER_OFF, "power button pressed");
	/* a device that is gone would wake the loop for ever */
	if (events & (POLLERR | POLLHUP | POLLNVAL))
		evloop_del(fd);
}

static void watch(int fd, evloop_fn *fn)
{
	if (evloop_add(fd, POLLIN, fn, NULL) < 0)
		log_die(RB_AUTOBOOT, "fatal: the loop: %s", strerror(errno));
}

static void open_buttons(void)
{
	int buttons[POWER_BUTTONS];
	size_t n = power_open(buttons);

	for (size_t i = 0; i < n; i++)
		watch(buttons[i], on_button);
}

static void turn(void)
{
	static bool more, failing;
	bool failed = evloop_turn(more ? now_us() : next_deadline()) < 0;

	/* once: lines take memory, too */
	if (failed && !failing)
		log_say("poll: %s", strerror(errno));
	failing = failed;
	more = reap();
	take_timeouts();
	advance();
	ctl_turn();
}

/* A machine that is busy needs its loop the most; children begin as all others
 * do. The C library's function may be one that only fails (musl). */
static void come_first(void)
{
	const struct sched_param param = { .sched_priority = 0 };

	if (syscall(SYS_sched_setscheduler, 0,
		    SCHED_OTHER | SCHED_RESET_ON_FORK, &param) < 0 ||
	    setpriority(PRIO_PROCESS, 0, LOOP_NICE) < 0)
		log_say("priority: %s", strerror(errno));
}

void super_run(struct boot_times times)
{
	sigset_t set;

	come_first();
	sup.state = SYS_ONBOOT;
	sup.times = times;
	super_signals(&set);
	signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals < 0)
		log_die(RB_AUTOBOOT, "fatal: signalfd: %s", strerror(errno));
	watch(signals, on_signals);
	report_begin(&times);
	bundle_prepare();
	for (int k = 0; k < CTR_KINDS; k++)
		ctr_scan(&sup.lists[k], (enum ctr_kind)k);
	open_buttons();
	kmsg_listen();
	watchdog_run();
	ctl_init(&sup, shutdown_with);
	if (sys_mkparent(CTL_PATH, 0700) < 0 || ctl_listen(CTL_PATH) < 0)
		log_say("control socket '%s': %s", CTL_PATH, strerror(errno));
	advance();
	for (;;)
		turn();
}
