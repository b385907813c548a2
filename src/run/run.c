/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/log.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/proc.h>
#include <ingot/report.h>
#include <ingot/str.h>

#include "run_internal.h"

#define POLL_MS	    100
#define OFF_SECONDS 10 /* from asking the guest to ending QEMU */
#define PANIC_GRACE 1  /* the rest of the panic's text */
#define ESCAPE	    1  /* Ctrl-A, as QEMU's own console has it */

/* One boot under way. */
struct guest {
	const struct ig_run *run;
	pid_t pid;
	int in;	 /* to the console; -1 */
	int out; /* from the console */
	int qmp;
	int report;
	int channel; /* QEMU's end of it */
	int log;     /* copy; -1 */
	struct ig_console console;
	struct report_source source;
	struct ig_qmp events;
	double began;
	double kill_at; /* 0: not decided */
	bool timed_out, escape, exited, booted;
	int status;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int make_disk(const struct ig_run_disk *disk, struct ig_err *err)
{
	ig_autofree char *size =
		ig_format(err, "%lluM", (unsigned long long)disk->mib);
	const char *argv[] = { "qemu-img",
			       "create",
			       "-q",
			       "-f",
			       disk->format ? disk->format : "raw",
			       disk->path,
			       size,
			       NULL };
	struct ig_proc proc = { .argv = argv, .in = -1, .out = -1, .err = -1 };
	ig_autofd int fd = -1;

	if (!size)
		return -1;
	if (access(disk->path, F_OK) == 0)
		return 0;
	if (!disk->mib)
		return ig_fail(
			err, IG_ENOENT,
			"disk '%s' does not exist: add ,size=1G to make it",
			disk->path);
	if (disk->format && !ig_streq(disk->format, "raw"))
		return ig_proc_run(&proc, NULL, NULL, err);
	fd = open(disk->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 || ftruncate(fd, (off_t)(disk->mib << 20)) < 0)
		return ig_fail_sys(err, errno, "make disk '%s'", disk->path);
	return 0;
}

/* The child gets the control socket as descriptor IG_QMP_FD. */
static int spawn(struct guest *g, const struct ig_argv *argv,
		 struct ig_err *err)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, qmp[2] = { -1, -1 };
	struct ig_proc proc = { .argv = (const char *const *)argv->v,
				.err = -1,
				.own_group = true };
	/* What QEMU says of a trial is of no use to anybody. */
	ig_autofd int null = g->run->quiet && !g->run->watch
				     ? open("/dev/null", O_WRONLY | O_CLOEXEC)
				     : -1;
	int keep[IG_PROC_KEEP];
	size_t keep_n = 0;
	int result;

	proc.err = null;
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp) < 0)
		return ig_fail_sys(err, errno, "make a pipe");
	proc.in = in[0];
	proc.out = out[1];
	keep[keep_n++] = qmp[1];
	if (g->run->monitor)
		keep[keep_n++] = g->run->monitor;
	for (size_t i = 0; i < g->run->channels_n; i++)
		keep[keep_n++] = g->run->channels[i].fd;
	proc.keep = keep;
	proc.keep_n = keep_n;
	result = ig_proc_start(&g->pid, &proc, err);
	close(in[0]);
	close(out[1]);
	close(qmp[1]);
	g->in = in[1];
	g->out = out[0];
	g->qmp = qmp[0];
	return result;
}

static void from_guest(struct guest *g)
{
	struct ig_err ignored = { 0 };
	char data[16384];
	ssize_t n = read(g->out, data, sizeof(data));

	if (n <= 0) {
		if (n == 0 || errno != EINTR) {
			close(g->out);
			g->out = -1;
		}
		return;
	}
	ig_console_feed(&g->console, data, (size_t)n);
	if (!g->run->quiet)
		ig_write_all(STDOUT_FILENO, data, (size_t)n, &ignored);
	if (g->log >= 0)
		ig_write_all(g->log, data, (size_t)n, &ignored);
	if (g->run->watch)
		g->run->watch->console(g->run->watch->ctx, data, (size_t)n);
	if (g->console.panicked && g->kill_at <= 0)
		g->kill_at = now() + PANIC_GRACE;
}

/* With what it started: its group is its own. */
static void end_qemu(const struct guest *g)
{
	kill(-g->pid, SIGKILL);
}

static void power_off(struct guest *g)
{
	if (g->kill_at > 0) {
		end_qemu(g);
		return;
	}
	ig_qmp_power(g->qmp, ig_qemu_has_keyboard(g->run));
	g->kill_at = now() + OFF_SECONDS;
}

