/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/power.h"

#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <unistd.h>

static bool has_power_key(int fd)
{
	unsigned char keys[KEY_MAX / 8 + 1] = { 0 };

	if (ioctl(fd, EVIOCGBIT(EV_KEY, sizeof(keys)), keys) < 0)
		return false;
	return keys[KEY_POWER / 8] & (1u << KEY_POWER % 8);
}

size_t power_open(int fds[POWER_BUTTONS])
{
	char path[SYS_PATH];
	char **names;
	size_t n;
	size_t found = 0;

	if (sys_list("/dev/input", &names, &n) < 0)
		return 0;
	for (size_t i = 0; i < n && found < POWER_BUTTONS; i++) {
		if (strncmp(names[i], "event", 5) != 0)
			continue;
		snprintf(path, sizeof(path), "/dev/input/%s", names[i]);
		int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (has_power_key(fd))
			fds[found++] = fd;
		else
			close(fd);
	}
	sys_names_free(names, n);
	return found;
}

bool power_pressed(int fd)
{
	struct input_event ev;
	bool pressed = false;

	while (read(fd, &ev, sizeof(ev)) == (ssize_t)sizeof(ev)) {
		if (ev.type == EV_KEY && ev.code == KEY_POWER && ev.value == 1)
			pressed = true;
	}
	return pressed;
}

int power_main(const char *name, int argc, char **argv)
{
	bool again = strcmp(name, "reboot") == 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-f") != 0) {
			complain("usage: %s [-f]", name);
			return 2;
		}
		sync();
		reboot(again ? RB_AUTOBOOT : RB_POWER_OFF);
		complain("%s: %s", name, strerror(errno));
		return 1;
	}
	if (kill(1, again ? SIGINT : SIGUSR2) < 0) {
		complain("%s: signal process 1: %s", name, strerror(errno));
		return 1;
	}
	return 0;
}
