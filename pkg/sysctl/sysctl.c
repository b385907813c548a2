/* SPDX-License-Identifier: Apache-2.0 */
/* Applies DIR/NAME.conf in byte order; DIR is /etc/sysctl.d by default. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_LEN 512
#define LINE_LEN 2048

static int failures;

static void fail(const char *file, unsigned line, const char *what,
		 const char *why)
{
	fprintf(stderr, "sysctl: %s:%u: %s: %s\n", file, line, what, why);
	failures++;
}

static char *trim(char *s)
{
	s += strspn(s, " \t");
	size_t len = strlen(s);

	while (len > 0 && strchr(" \t\r\n", s[len - 1]))
		s[--len] = '\0';
	return s;
}

/*
 * "net.ipv4.ip_forward" and "net/ipv4/conf/eth0.1/forwarding": the first
 * separator decides which one parts the words; the other is then swapped.
 */
static bool key_path(char *out, size_t cap, const char *key)
{
	size_t first = strcspn(key, "./");
	bool dots = key[first] == '.';
	int n = snprintf(out, cap, "/proc/sys/%s", key);

	if (n < 0 || (size_t)n >= cap || !key[0] || key[0] == '/')
		return false;
	for (char *p = out + strlen("/proc/sys/"); dots && *p; p++) {
		if (*p == '.')
			*p = '/';
		else if (*p == '/')
			*p = '.';
	}
	return !strstr(out, "/../");
}

static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	size_t len = strlen(value);
	ssize_t n = len > 0 ? write(fd, value, len) : write(fd, "\n", 1);
	int saved = errno;

	close(fd);
	errno = saved;
	return n < 0 ? -1 : 0;
}

static void apply(const char *file, unsigned nr, char *line)
{
	char path[PATH_LEN];
	char *key = trim(line);

	if (!key[0] || key[0] == '#' || key[0] == ';')
		return;
	/* a leading '-' says that the key may be absent */
	bool may_fail = key[0] == '-';
	char *value = strchr(key, '=');

	if (!value) {
		fail(file, nr, key, "no '=' in this line");
		return;
	}
	*value++ = '\0';
	key = trim(key + may_fail);
	if (!key_path(path, sizeof(path), key))
		fail(file, nr, key, "not a valid key");
	else if (put(path, trim(value)) < 0 && !may_fail)
		fail(file, nr, key, strerror(errno));
}

static void apply_file(const char *path)
{
	char line[LINE_LEN];
	unsigned nr = 0;
	FILE *f = fopen(path, "re");

	if (!f) {
		fail(path, 0, "open", strerror(errno));
		return;
	}
	while (fgets(line, sizeof(line), f))
		apply(path, ++nr, line);
	fclose(f);
}

static int is_conf(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return e->d_name[0] != '.' && len > 5 &&
	       strcmp(e->d_name + len - 5, ".conf") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int main(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "/etc/sysctl.d";
	struct dirent **list;
	int n = scandir(dir, &list, is_conf, by_bytes);

	if (n < 0) {
		fprintf(stderr, "sysctl: read '%s': %s\n", dir,
			strerror(errno));
		return errno == ENOENT ? 0 : 1;
	}
	for (int i = 0; i < n; i++) {
		char path[PATH_LEN];

		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		apply_file(path);
	}
	return failures > 0;
}
