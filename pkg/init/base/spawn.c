/* SPDX-License-Identifier: Apache-2.0 */
#include "base/spawn.h"

#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void spawn_child(int out)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	setsid();
	if (out < 0)
		out = null;
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(out, 2) < 0)
		_exit(126);
}

void spawn_kill(pid_t pid, int sig)
{
	/* it may not have got so far as to have a group */
	if (kill(-pid, sig) < 0)
		kill(pid, sig);
}

int spawn_become(const char *const argv[])
{
	/* execv() changes nothing, its type is only older than const */
	execv(argv[0], (char *const *)(uintptr_t)argv);
	complain("exec '%s': %s", argv[0], strerror(errno));
	return 127;
}

int spawn_self(const char *const argv[])
{
	execv("/proc/self/exe", (char *const *)(uintptr_t)argv);
	complain("exec itself as '%s': %s", argv[0], strerror(errno));
	return 127;
}

int spawn_wait(const char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return complain("fork: %s", strerror(errno));
	if (pid == 0) {
		_exit(spawn_become(argv));
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}
