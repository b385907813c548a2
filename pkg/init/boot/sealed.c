/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/sealed.h"

#include "base/sys.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

/* crun takes a read-only file system for its own work only with this. */
#define CLONED "_LIBCONTAINER_CLONED_BINARY"
#define SEALS  (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* All of @from; 0, or -1. */
static int copy(int from, int to)
{
	struct stat st;
	ssize_t n = 0;

	if (fstat(from, &st) < 0)
		return -1;
	for (off_t done = 0; done < st.st_size; done += n) {
		n = sendfile(to, from, NULL, (size_t)(st.st_size - done));
		if (n <= 0)
			return -1;
	}
	return 0;
}

int sealed_copy(int from)
{
	int to = memfd_create("crun", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (to >= 0 && copy(from, to) == 0 && fchmod(to, 0500) == 0 &&
	    fcntl(to, F_ADD_SEALS, SEALS) == 0)
		return to;
	if (to >= 0)
		close(to);
	return -1;
}

/* The copy stays open, and is reached by /proc. */
static void link_copy(int from)
{
	char target[64];
	int fd = sealed_copy(from);

	snprintf(target, sizeof(target), "/proc/%d/fd/%d", (int)getpid(), fd);
	if (fd >= 0 && symlink(target, SEALED_RUNTIME) < 0)
		close(fd);
}

static void mount_read_only(const char *path)
{
	if (mknod(SEALED_RUNTIME, S_IFREG | 0400, 0) < 0)
		return;
	/* the mount's flags are its own: "/run" is noexec, this is not */
	if (mount(path, SEALED_RUNTIME, NULL, MS_BIND, NULL) == 0 &&
	    mount(NULL, SEALED_RUNTIME, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY,
		  NULL) == 0 &&
	    setenv(CLONED, "1", 1) == 0)
		return;
	umount2(SEALED_RUNTIME, MNT_DETACH);
	unlink(SEALED_RUNTIME);
}

void sealed_runtime(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	sys_mkparent(SEALED_RUNTIME, 0700);
	/* crun asks a file of tmpfs for its seals, whatever its mount is */
	if (fcntl(fd, F_GET_SEALS) < 0)
		mount_read_only(path);
	else
		link_copy(fd);
	close(fd);
}
