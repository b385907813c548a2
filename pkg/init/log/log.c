/* SPDX-License-Identifier: Apache-2.0 */
#include "log/log.h"

#include "base/cmdline.h"
#include "base/rate.h"
#include "base/sys.h"
#include "log/logbook.h"
#include "log/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>

#define SYSFS	 "/sys"
#define STUCK_MS 200  /* for a console that takes nothing */
#define LINE_MS	 1000 /* for one that takes a line byte by byte */
#define PAUSE_MS 1

static struct consoles consoles;
static int fds[CMDLINE_CONSOLES];
static bool stuck[CMDLINE_CONSOLES + 1]; /* the last is descriptor 2 */
static size_t n_open;
static bool stands_in; /* the last console is none that was asked for */
static enum log_console wanted;
static struct rate spent; /* on lines for consoles */

int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* How long one line may still wait for its console; zeroed: it has not yet. */
struct patience {
	int64_t line, progress; /* the ends of it */
	bool told;		/* poll(2) has said that there is room */
};

/* True when it is worth to try again. */
static bool wait_room(struct patience *p, int fd)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000 };
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	int64_t now = now_us();

	if (p->line == 0)
		p->line = now + LINE_MS * 1000;
	if (p->progress == 0)
		p->progress = now + STUCK_MS * 1000;
	int64_t end = p->line < p->progress ? p->line : p->progress;

	if (now >= end)
		return false;
	/* a terminal that makes two bytes of a line's end has room for one */
	if (p->told)
		nanosleep(&pause, NULL);
	p->told = true;
	return poll(&room, 1, (int)((end - now) / 1000) + 1) > 0;
}

/*
 * A console nobody reads must not stop PID 1: wait a little, then drop, and
 * do not wait again before it has taken something.
 * Returns -1 when the terminal has been hung up.
 */
static int put(int fd, bool *is_stuck, const char *text, size_t len)
{
	struct patience patience = { 0 };

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n > 0) {
			text += n;
			len -= (size_t)n;
			*is_stuck = false;
			patience.progress = 0;
			patience.told = false;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EIO)
			return -1;
		if (n < 0 && errno == EAGAIN && !*is_stuck &&
		    wait_room(&patience, fd))
			continue;
		*is_stuck = true;
		return 0;
	}
	return 0;
}

static void open_console(size_t i)
{
	char path[CMDLINE_NAME + 8];

	/* console=tty0 means the screen in front */
	snprintf(path, sizeof(path), "/dev/%s", consoles.name[i]);
	fds[i] = terminal_empty(SYSFS, consoles.name[i])
			 ? -1
			 : open(path,
				O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

static void put_all(const char *text, size_t len)
{
	int64_t began = now_us();
	bool any = false;

	for (size_t i = 0; i < n_open; i++) {
		if (fds[i] < 0)
			continue;
		any = true;
		if (put(fds[i], &stuck[i], text, len) == 0)
			continue;
		/* a shell on it ended, which hangs up every descriptor */
		close(fds[i]);
		open_console(i);
		if (fds[i] >= 0)
			put(fds[i], &stuck[i], text, len);
	}
	if (!any)
		put(STDERR_FILENO, &stuck[CMDLINE_CONSOLES], text, len);
	int64_t now = now_us();

	rate_spend(&spent, now, now - began);
}

bool log_slow(bool loud)
{
	return rate_spent(&spent, now_us(), loud);
}

/* Opens what is not open; how many are missing. */
static size_t open_consoles(void)
{
	size_t missing = 0;

	for (size_t i = 0; i < consoles.n; i++) {
		if (i >= n_open || fds[i] < 0)
			open_console(i);
		missing += fds[i] < 0;
	}
	n_open = consoles.n;
	return missing;
}

/* What a spec for PCs calls ttyS0 has another name elsewhere. */
static void stand_in(void)
{
	char name[CMDLINE_NAME];
	size_t n = consoles.n;

	if (terminal_stdout(name, SYSFS) < 0)
		return;
	consoles_add(&consoles, name, strlen(name));
	stands_in = consoles.n > n;
	open_consoles();
}

static void drop_stand_in(void)
{
	if (!stands_in)
		return;
	stands_in = false;
	n_open = --consoles.n;
	if (fds[n_open] >= 0)
		close(fds[n_open]);
}

void log_open(void)
{
	char text[4096];

	drop_stand_in();
	if (sys_read("/sys/class/tty/console/active", text, sizeof(text)) >= 0)
		consoles_active(&consoles, text);
	if (sys_read("/proc/cmdline", text, sizeof(text)) >= 0)
		cmdline_consoles(&consoles, text);
	if (open_consoles() > 0)
		stand_in();
}

const struct consoles *log_consoles(void)
{
	return &consoles;
}

void log_console_set(enum log_console console)
{
	wanted = console;
}

enum log_console log_console_get(void)
{
	return wanted;
}

static void show(int64_t t, const char *name, const char *text, size_t len)
{
	char line[1400];
	int head = snprintf(line, sizeof(line),
			    "[%5lld.%06lld] %s: ", (long long)(t / 1000000),
			    (long long)(t % 1000000), name);

	if (head < 0 || (size_t)head >= sizeof(line) - 1)
		return;
	size_t used = (size_t)head;

	if (len > sizeof(line) - used - 1)
		len = sizeof(line) - used - 1;
	memcpy(line + used, text, len);
	used += len;
	line[used++] = '\n';
	put_all(line, used);
}

void log_line(const char *name, const char *text, size_t len)
{
	show(now_us(), name, text, len);
}

__attribute__((format(printf, 3, 0))) static void
say(int level, enum log_console most, const char *fmt, va_list ap)
{
	char text[1024];
	int n = vsnprintf(text, sizeof(text), fmt, ap);

	if (n < 0)
		return;
	const struct log_entry entry = {
		.name = "init",
		.text = text,
		.len = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1,
		.us = now_us(),
		.level = level,
	};

	logbook_put(&entry);
	if (wanted <= most)
		show(entry.us, entry.name, text, entry.len);
}

void log_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(LEVEL_WARNING, CONSOLE_ERRORS, fmt, ap);
	va_end(ap);
}

void log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(LEVEL_INFO, CONSOLE_ALL, fmt, ap);
	va_end(ap);
}

void log_last(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(LEVEL_NOTICE, CONSOLE_NONE, fmt, ap);
	va_end(ap);
}

void log_die(int how, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(LEVEL_CRITICAL, CONSOLE_NONE, fmt, ap);
	va_end(ap);
	log_last("fatal: %s in 5 seconds",
		 how == RB_POWER_OFF ? "power off" : "reboot");
	sync();
	sleep(5);
	for (;;) {
		reboot(how);
		reboot(RB_AUTOBOOT);
		sleep(1);
	}
}
