/* SPDX-License-Identifier: Apache-2.0 */
#include "log/syslog.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FACILITY_KERNEL 0
#define FACILITY_DAEMON 3
#define HOST_MAX	255
#define APP_MAX		48

/* RFC 5424, 6: names are of printable ASCII, and "-" when there is none. */
static void plain(char *out, size_t most, const char *text)
{
	size_t n = 0;

	for (; text[n] && n < most; n++)
		out[n] = text[n] > ' ' && text[n] <= '~' ? text[n] : '_';
	if (n == 0)
		out[n++] = '-';
	out[n] = '\0';
}

size_t syslog_frame(char out[SYSLOG_MAX], const struct logline *line,
		    const char *host, int64_t wall)
{
	bool kernel = strcmp(line->name, "kernel") == 0;
	int priority = (kernel ? FACILITY_KERNEL : FACILITY_DAEMON) * 8 +
		       (int)(line->level & 7);
	char time[LOGLINE_TIME];
	char from[HOST_MAX + 1];
	char app[APP_MAX + 1];
	char head[HOST_MAX + APP_MAX + 80];
	char count[16];

	logline_time(time, wall);
	plain(from, HOST_MAX, host);
	plain(app, APP_MAX, line->name);
	size_t n = (size_t)snprintf(head, sizeof(head), "<%d>1 %s %s %s - - - ",
				    priority, time, from, app);
	size_t len = strlen(line->text);

	if (len > SYSLOG_MAX - sizeof(count) - n)
		len = SYSLOG_MAX - sizeof(count) - n;
	size_t c = (size_t)snprintf(count, sizeof(count), "%zu ", n + len);

	memcpy(out, count, c);
	memcpy(out + c, head, n);
	memcpy(out + c + n, line->text, len);
	return c + n + len;
}

static int port_of(const char *text, in_port_t *out)
{
	char *end;
	long port = strtol(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end || port < 1 || port > 65535)
		return -1;
	*out = htons((uint16_t)port);
	return 0;
}

socklen_t syslog_address(struct sockaddr_storage *out, const char *text)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
	const char *colon = strrchr(text, ':');
	char host[64];

	memset(out, 0, sizeof(*out));
	if (!colon || (size_t)(colon - text) >= sizeof(host))
		return 0;
	size_t len = (size_t)(colon - text);

	memcpy(host, text, len);
	host[len] = '\0';
	if (host[0] != '[') {
		v4->sin_family = AF_INET;
		return inet_pton(AF_INET, host, &v4->sin_addr) == 1 &&
				       port_of(colon + 1, &v4->sin_port) == 0
			       ? sizeof(*v4)
			       : 0;
	}
	if (host[len - 1] != ']')
		return 0;
	host[len - 1] = '\0';
	v6->sin6_family = AF_INET6;
	return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1 &&
			       port_of(colon + 1, &v6->sin6_port) == 0
		       ? sizeof(*v6)
		       : 0;
}
