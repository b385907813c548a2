/* SPDX-License-Identifier: Apache-2.0 */
#include "ctr.h"

#include "bundle.h"
#include "ctrlog.h"
#include "ctrplan.h"
#include "log.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define GRACE_US (5 * 1000000)
#define CLEAN_US (30 * 1000000)
#define ORPHANS	 4096

static const char *const kind_dirs[CTR_KINDS] = {
	[CTR_ONBOOT] = "/containers/onboot",
	[CTR_SERVICE] = "/containers/services",
	[CTR_ONSHUTDOWN] = "/containers/onshutdown",
};

static const char *const kind_names[CTR_KINDS] = {
	[CTR_ONBOOT] = "onboot",
	[CTR_SERVICE] = "service",
	[CTR_ONSHUTDOWN] = "onshutdown",
};

/* Children that ended while some container's process id was not yet known. */
static struct {
	pid_t pid;
	int status;
} orphans[ORPHANS];
static unsigned n_orphans;

void ctr_orphan(pid_t pid, int status)
{
	orphans[n_orphans % ORPHANS].pid = pid;
	orphans[n_orphans % ORPHANS].status = status;
	n_orphans++;
}

/* The newest first: an older one of that number was another process. */
static void take_orphan(pid_t pid, int *status)
{
	for (unsigned i = 1; i <= ORPHANS; i++) {
		unsigned at = (n_orphans - i) % ORPHANS;

		if (orphans[at].pid == pid) {
			*status = orphans[at].status;
			orphans[at].pid = 0;
			return;
		}
	}
}

static bool fill(struct ctr *c, enum ctr_kind kind, const char *name)
{
	c->kind = kind;
	c->state = SVC_DOWN;
	c->pipe = -1;
	c->log = -1;
	c->status = -1;
	int n = snprintf(c->name, sizeof(c->name), "%s", name);
	int d = snprintf(c->dir, sizeof(c->dir), "%s/%s", kind_dirs[kind],
			 name);

	return n > 0 && (size_t)n < sizeof(c->name) &&
	       (size_t)d < sizeof(c->dir);
}

void ctr_scan(struct ctr_list *out, enum ctr_kind kind)
{
	char **names;
	size_t n;

	memset(out, 0, sizeof(*out));
	if (sys_list(kind_dirs[kind], &names, &n) < 0) {
		if (errno != ENOENT)
			log_say("read '%s': %s", kind_dirs[kind],
				strerror(errno));
		return;
	}
	out->v = calloc(n > 0 ? n : 1, sizeof(*out->v));
	for (size_t i = 0; out->v && i < n; i++) {
		if (out->n < CTR_MAX && fill(&out->v[out->n], kind, names[i]))
			out->n++;
		else
			log_say("%s %s: name too long or too many bundles",
				kind_names[kind], names[i]);
	}
	if (!out->v)
		log_say("read '%s': out of memory", kind_dirs[kind]);
	sys_names_free(names, n);
	if (kind == CTR_SERVICE)
		ctrplan_read(out);
}

static void pidfile(const struct ctr *c, char *out, size_t cap)
{
	snprintf(out, cap, "/run/ingot/%s.pid", c->name);
}

/* In a child of PID 1: its signals, session and descriptors. */
static void become_child(int out)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	setsid();
	if (out < 0)
		out = null;
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(out, 2) < 0)
		_exit(126);
}

static void child(const struct ctr *c, int out)
{
	char file[CTR_NAME + 32];

	become_child(out);
	pidfile(c, file, sizeof(file));
	if (c->starts > 1)
		bundle_release(c->dir);
	_exit(bundle_start(c->dir, c->name, file));
}

static enum svc_event failure_of(const struct ctr *c)
{
	return svc_minds(&c->plan.policy) ? EV_MISSED : EV_FAILED;
}

/* What the last run left here. */
static void renew(struct ctr *c)
{
	c->status = -1;
	c->starts++;
	ctr_read(c);
	ctrlog_hang_up(c);
}

static void spawn(struct ctr *c)
{
	char file[CTR_NAME + 32];
	int fds[2];

	renew(c);
	log_say("%s %s: start", kind_names[c->kind], c->name);
	c->started = now_us();
	pidfile(c, file, sizeof(file));
	sys_mkparent(file, 0700);
	unlink(file);
	ctrlog_open(c);
	if (pipe2(fds, O_CLOEXEC) < 0) {
		log_say("%s: pipe: %s", c->name, strerror(errno));
		ctr_event(c, failure_of(c));
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
		ctr_event(c, failure_of(c));
		return;
	}
	c->helper = pid;
	if (ctrlog_listen(c, fds[0]) == 0)
		return;
	log_say("%s: its output is lost: %s", c->name, strerror(errno));
	close(fds[0]);
}

