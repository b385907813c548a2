/* SPDX-License-Identifier: Apache-2.0 */
#include "control/ctlexec.h"

#include "base/spawn.h"
#include "base/sys.h"
#include "control/ctlask.h"
#include "service/bundle.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MAX 250

/* Is there such a service, and is it up? */
struct look {
	bool there;
	bool up;
};

static int look_at(void *ctx, const char *line, size_t len)
{
	struct look *look = ctx;
	struct ctlrow row;

	if (ctlrow_parse(&row, line, len) < 0)
		return complain("ingot-ctl: process 1 says what is not known");
	if (strcmp(row.kind, "service") == 0) {
		look->there = true;
		look->up = strcmp(row.state, "up") == 0 ||
			   strcmp(row.state, "ready") == 0;
	}
	ctlrow_free(&row);
	return 0;
}

static int look_for(const char *name, struct look *look)
{
	struct ctlreq req = { .verb = CTL_STATUS };
	struct ctlend end;

	memset(look, 0, sizeof(*look));
	snprintf(req.name, sizeof(req.name), "%s", name);
	int rc = ctlask(&req, look_at, look, &end);

	ctlend_free(&end);
	return rc;
}

static int run(const char *name, const char *const *argv)
{
	const char *crun = bundle_runtime();
	const char *words[WORDS_MAX + 6];
	size_t n = 0;

	if (!crun) {
		complain("ingot-ctl: no container runtime");
		return 1;
	}
	words[n++] = crun;
	words[n++] = "--cgroup-manager=cgroupfs";
	words[n++] = "exec";
	if (isatty(0) && isatty(1))
		words[n++] = "--tty";
	words[n++] = name;
	for (size_t i = 0; argv[i]; i++) {
		if (i == WORDS_MAX) {
			complain("ingot-ctl: too many words");
			return 1;
		}
		words[n++] = argv[i];
	}
	words[n] = NULL;
	return spawn_become(words);
}

int ctl_exec(const char *name, char **argv)
{
	struct look look;

	if (look_for(name, &look) < 0)
		return 1;
	if (!look.up) {
		complain(look.there ? "ingot-ctl: service '%s' is not up"
				    : "ingot-ctl: there is no service '%s'",
			 name);
		return 1;
	}
	return run(name, (const char *const *)(uintptr_t)argv);
}

int ctl_shell(void)
{
	static const char *const names[] = { "getty", "shell" };
	static const char *const shell[] = { "/bin/sh", "-l", NULL };
	struct look look;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (look_for(names[i], &look) < 0)
			return 1;
		if (look.up)
			return run(names[i], shell);
	}
	complain(
		"ingot-ctl: this system has no shell: no service 'getty' or 'shell' is up");
	return 1;
}
