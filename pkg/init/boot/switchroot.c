/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/switchroot.h"

#include "base/sys.h"
#include "log/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 64

static void remove_below(int fd, dev_t dev, int depth);

static void remove_entry(int dir, const char *name, dev_t dev, int depth)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    st.st_dev != dev)
		return;
	if (!S_ISDIR(st.st_mode)) {
		unlinkat(dir, name, 0);
		return;
	}
	int fd = openat(dir, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && depth < DEPTH_MAX)
		remove_below(fd, dev, depth + 1);
	else if (fd >= 0)
		close(fd);
	unlinkat(dir, name, AT_REMOVEDIR);
}

/* Takes @fd. What is mounted there is another device and stays. */
static void remove_below(int fd, dev_t dev, int depth)
{
	DIR *d = fdopendir(fd);
	const struct dirent *e;

	if (!d) {
		close(fd);
		return;
	}
	while ((e = readdir(d))) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			remove_entry(fd, e->d_name, dev, depth);
	}
	closedir(d);
}

/* Takes @old, the folder that "/" was. */
static void remove_old(int old)
{
	struct stat st;

	if (old >= 0 && fstat(old, &st) == 0)
		remove_below(old, st.st_dev, 0);
}

static void move_api_mounts(const char *dir)
{
	char dev[SYS_PATH];

	/* as the kernel's own mount of it: an init may count on it */
	snprintf(dev, sizeof(dev), "%s/dev", dir);
	if (mount("/dev", dev, NULL, MS_MOVE, NULL) < 0)
		umount2("/dev", MNT_DETACH);
	umount2("/proc", MNT_DETACH);
	umount2("/sys", MNT_DETACH);
}

static int enter(const char *dir)
{
	if (chdir(dir) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 ||
	    chroot(".") < 0)
		return -1;
	return chdir("/");
}

static const char *pick(const char *init)
{
	static const char *const usual[] = { "/sbin/init", "/init" };

	if (init[0]) {
		if (access(init, X_OK) == 0)
			return init;
		log_die(RB_AUTOBOOT,
			"fatal: the root file system has no program '%s'",
			init);
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (access(usual[i], X_OK) == 0)
			return usual[i];
	}
	log_die(RB_AUTOBOOT,
		"fatal: the root file system has neither /sbin/init nor /init");
}

void switch_root(const char *dir, const char *init, char **argv)
{
	char first[SYS_PATH];
	int old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	move_api_mounts(dir);
	if (enter(dir) < 0)
		log_die(RB_AUTOBOOT, "fatal: enter '%s': %s", dir,
			strerror(errno));
	snprintf(first, sizeof(first), "%s", pick(init));
	remove_old(old);
	argv[0] = first;
	execv(first, argv);
	log_die(RB_AUTOBOOT, "fatal: exec '%s': %s", first, strerror(errno));
}
