/* SPDX-License-Identifier: Apache-2.0 */
#include "service/exits.h"

#include "base/sys.h"
#include "log/log.h"
#include "service/ctr.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER "/run/ingot/exit"

/* What stands in the file: started, code, signal. */
#define FORM "%d %d %d\n"

static void put_file(const char *path, const char *text)
{
	int fd = sys_create(path, O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		log_say("write '%s': %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

void exits_note(const struct ctr *c, bool started)
{
	static const char *const kinds[CTR_KINDS] = {
		[CTR_ONBOOT] = "onboot",
		[CTR_SERVICE] = "services",
		[CTR_ONSHUTDOWN] = "onshutdown",
	};
	bool known = c->status != -1;
	char path[SYS_PATH];
	char text[80];

	snprintf(path, sizeof(path), FOLDER "/%s/%s", kinds[c->kind], c->name);
	snprintf(text, sizeof(text), FORM, started,
		 known && WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -1,
		 known && WIFSIGNALED(c->status) ? WTERMSIG(c->status) : 0);
	sys_mkparent(path, 0755);
	put_file(path, text);
}

int exits_read(struct exits *out, const char *kind, const char *name)
{
	char path[SYS_PATH];
	char text[80];
	char *at = text;

	snprintf(path, sizeof(path), FOLDER "/%s/%s", kind, name);
	if (sys_read(path, text, sizeof(text)) < 0)
		return -1;
	if (!strchr(text, '\n')) {
		errno = EAGAIN; /* PID 1 is about to write it */
		return -1;
	}
	out->started = strtol(at, &at, 10) != 0;
	out->code = (int)strtol(at, &at, 10);
	out->signal = (int)strtol(at, NULL, 10);
	return 0;
}