static void forget(struct ctr *c)
{
	pid_t pid = fork();

	if (pid == 0) {
		become_child(-1);
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

static void watch(struct ctr *c)
{
	char file[CTR_NAME + 32];
	char text[32];

	pidfile(c, file, sizeof(file));
	if (sys_read(file, text, sizeof(text)) > 0)
		c->pid = (pid_t)strtol(text, NULL, 10);
	unlink(file);
	snprintf(file, sizeof(file), "/run/ingot/%s.pid.json", c->name);
	unlink(file);
	if (c->pid <= 1) {
		log_say("%s %s: process id is not known", kind_names[c->kind],
			c->name);
		c->pid = 0;
		ctr_event(c, EV_EXITED);
		return;
	}
	/* a number that is alive is the container, whoever had it before */
	if (kill(c->pid, 0) < 0 && errno == ESRCH) {
		take_orphan(c->pid, &c->status);
		ctr_event(c, EV_EXITED);
	} else if (c->kind == CTR_SERVICE) {
		log_say("service %s: up, pid %d", c->name, (int)c->pid);
	}
}

static void say_end(struct ctr *c, const char *what)
{
	int64_t ms = (now_us() - c->started) / 1000;
	const char *kind = kind_names[c->kind];
	int s = c->status;

	if (s == -1)
		log_say("%s %s: %s, code not known, after %lld ms", kind,
			c->name, what, (long long)ms);
	else if (WIFSIGNALED(s))
		log_say("%s %s: %s by signal %d (%s), after %lld ms", kind,
			c->name, what, WTERMSIG(s), strsignal(WTERMSIG(s)),
			(long long)ms);
	else
		log_say("%s %s: %s with code %d, after %lld ms", kind, c->name,
			what, WEXITSTATUS(s), (long long)ms);
}

static void report(struct ctr *c, const char *what)
{
	/* its last words first */
	ctr_read(c);
	c->ran = now_us() - c->started;
	say_end(c, what);
	if (c->status != 0 && !c->asked)
		ctrlog_tail(c);
	c->pid = 0;
	c->deadline = 0;
	if (c->kind == CTR_SERVICE)
		return;
	ctrlog_hang_up(c);
	bundle_clean(c->dir);
}

static void signal_it(struct ctr *c, int sig, int64_t grace)
{
	if (c->pid > 0)
		kill(c->pid, sig);
	else if (c->helper > 0)
		kill(-c->helper, sig);
	c->deadline = now_us() + grace;
}

/* In its own way. */
static void end_it(struct ctr *c)
{
	signal_it(c, c->plan.signal > 0 ? c->plan.signal : SIGTERM,
		  c->plan.grace > 0 ? c->plan.grace : GRACE_US);
}

static void kill_it(struct ctr *c)
{
	log_say("%s %s: does not end, kill", kind_names[c->kind], c->name);
	signal_it(c, SIGKILL, GRACE_US);
}

static void forgo(struct ctr *c)
{
	c->deadline = 0;
	log_say("%s %s: not started again, the machine goes down",
		kind_names[c->kind], c->name);
}

static void act(struct ctr *c, enum svc_action action)
{
	switch (action) {
	case ACT_SPAWN:
		spawn(c);
		break;
	case ACT_WATCH:
		watch(c);
		break;
	case ACT_WATCH_TERM:
		watch(c);
		end_it(c);
		break;
	case ACT_REPORT:
		report(c, "ended");
		break;
	case ACT_REPORT_CLEAN:
		report(c, "ended");
		forget(c);
		break;
	case ACT_REPORT_FAIL:
		report(c, "could not be started: runtime ended");
		break;
	case ACT_REPORT_FAIL_CLEAN:
		report(c, "could not be started: runtime ended");
		forget(c);
		break;
	case ACT_WAIT:
		c->deadline = ctrplan_wait(c);
		break;
	case ACT_FORGO:
		forgo(c);
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

	c->state = step.state;
	c->asked = c->asked || step.state == SVC_STOPPING;
	c->was_up = c->was_up || step.state == SVC_UP;
	c->held = c->held || c->asked || event == EV_HOLD;
	act(c, step.action);
}

static void cleaned(struct ctr *c, int status)
{
	const char *kind = kind_names[c->kind];

	c->deadline = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == BUNDLE_POPULATED)
		log_say("%s %s: left processes behind, they run on", kind,
			c->name);
	else if (status != 0)
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
		ctr_event(c, good ? EV_STARTED : failure_of(c));
		return true;
	}
	if (c->pid != pid)
		return false;
	c->status = status;
	ctr_event(c, EV_EXITED);
	return true;
}

bool ctr_is_over(const struct ctr *c)
{
	return c->state == SVC_CLEANING || c->state == SVC_ENDED;
}

bool ctr_settled(const struct ctr_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].state == SVC_STARTING)
			return false;
	}
	return true;
}
