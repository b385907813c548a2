/* SPDX-License-Identifier: Apache-2.0 */
#include "probe.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	int error;
	const char *name;
} errors[] = {
	{ EPERM, "EPERM" },
	{ ENOENT, "ENOENT" },
	{ ENOEXEC, "ENOEXEC" },
	{ EBADF, "EBADF" },
	{ EACCES, "EACCES" },
	{ EFAULT, "EFAULT" },
	{ EBUSY, "EBUSY" },
	{ EXDEV, "EXDEV" },
	{ EINVAL, "EINVAL" },
	{ EROFS, "EROFS" },
	{ ENOSYS, "ENOSYS" },
	{ EOPNOTSUPP, "EOPNOTSUPP" },
	{ EAFNOSUPPORT, "EAFNOSUPPORT" },
};

const char *error_name(int error)
{
	static char number[16];

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (errors[i].error == error)
			return errors[i].name;
	}
	snprintf(number, sizeof(number), "errno %d", error);
	return number;
}

/* ---- what it is ---- */

/* The text behind "NAME:" in /proc/self/status. */
static void status_of(const char *name, char *out, size_t cap)
{
	char line[256];
	size_t len = strlen(name);
	FILE *f = fopen("/proc/self/status", "r");

	out[0] = '\0';
	while (f && fgets(line, sizeof(line), f)) {
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			snprintf(out, cap, "%s",
				 line + len + 1 +
					 strspn(line + len + 1, " \t"));
	}
	out[strcspn(out, "\n")] = '\0';
	if (f)
		fclose(f);
}

static void say_caps(const char *name)
{
	char text[64];
	unsigned long long caps;

	status_of(name, text, sizeof(text));
	caps = strtoull(text, NULL, 16);
	if (caps == 0)
		printf("%s = none\n", name);
	else if (caps == 0x1ffffffffffull)
		printf("%s = all\n", name);
	else if (caps == 1ull << 12)
		printf("%s = CAP_NET_ADMIN\n", name);
	else
		printf("%s = %llx\n", name, caps);
}

static void say_word(const char *name, const char *const *words)
{
	char text[64];

	status_of(name, text, sizeof(text));
	printf("%s = %s\n", name, words[text[0] == '0' ? 0 : text[0] - '0']);
}

/* include/linux/proc_ns.h: the first namespaces have fixed numbers. */
static void say_namespace(const char *name, unsigned first)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	if (stat(path, &st) < 0)
		printf("namespace %s = %s\n", name, error_name(errno));
	else
		printf("namespace %s = %s\n", name,
		       st.st_ino == first ? "host" : "own");
}

static void say_user(void)
{
	unsigned inside = 1, outside = 1, n = 0;
	FILE *f = fopen("/proc/self/uid_map", "r");

	if (f) {
		if (fscanf(f, "%u %u %u", &inside, &outside, &n) != 3)
			n = 0;
		fclose(f);
	}
	printf("user = %u:%u\n", (unsigned)getuid(), (unsigned)getgid());
	printf("user map = %s\n",
	       inside == 0 && outside == 0 && n == UINT32_MAX ? "host" : "own");
}

/* The last mount at @path is the one that counts. */
static void say_mount(const char *path)
{
	char device[128], at[256], type[64], options[512];
	char seen[96] = "none";
	FILE *f = fopen("/proc/self/mounts", "r");

	while (f && fscanf(f, "%127s %255s %63s %511s %*d %*d", device, at,
			   type, options) == 4) {
		if (strcmp(at, path) == 0)
			snprintf(seen, sizeof(seen), "%s %.2s", type, options);
	}
	if (f)
		fclose(f);
	printf("mount %s = %s\n", path, seen);
}

static void say_limits(void)
{
	struct rlimit limit;
	char text[128] = "";
	FILE *f = fopen("/proc/self/cgroup", "r");

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		printf("limit of files = %llu\n",
		       (unsigned long long)limit.rlim_cur);
	if (f) {
		if (!fgets(text, sizeof(text), f))
			text[0] = '\0';
		fclose(f);
	}
	text[strcspn(text, "\n")] = '\0';
	printf("cgroup = %s\n", strncmp(text, "0::", 3) == 0 ? text + 3 : text);
}

void say_identity(void)
{
	static const char *const yes[] = { "no", "yes" };
	static const char *const modes[] = { "off", "strict", "filter" };

	say_user();
	say_caps("CapEff");
	say_caps("CapBnd");
	say_word("NoNewPrivs", yes);
	say_word("Seccomp", modes);
	say_namespace("user", 0xeffffffd);
	say_namespace("pid", 0xeffffffc);
	say_namespace("ipc", 0xefffffff);
	say_namespace("uts", 0xeffffffe);
	say_namespace("cgroup", 0xeffffffb);
	say_limits();
	say_mount("/");
	say_mount("/dev");
	say_mount("/proc");
	say_mount("/sys");
	say_mount("/sys/fs/cgroup");
}
