/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/sealed.h"

#include "base/sys.h"

#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

/* crun takes a read-only file system for its own work only with this. */
#define CLONED "_LIBCONTAINER_CLONED_BINARY"

void sealed_runtime(const char *path)
{
	sys_mkparent(SEALED_RUNTIME, 0700);
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
