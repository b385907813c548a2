/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/hangup.h"

#include "base/sys.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int hangup_has_terminal(const char *stat)
{
	/* "PID (NAME) STATE PPID PGRP SESSION TTY …" */
	const char *p = strrchr(stat, ')');

	for (int field = 0; p && field < 5; field++) {
		p = strchr(p, ' ');
		if (p)
			p++;
	}
	return p && strtol(p, NULL, 10) != 0;
}

void hangup_terminals(void)
{
	char path[SYS_PATH];
	char stat[512];
	char **names;
	size_t n;

	if (sys_list("/proc", &names, &n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		long pid = strtol(names[i], NULL, 10);

		if (pid <= 1)
			continue;
		snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
		if (sys_read(path, stat, sizeof(stat)) > 0 &&
		    hangup_has_terminal(stat))
			kill((pid_t)pid, SIGHUP);
	}
	sys_names_free(names, n);
}
