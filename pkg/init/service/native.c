/* SPDX-License-Identifier: Apache-2.0 */
#include "service/native.h"

#include "base/evloop.h"
#include "base/lines.h"
#include "base/rate.h"
#include "base/spawn.h"
#include "base/sys.h"
#include "log/log.h"
#include "log/logbook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND	  1000000
#define DELAY	  (SECOND / 2)
#define DELAY_MAX (30 * (int64_t)SECOND)
#define GOOD_RUN  (60 * (int64_t)SECOND) /* after which a new row begins */
/* More than any of them waits itself: config.c of the network, 120 s. */
#define WAIT_MAX  (130 * (int64_t)SECOND)
#define READS_MAX 16 /* of one turn */

static struct native {
	const char *name;
	const char *config; /* without this file it is not started */
	pid_t pid;
	int out, ready; /* our ends of its pipes, -1 when closed */
	bool waits;	/* others wait for it */
	bool held;
	int64_t started;
	unsigned row; /* of ends */
	struct lines lines;
	struct rate rate; /* of its lines on the consoles */
	struct rate flow; /* of all of them */
	struct evtimer restart, late;
} natives[] = {
	{ .name = "network",
	  .config = "/etc/ingot/network.json",
	  .out = -1,
	  .ready = -1 },
};
#define N_NATIVES (sizeof(natives) / sizeof(natives[0]))

int64_t native_backoff(unsigned row)
{
	int64_t wait = DELAY;

	for (unsigned i = 1; i < row && wait < DELAY_MAX; i++)
		wait *= 2;
	return wait < DELAY_MAX ? wait : DELAY_MAX;
}

/* ---- what it says ---- */

static void drop_fd(int *fd)
{
	if (*fd < 0)
		return;
	evloop_del(*fd);
	close(*fd);
	*fd = -1;
}

static void show(void *ctx, const char *text, size_t len)
{
	struct native *n = ctx;
	int64_t now = now_us();
	const struct log_entry entry = {
		.name = n->name,
		.text = text,
		.len = len,
		.us = now,
		.level = LEVEL_NOTICE,
		.loud = rate_loud(&n->flow, now, len + 1),
	};

	logbook_put(&entry);
	if (log_console_get() != CONSOLE_ALL ||
	    !rate_take(&n->rate, now, len + 1))
		return;
	if (log_slow(entry.loud)) {
		n->rate.held++;
		return;
	}
	if (n->rate.held > 0)
		log_say("%s: %llu lines were not shown here", n->name,
			(unsigned long long)n->rate.held);
	n->rate.held = 0;
	log_line(n->name, text, len);
}

static void read_out(struct native *n)
{
	char buf[1024];

	for (int i = 0; n->out >= 0 && i < READS_MAX; i++) {
		ssize_t len = read(n->out, buf, sizeof(buf));

		if (len > 0) {
			lines_feed(&n->lines, buf, (size_t)len, show, n);
			continue;
		}
		if (len < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		lines_flush(&n->lines, show, n);
		drop_fd(&n->out);
	}
}

static void on_out(void *ctx, int fd, short events)
{
	(void)fd;
	(void)events;
	read_out(ctx);
}

static void settle(struct native *n, const char *why)
{
	if (n->waits && why)
		log_say("%s: %s, go on without", n->name, why);
	n->waits = false;
	evtimer_clear(&n->late);
	drop_fd(&n->ready);
}

static void on_ready(void *ctx, int fd, short events)
{
	struct native *n = ctx;
	char what = 0;

	(void)events;
	if (read(fd, &what, 1) < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (what == NATIVE_READY) {
		if (n->waits)
			log_info("%s: ready, after %lld ms", n->name,
				 (long long)(now_us() - n->started) / 1000);
		settle(n, NULL);
		return;
	}
	settle(n, what == NATIVE_LATE ? "not ready in time"
				      : "ended before it was ready");
}

static void on_late(void *ctx)
{
	settle(ctx, "says nothing");
}

/* ---- its life ---- */

static void child(const struct native *n, int out, int ready)
{
	const char *const argv[] = { n->name, NULL };

	spawn_child(out);
	/* dup2() of a descriptor to itself would leave it to be closed */
	if (dup2(ready, NATIVE_READY_FD) < 0 ||
	    fcntl(NATIVE_READY_FD, F_SETFD, 0) < 0)
		_exit(126);
	_exit(spawn_self(argv));
}

static int open_pipes(int out[2], int ready[2])
{
	if (pipe2(out, O_CLOEXEC) < 0)
		return -1;
	if (pipe2(ready, O_CLOEXEC) == 0) {
		/* of our ends only: the child's stay blocking */
		fcntl(out[0], F_SETFL, O_NONBLOCK);
		fcntl(ready[0], F_SETFL, O_NONBLOCK);
		return 0;
	}
	close(out[0]);
	close(out[1]);
	return -1;
}

static void plan_restart(struct native *n);

static void watch(int *fd, evloop_fn *fn, struct native *n)
{
	if (evloop_add(*fd, POLLIN, fn, n) == 0)
		return;
	log_say("%s: the loop: %s", n->name, strerror(errno));
	close(*fd);
	*fd = -1;
}

static void start(void *ctx)
{
	struct native *n = ctx;
	int out[2], ready[2];

	drop_fd(&n->out);
	drop_fd(&n->ready);
	n->started = now_us();
	if (open_pipes(out, ready) < 0) {
		log_say("%s: pipe: %s", n->name, strerror(errno));
		plan_restart(n);
		return;
	}
	n->pid = fork();
	if (n->pid == 0)
		child(n, out[1], ready[1]);
	close(out[1]);
	close(ready[1]);
	n->out = out[0];
	n->ready = ready[0];
	if (n->pid < 0) {
		log_say("%s: fork: %s", n->name, strerror(errno));
		n->pid = 0;
		plan_restart(n);
		return;
	}
	watch(&n->out, on_out, n);
	watch(&n->ready, on_ready, n);
}

static void plan_restart(struct native *n)
{
	int64_t now = now_us();

	n->row = now - n->started >= GOOD_RUN ? 1 : n->row + 1;
	evtimer_set(&n->restart, now + native_backoff(n->row), start, n);
}

void natives_start(void)
{
	for (size_t i = 0; i < N_NATIVES; i++) {
		struct native *n = &natives[i];

		if (!sys_exists(n->config))
			continue;
		n->waits = true;
		evtimer_set(&n->late, now_us() + WAIT_MAX, on_late, n);
		start(n);
	}
}

bool natives_ready(void)
{
	for (size_t i = 0; i < N_NATIVES; i++) {
		if (natives[i].waits)
			return false;
	}
	return true;
}

void natives_hold(void)
{
	for (size_t i = 0; i < N_NATIVES; i++) {
		natives[i].held = true;
		natives[i].waits = false;
		evtimer_clear(&natives[i].restart);
	}
}

static void say_end(const struct native *n, int status)
{
	if (WIFSIGNALED(status))
		log_say("%s: ended by signal %d (%s)", n->name,
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		log_say("%s: ended with code %d", n->name, WEXITSTATUS(status));
}

bool native_reaped(pid_t pid, int status)
{
	for (size_t i = 0; i < N_NATIVES; i++) {
		struct native *n = &natives[i];

		if (n->pid != pid)
			continue;
		n->pid = 0;
		read_out(n);
		if (n->held)
			return true;
		say_end(n, status);
		settle(n, "ended before it was ready");
		plan_restart(n);
		return true;
	}
	return false;
}
