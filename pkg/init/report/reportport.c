/* SPDX-License-Identifier: Apache-2.0 */
#include "report/reportport.h"

#include "base/evloop.h"
#include "log/log.h"
#include "report/vport.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PORT	 "org.ingot.report"
#define HELD_MAX (64u * 1024)
#define MS	 1000
#define WAIT_MIN (20 * MS)
#define WAIT_MAX (5000 * MS)
#define DRAIN_MS 200

static struct {
	int fd; /* not above 0: not found yet */
	char held[HELD_MAX];
	size_t n;
	unsigned lost;
	int64_t wait;
	struct evtimer timer;
} port;

/* True when nothing is left to be sent. */
static bool push(void)
{
	/* without O_NONBLOCK a write spins until the host reads */
	if (port.fd <= 0)
		port.fd = vport_open(PORT, O_WRONLY | O_NONBLOCK);
	while (port.fd > 0 && port.n > 0) {
		ssize_t n = write(port.fd, port.held, port.n);

		if (n <= 0)
			break;
		port.n -= (size_t)n;
		memmove(port.held, port.held + n, port.n);
		port.wait = 0;
	}
	return port.n == 0;
}

/* poll(2) says POLLHUP all the time while the host has its end closed, so
 * this looks again from time to time, later and later. A port that was never
 * found is looked for again with the next record. */
static void again(void *ctx)
{
	(void)ctx;
	if (push())
		return;
	bool tired = port.wait == WAIT_MAX;

	port.wait = port.wait == 0 ? WAIT_MIN : port.wait * 2;
	if (port.wait > WAIT_MAX)
		port.wait = WAIT_MAX;
	if (port.fd > 0 || !tired)
		evtimer_set(&port.timer, now_us() + port.wait, again, NULL);
}

void reportport_send(const char *text, size_t len)
{
	if (len > sizeof(port.held) - port.n) {
		port.lost++;
		return;
	}
	memcpy(port.held + port.n, text, len);
	port.n += len;
	if (port.timer.at == 0 || port.fd > 0)
		again(NULL);
}

unsigned reportport_lost(void)
{
	unsigned lost = port.lost;

	port.lost = 0;
	return lost;
}

void reportport_drain(void)
{
	const struct timespec pause = { 0, 5 * 1000 * MS };

	for (int i = 0; port.fd > 0 && i < DRAIN_MS / 5 && !push(); i++)
		nanosleep(&pause, NULL);
}
