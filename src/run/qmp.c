/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "run_internal.h"

/* QEMU's docs/interop/qmp-spec.txt. Nothing depends on the answers: what the
 * guest does is seen on its console, by events and by QEMU's end. */
void ig_qmp_hello(int fd)
{
	ig_qmp_send(fd, "qmp_capabilities");
}

static void send_line(int fd, const char *text)
{
	if (fd >= 0 &&
	    send(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return; /* QEMU is gone or stuck: the caller's deadline rules */
}

void ig_qmp_send(int fd, const char *command)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "{\"execute\":\"%s\"}\n", command);

	if (n > 0)
		send_line(fd, text);
}

/* Without firmware the arm64 machine's button is a GPIO line, for which
 * Debian's cloud kernel has no driver (KEYBOARD_GPIO); PID 1 takes a second
 * press for the first. */
void ig_qmp_power(int fd, bool keyboard)
{
	ig_qmp_send(fd, "system_powerdown");
	if (keyboard)
		send_line(
			fd,
			"{\"execute\":\"send-key\",\"arguments\":{\"keys\":[{\"type\":\"qcode\",\"data\":\"power\"}]}}\n");
}

static void end_line(struct ig_qmp *qmp)
{
	qmp->line[qmp->len] = '\0';
	qmp->len = 0;
	if (strstr(qmp->line, "\"SHUTDOWN\"") &&
	    strstr(qmp->line, "\"guest-reset\""))
		qmp->reset = true;
}

void ig_qmp_feed(struct ig_qmp *qmp, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n')
			end_line(qmp);
		else if (qmp->len < sizeof(qmp->line) - 1)
			qmp->line[qmp->len++] = data[i];
	}
}

void ig_qmp_drain(struct ig_qmp *qmp, int fd)
{
	char text[4096];
	ssize_t n;

	while ((n = recv(fd, text, sizeof(text), MSG_DONTWAIT)) > 0)
		ig_qmp_feed(qmp, text, (size_t)n);
}
