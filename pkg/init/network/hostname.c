/* SPDX-License-Identifier: Apache-2.0 */
#include "network/hostname.h"

#include "base/sys.h"
#include "service/native.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define LABEL_MAX 63

/* Who writes is not trusted: it talks to the network. */
static bool is_label(const char *name, size_t len)
{
	static const char good[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	for (size_t i = 0; i < len; i++) {
		if (!name[i] || !strchr(good, name[i]))
			return false;
	}
	return len > 0 && len <= LABEL_MAX && name[0] != '-';
}

static void serve(int fd)
{
	char name[LABEL_MAX + 1];
	ssize_t n;

	close(NATIVE_READY_FD);
	prctl(PR_SET_NAME, "network-host", 0, 0, 0);
	while ((n = read(fd, name, sizeof(name))) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0 && is_label(name, (size_t)n) &&
		    sethostname(name, (size_t)n) < 0)
			complain("host name: %s", strerror(errno));
	}
}

int hostname_helper(void)
{
	int fds[2];

	/* by packets: two names are never read as one */
	if (pipe2(fds, O_CLOEXEC | O_DIRECT) < 0)
		return complain("pipe: %s", strerror(errno));
	pid_t pid = fork();

	if (pid == 0) {
		close(fds[1]);
		serve(fds[0]);
		_exit(0);
	}
	close(fds[0]);
	if (pid > 0)
		return fds[1];
	complain("fork: %s", strerror(errno));
	close(fds[1]);
	return -1;
}
