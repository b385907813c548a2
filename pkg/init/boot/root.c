/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/root.h"

#include "base/sys.h"
#include "boot/overlay.h"
#include "log/log.h"
#include "modules/modules.h"

#include <errno.h>
#include <linux/magic.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PLAIN	      (MS_NODEV | MS_NOSUID | MS_NOEXEC | MS_RELATIME)
#define QUIET	      1u /* not in every kernel: failure is no news */
#define UNLESS_FILLED 2u /* keep what the image brought */
#define EARLY	      4u /* needed to find the root file system, too */

static const struct api_mount {
	const char *path;
	const char *type;
	unsigned long flags;
	const char *data;
	unsigned how;
} api_mounts[] = {
	{ "/proc", "proc", MS_NODEV | MS_NOSUID | MS_NOEXEC | MS_RELATIME, NULL,
	  EARLY },
	{ "/sys", "sysfs", PLAIN, NULL, EARLY },
	{ "/dev", "devtmpfs", MS_NOSUID | MS_NOEXEC | MS_RELATIME, "mode=755",
	  EARLY },
	{ "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC | MS_RELATIME,
	  "gid=5,mode=0620,ptmxmode=0666", 0 },
	{ "/dev/shm", "tmpfs", PLAIN, "mode=1777", 0 },
	{ "/dev/mqueue", "mqueue", PLAIN, NULL, QUIET },
	{ "/run", "tmpfs", PLAIN, "size=10%,mode=755", 0 },
	{ "/tmp", "tmpfs", PLAIN, "size=10%,mode=1777", 0 },
	{ "/var", "tmpfs", PLAIN, "size=50%,mode=755", UNLESS_FILLED },
	{ "/sys/fs/cgroup", "cgroup2", PLAIN, NULL, 0 },
	{ "/sys/kernel/security", "securityfs", PLAIN, NULL, QUIET },
	{ "/sys/kernel/debug", "debugfs", PLAIN, NULL, QUIET },
	{ "/sys/kernel/tracing", "tracefs", PLAIN, NULL, QUIET },
	{ "/sys/kernel/config", "configfs", PLAIN, NULL, QUIET },
	{ "/sys/fs/fuse/connections", "fusectl", PLAIN, NULL, QUIET },
	{ "/sys/fs/pstore", "pstore", PLAIN, NULL, QUIET },
	{ "/sys/fs/bpf", "bpf", PLAIN, "mode=0700", QUIET },
	{ "/sys/firmware/efi/efivars", "efivarfs", PLAIN, NULL, QUIET },
	{ "/proc/sys/fs/binfmt_misc", "binfmt_misc", PLAIN, NULL, QUIET },
};

/* Those of api_mounts that the kernel has no file system for, by their bits. */
static uint32_t late;

static const struct {
	const char *path;
	mode_t mode;
} var_dirs[] = {
	{ "/var/cache", 0755 }, { "/var/empty", 0555 }, { "/var/lib", 0755 },
	{ "/var/local", 0755 }, { "/var/lock", 0755 },	{ "/var/log", 0755 },
	{ "/var/opt", 0755 },	{ "/var/spool", 0755 }, { "/var/tmp", 01777 },
};

static const struct {
	const char *path;
	const char *target;
} links[] = {
	{ "/dev/fd", "/proc/self/fd" },
	{ "/dev/stdin", "/proc/self/fd/0" },
	{ "/dev/stdout", "/proc/self/fd/1" },
	{ "/dev/stderr", "/proc/self/fd/2" },
	{ "/dev/kcore", "/proc/kcore" },
	{ "/var/run", "/run" },
	{ "/etc/mtab", "/proc/mounts" },
};

bool root_in_memory(void)
{
	struct statfs fs;

	if (statfs("/", &fs) < 0)
		return false;
	return fs.f_type == RAMFS_MAGIC || fs.f_type == TMPFS_MAGIC;
}

int root_rebind(void)
{
	static const char dir[] = "/.root";

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		return -1;
	if (mount("/", dir, NULL, MS_BIND, NULL) < 0 || chdir(dir) < 0)
		return -1;
	/* the root mount itself has no parent; one moved on top of it has */
	if (mount(".", "/", NULL, MS_MOVE, NULL) < 0)
		return -1;
	if (chroot(".") < 0 || chdir("/") < 0)
		return -1;
	rmdir(dir);
	return 0;
}

static bool is_filled(const char *dir)
{
	char **names;
	size_t n;

	if (sys_list(dir, &names, &n) < 0)
		return false;
	sys_names_free(names, n);
	return n > 0;
}

/* What the image brought stays; in front of a read-only root lies memory. */
static bool keep_filled(const struct api_mount *m)
{
	static const char memory[] = "/run/ingot/var";

	if (!is_filled(m->path))
		return false;
	if (!overlay_needed("/"))
		return true;
	/* overlay may be a module */
	modules_helper();
	if (sys_mkdirs(memory, 0700) == 0 &&
	    mount(m->type, memory, m->type, m->flags, m->data) == 0 &&
	    overlay_mount(m->path, memory) == 0)
		return true;
	log_say("overlay on '%s': %s; it is empty", m->path, strerror(errno));
	return false;
}

