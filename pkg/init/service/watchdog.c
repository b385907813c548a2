/* SPDX-License-Identifier: Apache-2.0 */
#include "service/watchdog.h"

#include "base/evloop.h"
#include "base/sys.h"
#include "log/log.h"
#include "modules/modules.h"
#include "service/plan_json.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CONFIG	    "/etc/ingot/watchdog.json"
#define FOLDER	    "kernel/drivers/watchdog/"
#define SOFTWARE    "Software Watchdog"
#define TIMEOUT_MAX (60 * 60 * 1000)
#define SECOND	    1000000

/* The kernel's own, where that came first, beside the machine's. */
static struct device {
	const char *path;
	int fd;
	int seconds; /* what it has */
	char name[33];
} devices[] = {
	{ .path = "/dev/watchdog", .fd = -1 },
	{ .path = "/dev/watchdog1", .fd = -1 },
};
#define N_DEVICES (sizeof(devices) / sizeof(devices[0]))

static struct evtimer meal;
static int wanted; /* seconds; 0: none is to be */

static int read_timeout(struct json *j, void *out)
{
	return plan_read_ms(j, out, TIMEOUT_MAX);
}

int watchdog_parse(int *seconds, const char *text, size_t len, char *msg,
		   size_t cap)
{
	static const struct json_field fields[] = {
		{ "timeoutMs", read_timeout, 0 },
	};
	struct json j = { .start = text, .p = text, .end = text + len };
	int64_t us = 0;

	if (json_object(&j, FIELDS(fields), &us) < 0 || json_end(&j) < 0 ||
	    (us < SECOND && json_fail(&j, "no timeout of a second or more"))) {
		snprintf(msg, cap, "%s", j.msg);
		return -1;
	}
	*seconds = (int)(us / SECOND);
	return 0;
}

static int read_config(int *seconds)
{
	char *text;
	char msg[200];
	size_t len;

	if (sys_slurp(CONFIG, WATCHDOG_MAX, &text, &len) < 0) {
		if (errno != ENOENT)
			log_say("read '%s': %s", CONFIG, strerror(errno));
		return -1;
	}
	int rc = watchdog_parse(seconds, text, len, msg, sizeof(msg));

	if (rc < 0)
		log_say("%s: %s", CONFIG, msg);
	free(text);
	return rc;
}

int watchdog_start_time(int seconds)
{
	return seconds < WATCHDOG_START ? WATCHDOG_START : seconds;
}

static void feed(void *ctx)
{
	int least = TIMEOUT_MAX / 1000;

	(void)ctx;
	for (size_t i = 0; i < N_DEVICES; i++) {
		if (devices[i].fd < 0)
			continue;
		(void)ioctl(devices[i].fd, WDIOC_KEEPALIVE, 0);
		if (devices[i].seconds < least)
			least = devices[i].seconds;
	}
	evtimer_set(&meal, now_us() + (int64_t)least * SECOND / 4, feed, NULL);
}

static int set_time(struct device *d, int seconds)
{
	/* the kernel writes there what it has made of it */
	d->seconds = seconds;
	return ioctl(d->fd, WDIOC_SETTIMEOUT, &d->seconds);
}

static void set_wanted(struct device *d)
{
	if (set_time(d, wanted) == 0)
		return;
	log_say("watchdog: %s: %s; it keeps its own time", d->name,
		strerror(errno));
	/* a device that does not tell has a minute by custom */
	if (ioctl(d->fd, WDIOC_GETTIMEOUT, &d->seconds) < 0)
		d->seconds = 60;
}

static bool open_device(struct device *d)
{
	struct watchdog_info info = { .identity = "unknown" };

	if (d->fd < 0)
		d->fd = open(d->path, O_WRONLY | O_CLOEXEC);
	if (d->fd < 0)
		return false;
	(void)ioctl(d->fd, WDIOC_GETSUPPORT, &info);
	snprintf(d->name, sizeof(d->name), "%.32s",
		 (const char *)info.identity);
	return true;
}

void watchdog_open(void)
{
	struct device *d = &devices[0];

	if (read_config(&wanted) < 0)
		return;
	if (!open_device(d)) {
		modules_first(FOLDER);
		if (!open_device(d)) {
			modules_want("softdog");
			open_device(d);
		}
	}
	if (d->fd < 0)
		return;
	if (set_time(d, watchdog_start_time(wanted)) < 0)
		set_wanted(d);
	log_info("watchdog: %s, at the start %d s", d->name, d->seconds);
	feed(NULL);
}

void watchdog_run(void)
{
	if (wanted == 0)
		return;
	if (!open_device(&devices[0])) {
		log_say("watchdog: open '%s': %s", devices[0].path,
			strerror(errno));
		return;
	}
	/* one of the machine that needed other modules first */
	if (strcmp(devices[0].name, SOFTWARE) == 0)
		open_device(&devices[1]);
	for (size_t i = 0; i < N_DEVICES; i++) {
		struct device *d = &devices[i];

		if (d->fd < 0)
			continue;
		set_wanted(d);
		log_info("watchdog: %s, %d s", d->name, d->seconds);
	}
	feed(NULL);
}

static void disarm(struct device *d)
{
	/* linux, watchdog-api.rst: without the letter a close does not end it
	 */
	(void)!write(d->fd, "V", 1);
	close(d->fd);
}

void watchdog_close(bool off)
{
	for (size_t i = 0; i < N_DEVICES; i++) {
		if (devices[i].fd < 0)
			continue;
		(void)ioctl(devices[i].fd, WDIOC_KEEPALIVE, 0);
		if (off)
			disarm(&devices[i]);
	}
}
