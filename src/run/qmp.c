/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "run_internal.h"

/* QEMU's docs/interop/qmp-spec.txt. Nothing depends on the answers: what the
 * guest does is seen on its console and by QEMU's end. */
void ig_qmp_send(int fd, const char *command)
{
	static const char hello[] = "{\"execute\":\"qmp_capabilities\"}\n";
	char text[128];
	int n = snprintf(text, sizeof(text), "%s{\"execute\":\"%s\"}\n", hello,
			 command);

	if (fd >= 0 && n > 0 &&
	    send(fd, text, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return; /* QEMU is gone or stuck: the caller's deadline rules */
}

void ig_qmp_drain(int fd)
{
	char text[4096];

	while (recv(fd, text, sizeof(text), MSG_DONTWAIT) > 0)
		;
}
