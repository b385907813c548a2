/* SPDX-License-Identifier: Apache-2.0 */
#include "report/vport.h"

#include "base/sys.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PORTS	  "/sys/class/virtio-ports"
#define PORT_NAME 64

static bool is_called(const char *device, const char *name)
{
	char path[SYS_PATH];
	char text[PORT_NAME + 2];

	snprintf(path, sizeof(path), PORTS "/%s/name", device);
	if (sys_read(path, text, sizeof(text)) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	return strcmp(text, name) == 0;
}

int vport_open(const char *name, int flags)
{
	char path[SYS_PATH];
	char **names;
	size_t n;
	int fd = -1;

	if (sys_list(PORTS, &names, &n) < 0)
		return -1;
	for (size_t i = 0; i < n && fd < 0; i++) {
		snprintf(path, sizeof(path), "/dev/%s", names[i]);
		if (is_called(names[i], name))
			fd = open(path, flags | O_CLOEXEC);
	}
	sys_names_free(names, n);
	return fd;
}