static void mount_api(const struct api_mount *m)
{
	bool quiet = m->how & QUIET;

	if ((m->how & UNLESS_FILLED) && keep_filled(m))
		return;
	if (!quiet && sys_mkdirs(m->path, 0755) < 0) {
		log_say("mkdir '%s': %s", m->path, strerror(errno));
		return;
	}
	if (quiet)
		mkdir(m->path, 0755);
	if (mount(m->type, m->path, m->type, m->flags, m->data) == 0)
		return;
	if (errno == ENODEV)
		late |= 1u << (m - api_mounts);
	/* busy: it is there already, from the kernel or stage 1 */
	if (!quiet && errno != EBUSY)
		log_say("mount '%s' (%s): %s", m->path, m->type,
			strerror(errno));
}

void root_mounts_early(void)
{
	for (size_t i = 0; i < sizeof(api_mounts) / sizeof(api_mounts[0]);
	     i++) {
		if (api_mounts[i].how & EARLY)
			mount_api(&api_mounts[i]);
	}
}

void root_mounts(void)
{
	root_mounts_early();
	for (size_t i = 0; i < sizeof(api_mounts) / sizeof(api_mounts[0]);
	     i++) {
		if (!(api_mounts[i].how & EARLY))
			mount_api(&api_mounts[i]);
	}
	for (size_t i = 0; i < sizeof(var_dirs) / sizeof(var_dirs[0]); i++) {
		if (mkdir(var_dirs[i].path, var_dirs[i].mode) == 0)
			chmod(var_dirs[i].path, var_dirs[i].mode);
	}
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		(void)!symlink(links[i].target, links[i].path);
	if (mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL) < 0)
		log_say("make '/' shared: %s", strerror(errno));
	/* not before: most kernels lack one of those, and most images the
	 * module */
	modules_helper();
}

void root_mounts_late(void)
{
	char alias[64];

	for (size_t i = 0; i < sizeof(api_mounts) / sizeof(api_mounts[0]);
	     i++) {
		if (!(late & 1u << i))
			continue;
		snprintf(alias, sizeof(alias), "fs-%s", api_mounts[i].type);
		if (modules_want(alias))
			mount_api(&api_mounts[i]);
	}
}

static void set_hostname(void)
{
	char name[256];
	size_t len = 0;

	if (sys_read("/etc/hostname", name, sizeof(name)) > 0)
		len = strcspn(name, " \t\r\n");
	if (len == 0) {
		memcpy(name, "ingot", 6);
		len = 5;
	}
	if (sethostname(name, len) < 0)
		log_say("set hostname: %s", strerror(errno));
}

static void loopback_up(void)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* the kernel gives it 127.0.0.1 itself */
	ifr.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &ifr) < 0)
		log_say("loopback up: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* Containers bind the file, so it has to be there before a lease is. */
static void make_resolv_conf(void)
{
	char target[SYS_PATH];
	ssize_t n = readlink("/etc/resolv.conf", target, sizeof(target) - 1);

	if (n <= 0)
		return;
	target[n] = '\0';
	if (target[0] != '/' || sys_exists(target))
		return;
	if (sys_mkparent(target, 0755) < 0 ||
	    mknod(target, S_IFREG | 0644, 0) < 0)
		log_say("make '%s': %s", target, strerror(errno));
}

void root_settings(void)
{
	const struct rlimit files = { 1048576, 1048576 };
	const struct rlimit procs = { RLIM_INFINITY, RLIM_INFINITY };

	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		log_say("set the limit of open files: %s", strerror(errno));
	setrlimit(RLIMIT_NPROC, &procs);
	set_hostname();
	loopback_up();
	make_resolv_conf();
}

static bool keeps_no_data(const char *path)
{
	static const char *const api[] = { "/proc", "/sys", "/dev", "/run" };

	if (strcmp(path, "/") == 0)
		return true;
	for (size_t i = 0; i < sizeof(api) / sizeof(api[0]); i++) {
		if (sys_is_below(path, api[i]))
			return true;
	}
	return false;
}

/* mountinfo writes blanks and the like as \040 */
static void unescape(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] &&
		    s[3]) {
			*out++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 +
					(s[3] - '0'));
			s += 3;
			continue;
		}
		*out++ = *s;
	}
	*out = '\0';
}

/* The last field but one before " - " is no use; the fifth is the place. */
static char *mount_point(char *line)
{
	char *field = NULL;

	for (int i = 0; i < 5; i++)
		field = strsep(&line, " ");
	if (field)
		unescape(field);
	return field;
}

#define MOUNTS_MAX 2048

bool root_unmount(void)
{
	static char text[256 * 1024];
	char *lines[MOUNTS_MAX];
	size_t n = 0;
	bool clean = true;
	char *rest = text;
	char *line;

	if (sys_read("/proc/self/mountinfo", text, sizeof(text)) < 0)
		return false;
	while (n < MOUNTS_MAX && (line = strsep(&rest, "\n")))
		lines[n++] = line;
	while (n > 0) {
		const char *path = mount_point(lines[--n]);

		if (!path || keeps_no_data(path))
			continue;
		if (umount2(path, UMOUNT_NOFOLLOW) == 0 || errno != EBUSY)
			continue;
		/* someone keeps it: so the file system is at least clean */
		clean = false;
		mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL);
		umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
	}
	if (!root_in_memory() &&
	    mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY, NULL) < 0)
		clean = false;
	return clean;
}
