/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAMES_MAX 4096

/* Who may write in a folder may put a FIFO there, which others wait for. */
#define AT_ONCE (O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static ssize_t read_all(int fd, char *buf, size_t cap)
{
	size_t used = 0;

	while (used < cap) {
		ssize_t n = read(fd, buf + used, cap - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		used += (size_t)n;
	}
	return (ssize_t)used;
}

ssize_t sys_read(const char *path, char *buf, size_t cap)
{
	int fd = open(path, O_RDONLY | AT_ONCE);

	buf[0] = '\0';
	if (fd < 0)
		return -1;
	ssize_t n = read_all(fd, buf, cap - 1);
	int saved = errno;

	close(fd);
	errno = saved;
	buf[n < 0 ? 0 : n] = '\0';
	return n;
}

static int slurp_fd(int fd, size_t max, char **out, size_t *len)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (st.st_size < 0 || (unsigned long long)st.st_size > max) {
		errno = EFBIG;
		return -1;
	}
	char *text = malloc((size_t)st.st_size + 1);

	if (!text)
		return -1;
	ssize_t n = read_all(fd, text, (size_t)st.st_size);

	if (n < 0) {
		free(text);
		return -1;
	}
	text[n] = '\0';
	*out = text;
	*len = (size_t)n;
	return 0;
}

int sys_slurp(const char *path, size_t max, char **out, size_t *len)
{
	int fd = open(path, O_RDONLY | AT_ONCE);

	*out = NULL;
	*len = 0;
	if (fd < 0)
		return -1;
	int rc = slurp_fd(fd, max, out, len);
	int saved = errno;

	close(fd);
	errno = saved;
	return rc;
}

int sys_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | AT_ONCE);

	if (fd < 0)
		return -1;
	ssize_t n = write(fd, text, strlen(text));
	int saved = errno;

	close(fd);
	errno = saved;
	return n < 0 ? -1 : 0;
}

int sys_create(const char *path, int flag, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | AT_ONCE | flag,
		      mode);
	struct stat st;

	if (fd < 0 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
		return fd;
	close(fd);
	errno = EPERM;
	return -1;
}

int sys_open_below(int root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT };

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

void sys_stdio(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		/* there is no such device yet; this takes no byte either */
		if (fd < 0)
			fd = open("/", O_PATH | O_DIRECTORY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int sys_mkparent(const char *path, mode_t mode)
{
	char part[SYS_PATH];
	size_t len = strlen(path);

	if (len >= sizeof(part)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(part, path, len + 1);
	for (size_t i = 1; i < len; i++) {
		if (part[i] != '/')
			continue;
		part[i] = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST && errno != EROFS)
			return -1;
		part[i] = '/';
	}
	return 0;
}

int sys_mkdirs(const char *path, mode_t mode)
{
	if (sys_exists(path))
		return 0;
	if (sys_mkparent(path, mode) < 0)
		return -1;
	return mkdir(path, mode) < 0 && errno != EEXIST ? -1 : 0;
}

bool sys_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool sys_is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 &&
	       (path[len] == '/' || path[len] == '\0');
}

void sys_names_free(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_name(char ***names, size_t *n, const char *name)
{
	char *copy;
	char **more = NULL;

	if (*n == NAMES_MAX) {
		errno = E2BIG;
		return -1;
	}
	copy = strdup(name);
	if (copy)
		more = realloc(*names, (*n + 1) * sizeof(*more));
	if (!more) {
		free(copy);
		return -1;
	}
	more[(*n)++] = copy;
	*names = more;
	return 0;
}

int sys_list(const char *dir, char ***names, size_t *n)
{
	DIR *d = opendir(dir);
	const struct dirent *e;

	*names = NULL;
	*n = 0;
	if (!d)
		return -1;
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		if (add_name(names, n, e->d_name) < 0) {
			sys_names_free(*names, *n);
			*names = NULL;
			*n = 0;
			closedir(d);
			return -1;
		}
	}
	closedir(d);
	if (*n > 1)
		qsort(*names, *n, sizeof(**names), by_bytes);
	return 0;
}

int complain(const char *fmt, ...)
{
	char text[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dprintf(STDERR_FILENO, "%s\n", text);
	return -1;
}
