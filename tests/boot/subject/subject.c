/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subject MODE [ARGUMENT…]: what a container may do to its supervisor.
 *   say CODE MS        lives MS milliseconds, makes /state/said.MS, ends with
 * CODE segv MS            dies of a fault after MS milliseconds deaf ignores
 * SIGTERM serve PORT MS      answers HTTP on PORT after MS milliseconds touch
 * FILE MS      makes FILE after MS milliseconds, then stays test FILE ends with
 * 0 when FILE is there hang               for ever, as a check that never comes
 * back orphans N          leaves N ended children behind, then tells of process
 * 1 daemon             leaves a process behind and ends; then looks for it eat
 * takes memory until it is killed breed              forks until that fails
 *   show FILE…         prints the files' first lines
 *   off MS [FILE…]     powers off MS milliseconds after all FILEs are there;
 *                      without one, by a process that it leaves behind
 *   stick MS           after MS milliseconds stops process 1 in its tracks
 *   shout, busy        prints, or computes, without end
 *   panic              has the kernel panic
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void stay(void)
{
	for (;;)
		pause();
}

static void nap(long ms)
{
	usleep((useconds_t)ms * 1000);
}

static int die(const char *what)
{
	perror(what);
	return 9;
}

static int serve(int port)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_ANY) },
	};
	static const char answer[] = "HTTP/1.0 204 No Content\r\n\r\n";
	int s = socket(AF_INET, SOCK_STREAM, 0);
	char text[512];

	if (bind(s, (const struct sockaddr *)&to, sizeof(to)) < 0 ||
	    listen(s, 8) < 0)
		return die("listen");
	for (;;) {
		int c = accept(s, NULL, NULL);

		if (c < 0)
			return die("accept");
		if (read(c, text, sizeof(text)) > 0)
			(void)!write(c, answer, sizeof(answer) - 1);
		close(c);
	}
}

static int touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	if (fd < 0)
		return die(path);
	close(fd);
	return 0;
}

static int say(long code, long ms)
{
	char path[64];

	nap(ms);
	printf("ends with %ld\n", code);
	fflush(stdout);
	snprintf(path, sizeof(path), "/state/said.%ld", ms);
	touch(path);
	return (int)code;
}

static int touch_and_stay(const char *path, long ms)
{
	nap(ms);
	if (touch(path) < 0)
		return 9;
	stay();
	return 0;
}

/* The value behind @key in process 1's status, in its unit. */
static long of_init(const char *key)
{
	FILE *f = fopen("/proc/1/status", "r");
	char line[200];
	long n = -1;

	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, strlen(key)) == 0)
			n = strtol(line + strlen(key) + 1, NULL, 10);
	}
	if (f)
		fclose(f);
	return n;
}

static int count_zombies(void)
{
	char path[64];
	char text[400];
	int zombies = 0;

	for (int pid = 1; pid < 32768; pid++) {
		snprintf(path, sizeof(path), "/proc/%d/stat", pid);
		int fd = open(path, O_RDONLY);
		ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

		if (fd >= 0)
			close(fd);
		if (n <= 0)
			continue;
		text[n] = '\0';
		const char *end = strrchr(text, ')');

		zombies += end && strncmp(end, ") Z", 3) == 0;
	}
	return zombies;
}

static int end_at_once(void *arg)
{
	(void)arg;
	_exit(0);
}

/* Whose parent is ours, process 1; in our memory, for it is to be quick. */
static int orphan(void)
{
	static char stack[64 * 1024] __attribute__((aligned(16)));

	return clone(end_at_once, stack + sizeof(stack),
		     CLONE_PARENT | CLONE_VM | CLONE_VFORK | SIGCHLD, NULL) < 0
		       ? -1
		       : 0;
}

static int orphans(long n)
{
	long before = of_init("VmRSS:");

	for (long i = 0; i < n; i++) {
		if (orphan() < 0)
			return die("clone");
	}
	nap(500);
	printf("%ld orphans, %d zombies, init %s\n", n, count_zombies(),
	       of_init("VmRSS:") <= before + 64 ? "did not grow" : "grew");
	fflush(stdout);
	touch("/state/counted");
	stay();
	return 0;
}

