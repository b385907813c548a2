/* SPDX-License-Identifier: Apache-2.0 */
#include "log/logdisk.h"

#include "base/sys.h"
#include "log/logline.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RETRY_MS 5000
#define FINISH_S 4 /* PID 1 kills a second later */

static struct logdisk disk;
static int64_t retry; /* not before, ms; 0: all is well */
static int64_t unwritten;

static void on_term(int sig)
{
	(void)sig;
	alarm(FINISH_S);
}

static void write_line(const char *name, int64_t ms, const char *text)
{
	char line[4096];
	char time[LOGLINE_TIME];
	int64_t now;
	int64_t wall;

	logline_now(&now, &wall);
	/* a disk that is full is left alone for a while */
	if (retry > now) {
		unwritten++;
		return;
	}
	logline_time(time, logline_wall(ms, now, wall));
	int n = snprintf(line, sizeof(line), "%s [%5lld.%03lld] %s\n", time,
			 (long long)(ms / 1000), (long long)(ms % 1000), text);

	if ((size_t)n >= sizeof(line)) {
		n = sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	if (logdisk_put(&disk, name, line, (size_t)n) < 0) {
		if (retry == 0)
			complain(
				"'%s': %s; the services run on, their lines are not written",
				disk.dir, strerror(errno));
		unwritten++;
		retry = now + RETRY_MS;
		return;
	}
	if (retry > 0)
		complain("'%s': written again; %lld lines are missing",
			 disk.dir, (long long)unwritten);
	retry = 0;
	unwritten = 0;
}

static void one(const char *text, size_t len)
{
	struct logline line;
	char lost[80];
	int64_t now;
	int64_t wall;

	if (logline_parse(&line, text, len) < 0) {
		complain("a line that is none");
		return;
	}
	if (line.lost > 0) {
		logline_now(&now, &wall);
		snprintf(lost, sizeof(lost), "%lld lines were lost here",
			 (long long)line.lost);
		logline_tell_lost(line.lost);
		write_line("init", now, lost);
	} else if (line.name) {
		write_line(line.name, line.ms, line.text);
	}
	logline_free(&line);
}

int logdisk_main(const char *dir, uint64_t size, unsigned files)
{
	static struct logreader reader;
	struct sigaction sa = { .sa_handler = on_term };
	char *line;
	size_t len;
	int n;

	disk.dir = dir;
	disk.size = size;
	disk.files = files;
	sigaction(SIGTERM, &sa, NULL);
	do {
		n = logreader_next(&reader, 0, &line, &len);
		if (n > 0)
			one(line, len);
	} while (n > 0 || (n < 0 && errno == EINTR));
	logdisk_sync(&disk);
	logdisk_close(&disk);
	return n < 0;
}
