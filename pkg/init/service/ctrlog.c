/* SPDX-License-Identifier: Apache-2.0 */
#include "service/ctrlog.h"

#include "base/evloop.h"
#include "base/sys.h"
#include "log/log.h"
#include "log/logbook.h"
#include "log/logconf.h"
#include "service/ctr.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* Bounds what one noisy container takes of PID 1's time: the lines of one read
 * are shown to the last, and a machine that is busy is slow at it. */
#define READ_SIZE 1024
#define READS_MAX 64
#define READ_TIME 20000 /* microseconds */

/* How much longer than it took to read a flood nothing is read of it. */
#define PAUSE_FACTOR 9

static void log_path(const struct ctr *c, const char *end, char *out,
		     size_t cap)
{
	static const char *const dirs[CTR_KINDS] = {
		[CTR_ONBOOT] = "/run/log/onboot",
		[CTR_SERVICE] = "/var/log",
		[CTR_ONSHUTDOWN] = "/run/log/onshutdown",
	};

	snprintf(out, cap, "%s/%s.log%s", dirs[c->kind], c->name, end);
}

/* Not when a child writes them to a disk. */
static bool has_file(const struct ctr *c)
{
	return !logconf_get()->disk && c->plan.log != PLAN_LOG_NONE;
}

/* @flag: O_TRUNC, or O_APPEND to go on in what the last run wrote. */
static void open_file(struct ctr *c, int flag)
{
	char path[SYS_PATH];

	log_path(c, "", path, sizeof(path));
	if (flag == O_TRUNC)
		c->logged = 0;
	c->log = sys_create(path, flag, 0640);
	if (c->log < 0)
		log_say("%s: open '%s': %s", c->name, path, strerror(errno));
}

void ctrlog_open(struct ctr *c)
{
	char path[SYS_PATH];

	if (c->log >= 0 || !has_file(c))
		return;
	log_path(c, "", path, sizeof(path));
	sys_mkparent(path, 0755);
	open_file(c, c->starts > 1 ? O_APPEND : O_TRUNC);
}

static void rotate(struct ctr *c)
{
	char path[SYS_PATH];
	char old[SYS_PATH];

	log_path(c, "", path, sizeof(path));
	log_path(c, ".1", old, sizeof(old));
	close(c->log);
	rename(path, old);
	open_file(c, O_TRUNC);
}

static bool on_consoles(const struct ctr *c)
{
	return c->plan.log == PLAN_LOG_CONSOLE ||
	       (c->plan.log == PLAN_LOG_ANY &&
		log_console_get() == CONSOLE_ALL);
}

static void say_held(struct ctr *c)
{
	if (c->rate.held > 0 && on_consoles(c))
		log_say("%s: %llu lines were not shown here", c->name,
			(unsigned long long)c->rate.held);
	c->rate.held = 0;
}

static void say_too_many(const struct ctr *c)
{
	char path[SYS_PATH];

	if (c->log >= 0)
		log_path(c, "", path, sizeof(path));
	else
		snprintf(path, sizeof(path), "ingot-ctl logs %s", c->name);
	log_say("%s: too many lines for a console, see '%s'", c->name, path);
}

/* The consoles get what they and PID 1 can bear. */
static bool may_show(struct ctr *c, int64_t now, size_t len)
{
	if (!rate_take(&c->rate, now, len))
		return false;
	if (!log_slow(c->loud))
		return true;
	c->rate.held++;
	return false;
}

static void show(struct ctr *c, int64_t now, const char *text, size_t len)
{
	if (may_show(c, now, len + 1)) {
		say_held(c);
		log_line(c->name, text, len);
	} else if (c->rate.held == 1) {
		say_too_many(c);
	}
}

static void keep(struct ctr *c, const char *text, size_t len)
{
	const struct iovec out[2] = {
		{ (void *)(uintptr_t)text, len },
		{ (void *)(uintptr_t) "\n", 1 },
	};

	if (c->log < 0)
		return;
	if (writev(c->log, out, 2) > 0)
		c->logged += len + 1;
	if (c->logged >= CTRLOG_MAX)
		rotate(c);
}

static void one_line(void *ctx, const char *text, size_t len)
{
	struct ctr *c = ctx;
	/* why it did not start is told in any case */
	bool secret = c->plan.log == PLAN_LOG_NONE && c->state != SVC_STARTING;

	if (secret)
		return;
	char *tail = c->tail[c->n_tail++ % CTR_TAIL];

	snprintf(tail, CTR_TAIL_LEN, "%.*s", (int)len, text);
	if (c->plan.log == PLAN_LOG_NONE)
		return;
	int64_t now = now_us();

	c->loud = rate_loud(&c->flow, now, len + 1);
	const struct log_entry entry = {
		.name = c->name,
		.text = text,
		.len = len,
		.us = now,
		.level = LEVEL_INFO,
		.loud = c->loud,
	};

	logbook_put(&entry);
	if (on_consoles(c))
		show(c, now, text, len);
	keep(c, text, len);
}

static void close_log(struct ctr *c)
{
	lines_flush(&c->lines, one_line, c);
	say_held(c);
	if (c->log >= 0)
		close(c->log);
	c->log = -1;
}

void ctrlog_hang_up(struct ctr *c)
{
	if (c->pipe >= 0) {
		evloop_del(c->pipe);
		evtimer_clear(&c->pause);
		close(c->pipe);
	}
	c->pipe = -1;
	close_log(c);
}

static void read_until(struct ctr *c, int64_t end)
{
	char buf[READ_SIZE];

	for (int i = 0; c->pipe >= 0 && i < READS_MAX; i++) {
		if (i > 0 && now_us() >= end)
			return;
		ssize_t n = read(c->pipe, buf, sizeof(buf));

		if (n > 0) {
			lines_feed(&c->lines, buf, (size_t)n, one_line, c);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		/* every holder of the other end is gone */
		ctrlog_hang_up(c);
	}
}

void ctr_read(struct ctr *c)
{
	read_until(c, INT64_MAX);
}

static void go_on(void *ctx)
{
	struct ctr *c = ctx;

	if (c->pipe >= 0)
		evloop_want(c->pipe, POLLIN);
}

/* A flood gets a share of PID 1's time; what it writes beyond waits in its
 * pipe, and so does the writer. */
static void on_pipe(void *ctx, int fd, short events)
{
	struct ctr *c = ctx;
	int64_t began = now_us();

	(void)events;
	read_until(c, began + READ_TIME);
	if (!c->loud || c->pipe < 0)
		return;
	int64_t now = now_us();

	evloop_want(fd, 0);
	evtimer_set(&c->pause, now + PAUSE_FACTOR * (now - began), go_on, c);
}

int ctrlog_listen(struct ctr *c, int pipe)
{
	if (evloop_add(pipe, POLLIN, on_pipe, c) < 0)
		return -1;
	c->pipe = pipe;
	return 0;
}

void ctrlog_tail(const struct ctr *c)
{
	unsigned n = c->n_tail < CTR_TAIL ? c->n_tail : CTR_TAIL;

	if (n == 0)
		return;
	log_say("%s: its last lines were:", c->name);
	for (unsigned i = c->n_tail - n; i != c->n_tail; i++)
		log_say("    %s", c->tail[i % CTR_TAIL]);
}
