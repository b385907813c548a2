/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SYSLOG_H
#define INIT_SYSLOG_H

#include "log/logline.h"

#include <stddef.h>
#include <sys/socket.h>

/** Room for one message: its head and the longest text, which three bytes
 * stand for one in when it was no UTF-8. */
#define SYSLOG_MAX 4096

/**
 * syslog_frame() - a line as RFC 5424 has it, in octet counting (RFC 6587,
 * 3.4.1).
 * @host: this machine's name; @wall: as from logline_wall().
 * @out: not terminated. Returns its length; a text that is too long is cut.
 */
size_t syslog_frame(char out[SYSLOG_MAX], const struct logline *line,
		    const char *host, int64_t wall);

/**
 * syslog_address() - read "192.0.2.5:514" or "[2001:db8::1]:514".
 * Returns the length of *@out, 0 for what is no such address.
 */
socklen_t syslog_address(struct sockaddr_storage *out, const char *text);

/** syslog_main() - the child of PID 1: log lines from descriptor 0 to
 * @address, until they end. Returns the exit code. */
int syslog_main(const char *address);

#endif
