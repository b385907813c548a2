/* SPDX-License-Identifier: Apache-2.0 */
#include "log/logline.h"

#include "base/json.h"
#include "base/sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int read_number(struct json *j, void *out)
{
	return json_large(j, out);
}

static int read_text(struct json *j, void *out)
{
	return json_string(j, out);
}

int logline_parse(struct logline *out, const char *text, size_t len)
{
	static const struct json_field fields[] = {
		{ "ms", read_number, offsetof(struct logline, ms) },
		{ "level", read_number, offsetof(struct logline, level) },
		{ "name", read_text, offsetof(struct logline, name) },
		{ "text", read_text, offsetof(struct logline, text) },
		{ "lost", read_number, offsetof(struct logline, lost) },
	};
	struct json j = { .start = text, .p = text, .end = text + len };

	memset(out, 0, sizeof(*out));
	if (json_object(&j, fields, sizeof(fields) / sizeof(fields[0]), out) ==
		    0 &&
	    json_end(&j) == 0 && !out->name == !out->text)
		return 0;
	logline_free(out);
	return -1;
}

void logline_free(struct logline *l)
{
	free(l->name);
	free(l->text);
	memset(l, 0, sizeof(*l));
}

int logreader_next(struct logreader *r, int fd, char **line, size_t *len)
{
	for (;;) {
		char *from = r->buf + r->at;
		char *end = memchr(from, '\n', r->len - r->at);

		if (end) {
			*line = from;
			*len = (size_t)(end - from);
			r->at += *len + 1;
			return 1;
		}
		r->len -= r->at;
		memmove(r->buf, from, r->len);
		r->at = 0;
		if (r->len == sizeof(r->buf)) {
			errno = EMSGSIZE;
			return -1;
		}
		ssize_t n = read(fd, r->buf + r->len, sizeof(r->buf) - r->len);

		if (n <= 0)
			return (int)n;
		r->len += (size_t)n;
	}
}

int64_t logline_wall(int64_t ms, int64_t now, int64_t wall)
{
	return wall < LOGLINE_CLOCK ? -1 : wall - (now - ms);
}

static int64_t clock_ms(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void logline_now(int64_t *now, int64_t *wall)
{
	*now = clock_ms(CLOCK_BOOTTIME);
	*wall = clock_ms(CLOCK_REALTIME);
}

void logline_tell_lost(int64_t lost)
{
	static int64_t untold;
	static int64_t next;
	int64_t now = clock_ms(CLOCK_BOOTTIME);

	untold += lost;
	if (now < next)
		return;
	complain("%lld lines were lost: they came too fast", (long long)untold);
	untold = 0;
	next = now + 10000;
}

void logline_time(char out[LOGLINE_TIME], int64_t wall)
{
	time_t seconds = (time_t)(wall / 1000);
	struct tm tm;

	snprintf(out, LOGLINE_TIME, "-");
	if (wall < 0 || !gmtime_r(&seconds, &tm) || tm.tm_year > 8099)
		return;
	size_t n = strftime(out, LOGLINE_TIME, "%Y-%m-%dT%H:%M:%S", &tm);

	snprintf(out + n, LOGLINE_TIME - n, ".%03dZ", (int)(wall % 1000));
}
