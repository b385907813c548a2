/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1u << 20)

/* Every process makes others for as long as it can, and stays busy. */
static void take_processes(void)
{
	int said = 0;

	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		pid_t pid = fork();

		if (pid < 0 && !said && getppid() == 0) {
			printf("no more processes: %s\n", strerror(errno));
			fflush(stdout);
			said = 1;
		}
	}
}

/* A child takes it, so that somebody can tell how that ended. */
static void take_memory(void)
{
	for (int round = 1;; round++) {
		int status = 0;
		pid_t pid = fork();

		if (pid == 0) {
			for (;;) {
				char *p = malloc(MIB);

				if (p)
					memset(p, 1, MIB);
			}
		}
		if (pid < 0 || waitpid(pid, &status, 0) < 0)
			exit(9);
		if (round <= 3) {
			printf("memory: round %d ended by signal %d\n", round,
			       WIFSIGNALED(status) ? WTERMSIG(status) : 0);
			fflush(stdout);
		}
		sleep(1);
	}
}

static void take_output(void)
{
	static const char line[] =
		"a line of a flood, and it does not end for as long as it is let\n";

	for (;;) {
		if (write(1, line, sizeof(line) - 1) < 0 && errno != EINTR)
			exit(9);
	}
}

void misuse(const char *what)
{
	if (strcmp(what, "processes") == 0)
		take_processes();
	if (strcmp(what, "memory") == 0)
		take_memory();
	if (strcmp(what, "output") == 0)
		take_output();
}
