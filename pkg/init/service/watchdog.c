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
#define DEVICE	    "/dev/watchdog"
#define TIMEOUT_MAX (60 * 60 * 1000)
#define SECOND	    1000000

static int device = -1;
static struct evtimer meal;
static int64_t interval;

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

static void feed(void *ctx)
{
	(void)ctx;
	(void)ioctl(device, WDIOC_KEEPALIVE, 0);
	evtimer_set(&meal, now_us() + interval, feed, NULL);
}

static int open_device(void)
{
	int fd = open(DEVICE, O_WRONLY | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	modules_begin();
	modules_want("softdog");
	modules_end();
	return open(DEVICE, O_WRONLY | O_CLOEXEC);
}

void watchdog_open(void)
{
	struct watchdog_info info = { .identity = "unknown" };
	int seconds;

	if (read_config(&seconds) < 0)
		return;
	device = open_device();
	if (device < 0) {
		log_say("watchdog: open '%s': %s", DEVICE, strerror(errno));
		return;
	}
	(void)ioctl(device, WDIOC_GETSUPPORT, &info);
	if (ioctl(device, WDIOC_SETTIMEOUT, &seconds) < 0) {
		log_say("watchdog: %s: %s; it keeps its own time",
			(const char *)info.identity, strerror(errno));
		/* a device that does not tell has a minute by custom */
		if (ioctl(device, WDIOC_GETTIMEOUT, &seconds) < 0)
			seconds = 60;
	}
	interval = (int64_t)seconds * SECOND / 4;
	log_info("watchdog: %s, %d s", (const char *)info.identity, seconds);
	feed(NULL);
}

void watchdog_close(bool disarm)
{
	if (device < 0)
		return;
	(void)ioctl(device, WDIOC_KEEPALIVE, 0);
	/* linux, watchdog-api.rst: without the letter a close does not end it
	 */
	if (disarm) {
		(void)!write(device, "V", 1);
		close(device);
	}
}