static int leave_daemon(void)
{
	static const char mark[] = "/state/daemon.pid";
	FILE *f = fopen(mark, "r");
	long old = 0;

	if (f && fscanf(f, "%ld", &old) == 1 && old > 0) {
		fclose(f);
		printf("the old daemon is %s\n",
		       kill((pid_t)old, 0) == 0 ? "alive" : "gone");
		fflush(stdout);
		touch("/state/looked");
		stay();
	}
	pid_t pid = fork();

	if (pid == 0) {
		setsid();
		signal(SIGTERM, SIG_IGN);
		stay();
	}
	f = fopen(mark, "w");
	if (!f)
		return die(mark);
	fprintf(f, "%d\n", (int)pid);
	fclose(f);
	return 1;
}

static int eat(void)
{
	for (;;) {
		char *p = malloc(1 << 20);

		if (!p)
			return die("malloc");
		memset(p, 1, 1 << 20);
	}
}

static int breed(void)
{
	int n = 1;

	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			stay();
		if (pid < 0)
			break;
		n++;
	}
	printf("%d processes, then: %s\n", n, strerror(errno));
	fflush(stdout);
	stay();
	return 0;
}

static int show(int n, char **paths)
{
	char text[200];

	for (int i = 0; i < n; i++) {
		FILE *f = fopen(paths[i], "r");

		if (!f || !fgets(text, sizeof(text), f))
			return die(paths[i]);
		text[strcspn(text, "\n")] = '\0';
		printf("%s is %s\n", strrchr(paths[i], '/') + 1, text);
		fclose(f);
	}
	return 0;
}

static int off(long ms, int n, char **paths)
{
	for (int i = 0; i < n; i++) {
		while (access(paths[i], F_OK) < 0)
			nap(100);
	}
	if (n == 0 && fork() > 0)
		return 0;
	setsid();
	nap(ms);
	kill(1, SIGUSR2);
	stay();
	return 0;
}

static int shout(void)
{
	while (puts("a line of a flood") >= 0)
		;
	return 1;
}

static int stick(long ms)
{
	/* it is to be seen that the machine was up */
	nap(ms);
	if (ptrace(PTRACE_SEIZE, 1, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, 1, NULL, NULL) < 0)
		return die("ptrace");
	puts("process 1 stands still");
	fflush(stdout);
	stay();
	return 0;
}

static int panic(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY);

	return fd < 0 || write(fd, "c", 1) < 0 ? die("sysrq-trigger") : 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	const char *first = argc > 2 ? argv[2] : "";
	long a = strtol(first, NULL, 10);
	long b = argc > 3 ? strtol(argv[3], NULL, 10) : 0;

	if (strcmp(mode, "say") == 0)
		return say(a, b);
	if (strcmp(mode, "segv") == 0) {
		nap(a);
		raise(SIGSEGV);
	}
	if (strcmp(mode, "deaf") == 0)
		signal(SIGTERM, SIG_IGN);
	if (strcmp(mode, "deaf") == 0 || strcmp(mode, "hang") == 0)
		stay();
	if (strcmp(mode, "serve") == 0) {
		nap(b);
		return serve((int)a);
	}
	if (strcmp(mode, "touch") == 0)
		return touch_and_stay(first, b);
	if (strcmp(mode, "test") == 0)
		return access(first, F_OK) < 0;
	if (strcmp(mode, "orphans") == 0)
		return orphans(a);
	if (strcmp(mode, "daemon") == 0)
		return leave_daemon();
	if (strcmp(mode, "eat") == 0)
		return eat();
	if (strcmp(mode, "breed") == 0)
		return breed();
	if (strcmp(mode, "show") == 0)
		return show(argc - 2, argv + 2);
	if (strcmp(mode, "off") == 0)
		return off(a, argc - 3, argv + 3);
	if (strcmp(mode, "stick") == 0)
		return stick(a);
	if (strcmp(mode, "shout") == 0)
		return shout();
	if (strcmp(mode, "busy") == 0) {
		for (;;)
			;
	}
	if (strcmp(mode, "panic") == 0)
		return panic();
	return 9;
}
