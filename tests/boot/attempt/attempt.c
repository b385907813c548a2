/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempt MODE NAME [NUMBER]: what a service may do. /state outlives it.
 *   fail NAME N   ends with code 1 the first N times, then stays
 *   kill NAME N   kills itself the first N times, then stays
 *   stay NAME     stays, and ends well when told by SIGINT
 *   last NAME A B ends with code 1, but only when A and B have stayed
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void mark_path(char *out, size_t cap, const char *name)
{
	snprintf(out, cap, "/state/attempt.%s", name);
}

/* How often this was called for @name before. */
static long count(const char *name)
{
	char path[200];
	long n = 0;

	mark_path(path, sizeof(path), name);
	FILE *f = fopen(path, "r");

	if (f) {
		if (fscanf(f, "%ld", &n) != 1)
			n = 0;
		fclose(f);
	}
	f = fopen(path, "w");
	if (!f) {
		perror(path);
		exit(9);
	}
	fprintf(f, "%ld\n", n + 1);
	fclose(f);
	return n;
}

static void on_int(int sig)
{
	static const char text[] = "told by SIGINT\n";

	(void)sig;
	if (write(1, text, sizeof(text) - 1) > 0)
		_exit(0);
	_exit(1);
}

static void stay(const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "/state/stays.%s", name);
	FILE *f = fopen(path, "w");

	if (f)
		fclose(f);
	signal(SIGINT, on_int);
	printf("%s stays\n", name);
	fflush(stdout);
	for (;;)
		pause();
}

static void wait_for(const char *name)
{
	char path[200];

	snprintf(path, sizeof(path), "/state/stays.%s", name);
	while (access(path, F_OK) < 0)
		usleep(100000);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 2 ? argv[1] : "";
	long n = argc > 3 ? strtol(argv[3], NULL, 10) : 0;

	if (strcmp(mode, "last") == 0) {
		for (int i = 3; i < argc; i++)
			wait_for(argv[i]);
		return 1;
	}
	/* what it writes to its own root is gone with it */
	if (access("/tmp/before", F_OK) == 0)
		puts("this root is not fresh");
	FILE *f = fopen("/tmp/before", "w");

	if (f)
		fclose(f);
	if (mode[0] && strcmp(mode, "stay") != 0 && count(argv[2]) < n) {
		if (strcmp(mode, "kill") == 0)
			kill(getpid(), SIGKILL);
		return 1;
	}
	if (mode[0])
		stay(argv[2]);
	return 9;
}
