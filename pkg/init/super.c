/* SPDX-License-Identifier: Apache-2.0 */
#include "super.h"

#include "ctr.h"
#include "ctrplan.h"
#include "evloop.h"
#include "hangup.h"
#include "log.h"
#include "power.h"
#include "root.h"
#include "svc.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND	      1000000
#define GRACE_US      (5 * SECOND)
#define KILL_US	      (2 * SECOND)
#define ONSHUTDOWN_US (60 * (int64_t)SECOND)

static struct super {
	enum sys_state state;
	struct boot_times times;
	struct ctr_list lists[CTR_KINDS];
	size_t step; /* next of the list that runs one by one */
	int64_t deadline;
	int how; /* for reboot(2) */
	bool childless;
	int signals;
} sup;

static void sys_event(enum sys_event event);

static void each(void (*fn)(struct ctr *c))
{
	for (int k = 0; k < CTR_KINDS; k++) {
		for (size_t i = 0; i < sup.lists[k].n; i++)
			fn(&sup.lists[k].v[i]);
	}
}

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

static void say_seconds(const char *word, int64_t us, char *out, size_t cap)
{
	size_t used = strlen(out);

	snprintf(out + used, cap - used, "%s%s %lld.%03lld s",
		 used > 0 ? ", " : "", word, (long long)(us / SECOND),
		 (long long)(us % SECOND / 1000));
}

static void say_booted(void)
{
	int64_t now = now_us();
	char text[160] = "";

	say_seconds("kernel", sup.times.kernel, text, sizeof(text));
	if (sup.times.kernel != sup.times.init)
		say_seconds("stage 1", sup.times.init - sup.times.kernel, text,
			    sizeof(text));
	say_seconds("modules", sup.times.modules - sup.times.init, text,
		    sizeof(text));
	say_seconds("onboot", sup.times.onboot - sup.times.modules, text,
		    sizeof(text));
	say_seconds("services", now - sup.times.onboot, text, sizeof(text));
	say_seconds("up", now, text, sizeof(text));
	log_say("boot: %s", text);
}

/* Start what may start; true when that may let others start, or never. */
static bool start_some(void)
{
	struct ctr_list *l = &sup.lists[CTR_SERVICE];
	bool any = false;

	for (size_t i = 0; i < l->n; i++) {
		struct ctr *c = &l->v[i];
		enum svc_order order =
			c->state == SVC_DOWN ? ctrplan_order(c) : ORDER_WAIT;

		if (order == ORDER_WAIT)
			continue;
		ctr_event(c, order == ORDER_READY ? EV_START : EV_GIVE_UP);
		any = true;
	}
	return any;
}

static void start_services(void)
{
	while (start_some())
		;
}

static void begin_shutdown(void)
{
	log_say("%s", sup.how == RB_AUTOBOOT ? "shutdown, then reboot"
					     : "shutdown, then power off");
	each(hold);
	sup.step = 0;
	sup.deadline = now_us() + ONSHUTDOWN_US;
}

static void stop_some(void)
{
	struct ctr_list *l = &sup.lists[CTR_SERVICE];
	int64_t most = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!l->v[i].plan.stop)
			continue;
		ctr_event(&l->v[i], EV_STOP);
		if (l->v[i].plan.grace > most)
			most = l->v[i].plan.grace;
	}
	/* and as long for what does not even mind SIGKILL */
	sup.deadline = now_us() + most + 2 * (int64_t)GRACE_US;
}

static bool some_stop(void)
{
	const struct ctr_list *l = &sup.lists[CTR_SERVICE];

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].state == SVC_STOPPING)
			return true;
	}
	return false;
}

static void term_all(void)
{
	each(quiesce);
	kill(-1, SIGTERM);
	hangup_terminals();
	sup.deadline = now_us() + GRACE_US;
}

static void kill_all(void)
{
	log_say("some processes do not end, kill them");
	kill(-1, SIGKILL);
	sup.deadline = now_us() + KILL_US;
}

