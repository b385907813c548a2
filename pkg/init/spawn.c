/* SPDX-License-Identifier: Apache-2.0 */
#include "spawn.h"

#include "sys.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int spawn_become(const char *const argv[])
{
	/* execv() changes nothing, its type is only older than const */
	execv(argv[0], (char *const *)(uintptr_t)argv);
	complain("exec '%s': %s", argv[0], strerror(errno));
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
