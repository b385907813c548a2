/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/panic.h"

#include "base/cmdline.h"
#include "base/sys.h"
#include "log/log.h"

#include <errno.h>
#include <string.h>

/* Long enough to be read on a screen. */
#define PANIC_SECONDS "10"

static const char *take(void *ctx, const char *key, const char *value)
{
	struct panic_wish *wish = ctx;

	(void)value;
	if (strcmp(key, "panic") == 0)
		wish->timeout = false;
	if (strcmp(key, "oops") == 0)
		wish->oops = false;
	return NULL;
}

struct panic_wish panic_wish(const char *text)
{
	struct panic_wish wish = { true, true };

	cmdline_args(text, take, &wish);
	return wish;
}

static void set(const char *path, const char *value)
{
	if (sys_write(path, value) < 0)
		log_say("write '%s': %s", path, strerror(errno));
}

void panic_settings(void)
{
	static char text[CMDLINE_SIZE];

	if (sys_read("/proc/cmdline", text, sizeof(text)) < 0)
		return;
	struct panic_wish wish = panic_wish(text);

	if (wish.timeout)
		set("/proc/sys/kernel/panic", PANIC_SECONDS);
	if (wish.oops)
		set("/proc/sys/kernel/panic_on_oops", "1");
}
