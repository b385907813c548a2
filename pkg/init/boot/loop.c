/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/loop.h"

#include "base/spawn.h"
#include "modules/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define LOOP_TRIES 16

static int loop_try(int control, const struct loop_config *lc, char *dev,
		    size_t cap)
{
	int nr = ioctl(control, LOOP_CTL_GET_FREE);

	if (nr < 0)
		return -1;
	snprintf(dev, cap, "/dev/loop%d", nr);
	int fd = open(dev, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (ioctl(fd, LOOP_CONFIGURE, lc) == 0)
		return fd;
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

static int loop_control(void)
{
	static const char path[] = "/dev/loop-control";
	const char *const load[] = { MODPROBE, "-q", "--", "loop", NULL };
	int fd = open(path, O_RDWR | O_CLOEXEC);

	/* there is no such device before its module */
	if (fd < 0 && errno == ENOENT && spawn_wait(load) == 0)
		fd = open(path, O_RDWR | O_CLOEXEC);
	return fd;
}

int loop_attach(const char *file, char *dev, size_t cap)
{
	struct loop_config lc = {
		.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_READ_ONLY,
	};
	int control = loop_control();
	int back = open(file, O_RDONLY | O_CLOEXEC);
	int fd = -1;

	lc.fd = (uint32_t)back;
	for (int i = 0; control >= 0 && back >= 0 && i < LOOP_TRIES; i++) {
		fd = loop_try(control, &lc, dev, cap);
		/* another child of PID 1 may have taken the same number */
		if (fd >= 0 || errno != EBUSY)
			break;
	}
	int saved = errno;

	if (control >= 0)
		close(control);
	if (back >= 0)
		close(back);
	errno = saved;
	return fd;
}
