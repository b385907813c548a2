/* SPDX-License-Identifier: Apache-2.0 */
#include "log/logkeep.h"

#include "base/evloop.h"
#include "base/lines.h"
#include "base/spawn.h"
#include "base/sys.h"
#include "control/ctl.h"
#include "log/log.h"
#include "log/logbook.h"
#include "log/logconf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define DELAY_US     1000000
#define DELAY_MAX_US (30 * 1000000)
#define STEADY_US    (60 * 1000000)
#define NUMBER	     24

enum {
	KEEP_DISK,
	KEEP_SYSLOG,
	KEEPERS
};

static struct keeper {
	const char *name;
	const char *argv[6];
	char size[NUMBER];
	char files[NUMBER];
	pid_t pid; /* 0: it does not run */
	int words; /* what it says, -1 when closed */
	struct lines lines;
	int64_t started;
	int64_t delay;
	struct evtimer timer;
	struct logbook_cursor at;
} keepers[KEEPERS] = {
	[KEEP_DISK] = { .name = "disk", .words = -1 },
	[KEEP_SYSLOG] = { .name = "syslog", .words = -1 },
};
static bool finishing;

static void start(void *ctx);

static void say_line(void *ctx, const char *text, size_t len)
{
	struct keeper *k = ctx;

	log_say("logs: %s: %.*s", k->name, (int)len, text);
}

static void hang_up(struct keeper *k)
{
	if (k->words < 0)
		return;
	lines_flush(&k->lines, say_line, k);
	evloop_del(k->words);
	close(k->words);
	k->words = -1;
}

static void on_words(void *ctx, int fd, short events)
{
	struct keeper *k = ctx;
	char buf[512];
	ssize_t n = read(fd, buf, sizeof(buf));

	(void)events;
	if (n > 0)
		lines_feed(&k->lines, buf, (size_t)n, say_line, k);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		hang_up(k);
}

static void later(struct keeper *k)
{
	evtimer_set(&k->timer, now_us() + k->delay, start, k);
	k->delay = k->delay < DELAY_MAX_US / 2 ? k->delay * 2 : DELAY_MAX_US;
}

static void child(const struct keeper *k, int stream, int words)
{
	spawn_child(words);
	if (dup2(stream, 0) < 0)
		_exit(126);
	setpriority(PRIO_PROCESS, 0, 5);
	/* execv() changes nothing, its type is only older than const */
	execv("/proc/self/exe", (char *const *)(uintptr_t)k->argv);
	complain("exec: %s", strerror(errno));
	_exit(127);
}

/* Ours are [0]; both are closed on failure. */
static int start_with(struct keeper *k, int stream[2], int words[2])
{
	pid_t pid = fork();

	if (pid == 0)
		child(k, stream[1], words[1]);
	close(stream[1]);
	close(words[1]);
	if (pid < 0) {
		close(stream[0]);
		close(words[0]);
		return -1;
	}
	k->pid = pid;
	k->started = now_us();
	fcntl(words[0], F_SETFL, O_NONBLOCK);
	if (evloop_add(words[0], POLLIN, on_words, k) == 0)
		k->words = words[0];
	else
		close(words[0]);
	/* without a stream it ends at once */
	return ctl_keep(stream[0], &k->at);
}

static void start(void *ctx)
{
	struct keeper *k = ctx;
	int stream[2];
	int words[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stream) < 0) {
		log_say("logs: %s: %s", k->name, strerror(errno));
		later(k);
		return;
	}
	if (pipe2(words, O_CLOEXEC) < 0) {
		log_say("logs: %s: %s", k->name, strerror(errno));
		close(stream[0]);
		close(stream[1]);
		later(k);
		return;
	}
	if (start_with(k, stream, words) == 0)
		return;
	log_say("logs: %s: %s", k->name, strerror(errno));
	if (k->pid == 0)
		later(k);
}

void logkeep_start(void)
{
	const struct logconf *conf = logconf_get();
	struct keeper *disk = &keepers[KEEP_DISK];
	struct keeper *syslog = &keepers[KEEP_SYSLOG];

	snprintf(disk->size, NUMBER, "%lld", (long long)conf->disk_size);
	snprintf(disk->files, NUMBER, "%lld", (long long)conf->disk_files);
	const char *const to_disk[] = { "ingot-logs", "disk",	   conf->disk,
					disk->size,   disk->files, NULL };
	const char *const to_syslog[] = { "ingot-logs", "syslog", conf->syslog,
					  NULL };

	memcpy(disk->argv, to_disk, sizeof(to_disk));
	memcpy(syslog->argv, to_syslog, sizeof(to_syslog));
	for (int i = 0; i < KEEPERS; i++) {
		keepers[i].delay = DELAY_US;
		if (keepers[i].argv[2])
			start(&keepers[i]);
	}
}

bool logkeep_reaped(pid_t pid)
{
	for (int i = 0; i < KEEPERS; i++) {
		struct keeper *k = &keepers[i];

		if (k->pid != pid || pid == 0)
			continue;
		k->pid = 0;
		if (finishing)
			return true;
		if (now_us() - k->started >= STEADY_US)
			k->delay = DELAY_US;
		log_say("logs: %s: its process ended, again in %lld s", k->name,
			(long long)(k->delay / 1000000));
		later(k);
		return true;
	}
	return false;
}

bool logkeep_alone(const char *text, const pid_t *pids, size_t n)
{
	for (const char *p = text;;) {
		char *end;
		long pid = strtol(p, &end, 10);
		bool ours = false;

		if (end == p)
			return true;
		for (size_t i = 0; i < n; i++)
			ours = ours || pids[i] == pid;
		if (!ours)
			return false;
		p = end;
	}
}

void logkeep_finish(void)
{
	char text[4096];
	pid_t pids[KEEPERS];
	bool any = false;

	finishing = true;
	for (int i = 0; i < KEEPERS; i++) {
		evtimer_clear(&keepers[i].timer);
		pids[i] = keepers[i].pid;
		any = any || keepers[i].pid > 0;
	}
	/* without the file they end by a time of their own */
	if (any &&
	    sys_read("/proc/1/task/1/children", text, sizeof(text)) > 0 &&
	    logkeep_alone(text, pids, KEEPERS))
		ctl_end_keepers();
}