static int64_t since(const struct guest *g)
{
	return (int64_t)((now() - g->began) * 1e6);
}

static void look_at_report(struct guest *g)
{
	const struct ig_report *report = g->run->report;

	if (!g->booted && report->booted >= 0) {
		g->booted = true;
		if (g->run->booted)
			g->run->booted(report);
	}
	/* a boot that is held would never be complete */
	if (g->run->until_boot && g->kill_at <= 0 &&
	    (g->booted || ig_report_failed(report)))
		power_off(g);
}

/* What the guest tells of its boot; its end of the socket may be closed. */
static void from_report(struct guest *g)
{
	char data[4096];
	ssize_t n = recv(g->report, data, sizeof(data), MSG_DONTWAIT);

	if (n <= 0) {
		if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
			close(g->report);
			g->report = -1;
		}
		return;
	}
	report_source_port(&g->source, data, (size_t)n, since(g));
	look_at_report(g);
}

/* The same on the console. */
static void on_record(void *ctx, const char *record)
{
	struct guest *g = ctx;

	if (g->report >= 0) /* the port's own goes first */
		from_report(g);
	report_source_line(&g->source, record, since(g));
	look_at_report(g);
}

/* Ctrl-A x ends QEMU, Ctrl-A p presses the power button, Ctrl-A Ctrl-A is
 * Ctrl-A. */
static void key(struct guest *g, char c)
{
	struct ig_err ignored = { 0 };

	if (!g->escape && c == ESCAPE) {
		g->escape = true;
		return;
	}
	if (g->escape && c == 'x')
		end_qemu(g);
	else if (g->escape && c == 'p')
		power_off(g);
	else
		ig_write_all(g->in, &c, 1, &ignored);
	g->escape = false;
}

static void from_terminal(struct guest *g)
{
	char data[256];
	ssize_t n = read(STDIN_FILENO, data, sizeof(data));

	if (n <= 0) {
		close(g->in);
		g->in = -1;
		return;
	}
	for (ssize_t i = 0; i < n; i++)
		key(g, data[i]);
}

static void check_time(struct guest *g)
{
	double t = now();

	if (g->run->timeout_s && !g->timed_out &&
	    t - g->began > (double)g->run->timeout_s) {
		g->timed_out = true;
		end_qemu(g);
	}
	if (g->kill_at > 0 && t > g->kill_at)
		end_qemu(g);
}

static void check_signal(struct guest *g)
{
	static int seen;
	int signal = ig_cancel_signal();

	if (!signal || seen == signal)
		return;
	if (g->run->watch) {
		end_qemu(g);
		return;
	}
	seen = signal;
	ig_info("asking the guest to power off");
	power_off(g);
}

static void check_watch(struct guest *g)
{
	const struct ig_run_watch *watch = g->run->watch;

	if (!watch)
		return;
	switch (watch->wish(watch->ctx)) {
	case IG_RUN_PRESS:
		ig_qmp_power(g->qmp, ig_qemu_has_keyboard(g->run));
		break;
	case IG_RUN_END:
		end_qemu(g);
		break;
	case IG_RUN_GO_ON:
		break;
	}
}

static void check_child(struct guest *g)
{
	if (!g->exited && waitpid(g->pid, &g->status, WNOHANG) == g->pid)
		g->exited = true;
}

static void step(struct guest *g)
{
	struct pollfd fds[] = {
		{ .fd = g->out, .events = POLLIN },
		{ .fd = g->qmp, .events = POLLIN },
		{ .fd = g->run->interactive && g->in >= 0 ? STDIN_FILENO : -1,
		  .events = POLLIN },
		{ .fd = g->report, .events = POLLIN },
	};

	if (poll(fds, IG_COUNT(fds), POLL_MS) > 0) {
		if (fds[0].revents)
			from_guest(g);
		if (fds[1].revents & POLLIN)
			ig_qmp_drain(&g->events, g->qmp);
		if (fds[2].revents)
			from_terminal(g);
		if (fds[3].revents)
			from_report(g);
	}
	check_time(g);
	check_signal(g);
	check_watch(g);
	check_child(g);
}

