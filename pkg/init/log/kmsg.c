/* SPDX-License-Identifier: Apache-2.0 */
#include "log/kmsg.h"

#include "base/evloop.h"
#include "base/rate.h"
#include "log/log.h"
#include "log/logbook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define RECORD_MAX 8192 /* Linux: CONSOLE_EXT_LOG_MAX */
#define READS_MAX  64

static int number(const char **p, const char *end, int64_t *out)
{
	const char *from = *p;

	*out = 0;
	while (*p < end && **p >= '0' && **p <= '9' && *p - from < 18)
		*out = *out * 10 + (*(*p)++ - '0');
	return *p > from ? 0 : -1;
}

static int comma(const char **p, const char *end)
{
	if (*p == end || **p != ',')
		return -1;
	++*p;
	return 0;
}

int kmsg_parse(struct kmsg *out, const char *text, size_t len)
{
	const char *p = text;
	const char *end = text + len;
	int64_t priority;
	int64_t seq;

	if (number(&p, end, &priority) < 0 || comma(&p, end) < 0 ||
	    number(&p, end, &seq) < 0 || comma(&p, end) < 0 ||
	    number(&p, end, &out->us) < 0 || comma(&p, end) < 0)
		return -1;
	const char *semi = memchr(p, ';', (size_t)(end - p));

	if (!semi)
		return -1;
	const char *line = memchr(semi, '\n', (size_t)(end - semi));

	out->level = (int)(priority & 7);
	out->text = semi + 1;
	out->len = (size_t)((line ? line : end) - out->text);
	return 0;
}

static void keep(const char *text, size_t len)
{
	static struct rate rate;
	struct kmsg msg;

	if (kmsg_parse(&msg, text, len) < 0)
		return;
	const struct log_entry entry = {
		.name = "kernel",
		.text = msg.text,
		.len = msg.len,
		.us = msg.us,
		.level = msg.level,
		.loud = rate_loud(&rate, now_us(), msg.len + 1),
	};

	logbook_put(&entry);
}

static void on_kmsg(void *ctx, int fd, short events)
{
	static char text[RECORD_MAX];

	(void)ctx;
	(void)events;
	for (int i = 0; i < READS_MAX; i++) {
		ssize_t n = read(fd, text, sizeof(text));

		if (n > 0) {
			keep(text, (size_t)n);
			continue;
		}
		/* EPIPE: some were overwritten; the next read goes on */
		if (n < 0 && (errno == EINTR || errno == EPIPE))
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		evloop_del(fd);
		close(fd);
		return;
	}
}

void kmsg_listen(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return;
	if (evloop_add(fd, POLLIN, on_kmsg, NULL) < 0) {
		log_say("kernel messages: %s", strerror(errno));
		close(fd);
	}
}