static void leave(void)
{
	each(read_rest);
	sync();
	root_unmount();
	sync();
	log_say("%s", sup.how == RB_AUTOBOOT ? "rebooting" : "powering off");
	reboot(sup.how);
	log_say("%s: %s", sup.how == RB_AUTOBOOT ? "reboot" : "power off",
		strerror(errno));
	reboot((int)RB_HALT_SYSTEM);
	for (;;)
		pause();
}

static void act(enum sys_action action)
{
	switch (action) {
	case SA_SERVICES:
		sup.times.onboot = now_us();
		start_services();
		break;
	case SA_BOOTED:
		say_booted();
		break;
	case SA_ONSHUTDOWN:
		begin_shutdown();
		break;
	case SA_STOP:
		stop_some();
		break;
	case SA_TERM:
		term_all();
		break;
	case SA_KILL:
		kill_all();
		break;
	case SA_OFF:
		leave();
		break;
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

/* Run a list one by one; true when all have ended. */
static bool run_steps(struct ctr_list *l)
{
	if (sup.step > 0 && !ctr_is_over(&l->v[sup.step - 1]))
		return false;
	while (sup.step < l->n) {
		struct ctr *c = &l->v[sup.step++];

		ctr_event(c, EV_START);
		if (!ctr_is_over(c))
			return false;
	}
	return true;
}

static bool is_settled(void)
{
	switch (sup.state) {
	case SYS_ONBOOT:
		return run_steps(&sup.lists[CTR_ONBOOT]);
	case SYS_STARTING:
		return ctr_settled(&sup.lists[CTR_SERVICE]);
	case SYS_ONSHUTDOWN:
		return run_steps(&sup.lists[CTR_ONSHUTDOWN]);
	case SYS_STOP:
		return !some_stop();
	case SYS_TERM:
	case SYS_KILL:
		return sup.childless;
	case SYS_STAY:
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
	log_say("%s", why);
	sup.how = how;
	sys_event(SE_SHUTDOWN);
}

/* A service that was given up may take the machine with it. */
static void take_failures(void)
{
	const struct ctr_list *l = &sup.lists[CTR_SERVICE];
	char why[CTR_NAME + 64];

	for (size_t i = 0; i < l->n; i++) {
		enum svc_failure failure = l->v[i].plan.policy.failure;

		if (l->v[i].state != SVC_GIVEN_UP || failure == FAILURE_IGNORE)
			continue;
		snprintf(why, sizeof(why), "service %s: its failure is to %s",
			 l->v[i].name,
			 failure == FAILURE_REBOOT ? "reboot" : "power off");
		shutdown_with(failure == FAILURE_REBOOT ? RB_AUTOBOOT
							: (int)RB_POWER_OFF,
			      why);
	}
}

/* Go on as long as something follows by itself. */
static void advance(void)
{
	enum sys_state before;

	do {
		before = sup.state;
		if (before == SYS_STARTING || before == SYS_RUNNING)
			start_services();
		take_failures();
		if (is_settled())
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
	for (int k = 0; k < CTR_KINDS; k++) {
		for (size_t i = 0; i < sup.lists[k].n; i++) {
			if (ctr_reaped(&sup.lists[k].v[i], pid, status))
				return;
		}
	}
	if (is_starting())
		ctr_orphan(pid, status);
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		given_to(pid, status);
	sup.childless = pid < 0 && errno == ECHILD;
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

	while (read(sup.signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
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
	each(expire);
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
	if (evloop_turn(next_deadline()) < 0)
		log_say("poll: %s", strerror(errno));
	reap();
	take_timeouts();
	advance();
}

void super_run(struct boot_times times)
{
	sigset_t set;

	sup.state = SYS_ONBOOT;
	sup.times = times;
	super_signals(&set);
	sup.signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (sup.signals < 0)
		log_die(RB_AUTOBOOT, "fatal: signalfd: %s", strerror(errno));
	watch(sup.signals, on_signals);
	for (int k = 0; k < CTR_KINDS; k++)
		ctr_scan(&sup.lists[k], (enum ctr_kind)k);
	open_buttons();
	advance();
	for (;;)
		turn();
}
