/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTLCLIENT_H
#define INIT_CTLCLIENT_H

#include "base/evloop.h"
#include "control/ctlreq.h"
#include "log/logbook.h"

#include <stdbool.h>
#include <stddef.h>

/** Room for answers: more than the longest line of any kind. */
#define CTLCLIENT_OUT 16384

/** One connection: bytes in, requests, bytes out. */
struct ctlclient {
	int fd;
	char in[CTLREQ_MAX];
	size_t in_len;
	char out[CTLCLIENT_OUT];
	size_t out_len;
	size_t out_at; /* sent of it */
	bool eof;      /* it asks no more */
	bool blocked;  /* takes nothing now */
	bool answering;
	struct ctlreq req;
	int kind; /* status: the next one's */
	size_t index;
	struct logbook_cursor at;     /* logs */
	struct logbook_cursor *saved; /* of a keeper, else NULL */
	struct evtimer timer;
	struct ctlclient *next;
};

/** ctlclient_receive() - take what it sent. -1: it is to be dropped. */
int ctlclient_receive(struct ctlclient *c);

/** ctlclient_send() - send what is there, as far as it goes. -1: it is to be
 * dropped. */
int ctlclient_send(struct ctlclient *c);

/** ctlclient_request() - the next whole line of what it sent, without its
 * end, into @line. Returns its length, -1 when there is none. */
int ctlclient_request(struct ctlclient *c, char line[CTLREQ_MAX]);

/** ctlclient_is_over() - when there is no request: will there be none? It asks
 * no more, or its line is too long. */
bool ctlclient_is_over(const struct ctlclient *c);

#endif
