/* SPDX-License-Identifier: Apache-2.0 */
#include "report/booted.h"

#include "log/log.h"
#include "service/guest.h"

#include <stdio.h>
#include <string.h>

static void say_seconds(const char *word, int64_t us, char *out, size_t cap)
{
	size_t used = strlen(out);

	snprintf(out + used, cap - used, "%s%s %lld.%03lld s",
		 used > 0 ? ", " : "", word, (long long)(us / SECOND),
		 (long long)(us % SECOND / 1000));
}

void booted_say(const struct boot_times *t)
{
	char text[160] = "";

	say_seconds("kernel", t->kernel, text, sizeof(text));
	if (t->kernel != t->init)
		say_seconds("stage 1", t->init - t->kernel, text, sizeof(text));
	say_seconds("modules", t->modules - t->init, text, sizeof(text));
	say_seconds("onboot", t->onboot - t->modules, text, sizeof(text));
	say_seconds("services", t->up - t->onboot, text, sizeof(text));
	say_seconds("up", t->up, text, sizeof(text));
	log_info("boot: %s", text);
}
