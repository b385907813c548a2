/* SPDX-License-Identifier: Apache-2.0 */
#include "network/text.h"

#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void text_put(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(t->p + t->n, t->cap - t->n, fmt, ap);

	va_end(ap);
	if (n < 0)
		return;
	t->n += (size_t)n;
	if (t->n >= t->cap)
		t->n = t->cap - 1;
}

int text_open(const char *path, mode_t mode)
{
	int fd;

	sys_mkparent(path, mode);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		complain("open '%s': %s", path, strerror(errno));
	return fd;
}

void text_write(int fd, const struct text *t)
{
	static char buf[65536];
	struct stat st;
	size_t all = t->n < sizeof(buf) ? t->n : sizeof(buf);

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	memcpy(buf, t->p, all);
	while (all < sizeof(buf) && (off_t)all < st.st_size)
		buf[all++] = '\n';
	if (pwrite(fd, buf, all, 0) != (ssize_t)all ||
	    ftruncate(fd, (off_t)t->n) < 0)
		complain("write: %s", strerror(errno));
}