static enum ig_guest_end how_it_ended(const struct guest *g)
{
	if (g->console.panicked)
		return IG_GUEST_PANIC;
	if (g->console.incomplete)
		return IG_GUEST_INCOMPLETE;
	if (g->run->until_boot && g->booted)
		return IG_GUEST_OFF;
	if (g->timed_out)
		return IG_GUEST_TIMEOUT;
	if (g->events.reset && !g->console.reboot) {
		/* a triple fault, such as with too little memory */
		ig_warn("the guest reset its machine without a word on the console: is there enough memory? (--mem)");
		return IG_GUEST_FAILED;
	}
	if (WIFEXITED(g->status) && WEXITSTATUS(g->status) == 0)
		return IG_GUEST_OFF;
	return IG_GUEST_FAILED;
}

static void close_all(struct guest *g)
{
	int *fds[] = { &g->in,	   &g->out,	&g->qmp,
		       &g->report, &g->channel, &g->log };

	for (size_t i = 0; i < IG_COUNT(fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

/* What is still in the pipe. A child of QEMU's that has it open must not hold
 * us up. */
static void drain(struct guest *g)
{
	struct pollfd fd = { .fd = g->out, .events = POLLIN };

	kill(-g->pid, SIGKILL);
	while (g->out >= 0 && poll(&fd, 1, POLL_MS) > 0)
		from_guest(g);
}

/* What came last: bounded, since the socket holds no more. */
static void drain_report(struct guest *g)
{
	struct pollfd fd = { .fd = g->report, .events = POLLIN };

	while (g->report >= 0 && poll(&fd, 1, 0) > 0)
		from_report(g);
	if (!g->run->report)
		return;
	report_source_end(&g->source);
	look_at_report(g);
}

static int boot(struct guest *g, const struct ig_argv *argv, struct ig_err *err)
{
	const char *log = g->run->console_log;

	if (log) {
		g->log = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
			      0666);
		if (g->log < 0)
			return ig_fail_sys(err, errno, "open '%s'", log);
	}
	if (spawn(g, argv, err) < 0)
		return -1;
	g->began = now();
	ig_qmp_hello(g->qmp);
	if (g->run->interactive)
		ig_terminal_raw();
	while (!g->exited)
		step(g);
	drain(g);
	ig_qmp_drain(&g->events, g->qmp);
	drain_report(g);
	ig_terminal_restore();
	return 0;
}

static int run_guest(enum ig_guest_end *end, struct guest *g,
		     struct ig_err *err)
{
	IG_AUTO(ig_argv_done) struct ig_argv argv = { .n = 0 };
	const struct ig_run *run = g->run;

	if (ig_qemu_argv(&argv, run, run->accel, err) < 0)
		return -1;
	if (!ig_proc_find(argv.v[0])) {
		*end = IG_GUEST_NO_QEMU;
		return 0;
	}
	if (ig_qemu_console(run))
		ig_info("the command line names no console of this machine: console=%s is added",
			ig_qemu_console(run));
	for (size_t i = 0; i < run->disks_n; i++)
		if (make_disk(&run->disks[i], err) < 0)
			return -1;
	if (boot(g, &argv, err) < 0)
		return -1;
	*end = how_it_ended(g);
	return 0;
}

/* A channel more, whose other end @g reads. */
static int add_report(struct ig_run_channel channels[IG_RUN_CHANNELS],
		      struct ig_run *run, struct guest *g, struct ig_err *err)
{
	int ends[2];

	if (run->channels_n >= IG_RUN_CHANNELS)
		return ig_fail(err, IG_ELIMIT, "more than %d channels",
			       IG_RUN_CHANNELS);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return ig_fail_sys(err, errno, "make a socket");
	for (size_t i = 0; i < run->channels_n; i++)
		channels[i] = run->channels[i];
	g->report = ends[0];
	g->channel = ends[1];
	channels[run->channels_n++] =
		(struct ig_run_channel){ "org.ingot.report", ends[1] };
	run->channels = channels;
	return 0;
}

int ig_run(enum ig_guest_end *end, const struct ig_run *run, struct ig_err *err)
{
	struct ig_run_channel channels[IG_RUN_CHANNELS];
	struct ig_run with = *run;
	struct guest g = {
		.run = &with,
		.in = -1,
		.out = -1,
		.qmp = -1,
		.report = -1,
		.channel = -1,
		.log = -1,
	};
	int result;

	*end = IG_GUEST_FAILED;
	if (run->report && add_report(channels, &with, &g, err) < 0)
		return -1;
	report_source_init(&g.source, run->report);
	if (run->report) {
		g.console.record = on_record;
		g.console.ctx = &g;
	}
	result = run_guest(end, &g, err);
	report_source_done(&g.source);
	close_all(&g);
	return result;
}
