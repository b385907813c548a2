/* SPDX-License-Identifier: Apache-2.0 */
#include "control/agentfile.h"

#include "base/sys.h"
#include "service/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int open_root(const char *service)
{
	char path[SYS_PATH];
	pid_t pid;

	if (!service)
		return open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	pid = bundle_pid(service);
	if (pid <= 1) {
		errno = ESRCH;
		return -1;
	}
	snprintf(path, sizeof(path), "/proc/%d/root", (int)pid);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* The file itself is what was looked at: no FIFO and no device is opened. Some
 * of /proc are plain files, and wait for what comes. */
static int read_text(struct agentfile *out, int fd)
{
	char self[40];
	int in;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	in = open(self, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (in < 0)
		return -1;
	while (out->len < sizeof(out->text)) {
		ssize_t n = read(in, out->text + out->len,
				 sizeof(out->text) - out->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		out->len += (size_t)n;
	}
	out->cut = out->len == sizeof(out->text);
	close(in);
	return 0;
}

static int look(struct agentfile *out, int fd)
{
	if (fstat(fd, &out->st) < 0)
		return -1;
	return S_ISREG(out->st.st_mode) ? read_text(out, fd) : 0;
}

int agentfile_read(struct agentfile *out, const char *service, const char *path,
		   char *msg, size_t cap)
{
	int root = open_root(service);
	int fd;
	int rc;

	memset(&out->st, 0, sizeof(out->st));
	out->len = 0;
	out->cut = false;
	if (root < 0) {
		snprintf(msg, cap, "%s",
			 service ? "the service does not run"
				 : strerror(errno));
		return -1;
	}
	fd = sys_open_below(root, path);
	rc = fd < 0 ? -1 : look(out, fd);
	if (rc < 0)
		snprintf(msg, cap, "%s", strerror(errno));
	if (fd >= 0)
		close(fd);
	close(root);
	return rc;
}

const char *agentfile_type(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symlink";
	case S_IFCHR:
	case S_IFBLK:
		return "device";
	default:
		return "other";
	}
}
