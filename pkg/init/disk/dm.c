/* SPDX-License-Identifier: Apache-2.0 */
#include "disk/dm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CONTROL "/dev/mapper/control"
#define PARAMS	2048

/* What the kernel takes at once: its head, one target, that one's words. */
struct request {
	struct dm_ioctl head;
	struct dm_target_spec target;
	char params[PARAMS];
};

static void begin(struct request *r, const char *name)
{
	memset(r, 0, sizeof(*r));
	r->head.version[0] = DM_VERSION_MAJOR;
	r->head.data_size = sizeof(*r);
	r->head.data_start = sizeof(r->head);
	snprintf(r->head.name, sizeof(r->head.name), "%s", name);
}

static int load(int fd, struct request *r, const char *target,
		const char *params, uint64_t sectors)
{
	int n = snprintf(r->params, sizeof(r->params), "%s", params);

	if (n < 0 || (size_t)n >= sizeof(r->params)) {
		errno = E2BIG;
		return -1;
	}
	r->head.flags = DM_READONLY_FLAG;
	r->head.target_count = 1;
	r->target.length = sectors;
	r->target.next = sizeof(r->target) + sizeof(r->params);
	snprintf(r->target.target_type, sizeof(r->target.target_type), "%s",
		 target);
	return ioctl(fd, DM_TABLE_LOAD, r);
}

static const char *create(int fd, struct request *r, const char *name,
			  const char *target, const char *params,
			  uint64_t sectors)
{
	begin(r, name);
	if (ioctl(fd, DM_DEV_CREATE, r) < 0)
		return "create the device";
	begin(r, name);
	if (load(fd, r, target, params, sectors) < 0)
		return "load the table";
	begin(r, name);
	/* without the flag for it, that is resume: the table comes alive */
	return ioctl(fd, DM_DEV_SUSPEND, r) < 0 ? "start the device" : NULL;
}

const char *dm_create(char *out, size_t cap, const char *name,
		      const char *target, const char *params, uint64_t sectors)
{
	static struct request r;
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return "open '" CONTROL "'";
	const char *what = create(fd, &r, name, target, params, sectors);
	int saved = errno;

	close(fd);
	errno = saved;
	/* minors of this major stay below 2^20 and spread over two places */
	unsigned minor =
		(unsigned)((r.head.dev & 0xff) | (r.head.dev >> 12 & 0xfff00));

	snprintf(out, cap, "dm-%u", minor);
	return what;
}
