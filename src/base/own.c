/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/own.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void ig_freep(void *pp)
{
	int saved = errno;
	void *p;

	/* @pp is a char **, a struct x **, …: copied, not cast. */
	memcpy(&p, pp, sizeof(p));
	free(p);
	errno = saved;
}

void ig_closep(int *fdp)
{
	int saved = errno;

	if (*fdp >= 0)
		close(*fdp);
	*fdp = -1;
	errno = saved;
}

int ig_take_fd(int *fdp)
{
	int fd = *fdp;

	*fdp = -1;
	return fd;
}
