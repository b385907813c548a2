/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/overlay.h"

#include "base/sys.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

bool overlay_needed(const char *path)
{
	struct statvfs fs;

	return statvfs(path, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

/* overlay takes the top folder's owner and mode from the upper one */
static int copy_owner(const char *to, const char *from)
{
	struct stat st;

	if (stat(from, &st) < 0 || chown(to, st.st_uid, st.st_gid) < 0)
		return -1;
	return chmod(to, st.st_mode & 07777);
}

int overlay_mount(const char *path, const char *memory)
{
	char upper[SYS_PATH];
	char work[SYS_PATH];
	char data[3 * SYS_PATH + 64];

	int n = snprintf(upper, sizeof(upper), "%s/upper", memory);
	int m = snprintf(data, sizeof(data),
			 "lowerdir=%s,upperdir=%s/upper,workdir=%s/work", path,
			 memory, memory);

	if (n < 0 || n >= SYS_PATH || m < 0 || (size_t)m >= sizeof(data)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(work, sizeof(work), "%s/work", memory);
	if (sys_mkdirs(upper, 0755) < 0 || sys_mkdirs(work, 0755) < 0 ||
	    copy_owner(upper, path) < 0)
		return -1;
	return mount("overlay", path, "overlay", 0, data);
}
