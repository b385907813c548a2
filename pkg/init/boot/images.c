/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/images.h"

#include "base/sys.h"
#include "boot/loop.h"
#include "log/log.h"
#include "modules/modules.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kinds[] = { "onboot", "onshutdown", "services",
				     "volumes" };
static const char *const places[] = { "lower", "rootfs" };

/* An image without images is spared the modules. */
static void load_modules(void)
{
	static bool loaded;

	if (loaded)
		return;
	loaded = true;
	modules_want("loop");
	modules_want("squashfs");
}

static void fail(const char *what, const char *file, const char *place)
{
	log_say("image %s: %s: %s", file, what, strerror(errno));
	rmdir(place);
}

static void mount_image(const char *file, const char *place)
{
	char dev[32];
	int fd;

	load_modules();
	fd = loop_attach(file, dev, sizeof(dev));
	if (fd < 0) {
		fail("loop device", file, place);
		return;
	}
	if ((mkdir(place, 0755) < 0 && errno != EEXIST) ||
	    mount(dev, place, "squashfs", MS_RDONLY | MS_NODEV, NULL) < 0)
		fail("mount", file, place);
	close(fd);
}

static void mount_kind(const char *kind)
{
	char dir[64];
	char place[SYS_PATH];
	char file[SYS_PATH + sizeof(IMAGES_END)];
	struct stat st;
	char **names;
	size_t n;

	snprintf(dir, sizeof(dir), "/containers/%s", kind);
	if (sys_list(dir, &names, &n) < 0) {
		if (errno != ENOENT)
			log_say("read '%s': %s", dir, strerror(errno));
		return;
	}
	for (size_t i = 0; i < n * 2; i++) {
		int len = snprintf(place, sizeof(place), "%s/%s/%s", dir,
				   names[i / 2], places[i % 2]);

		if (len < 0 || (size_t)len >= sizeof(place))
			continue; /* the bundle is refused, with a line */
		snprintf(file, sizeof(file), "%s" IMAGES_END, place);
		if (lstat(file, &st) == 0 && S_ISREG(st.st_mode))
			mount_image(file, place);
	}
	sys_names_free(names, n);
}

void images_mount(void)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		mount_kind(kinds[i]);
}
