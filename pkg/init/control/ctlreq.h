/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTLREQ_H
#define INIT_CTLREQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest request line taken, with its end. */
#define CTLREQ_MAX  1024
#define CTLREQ_NAME 128

enum ctl_verb {
	CTL_STATUS,
	CTL_START,
	CTL_STOP,
	CTL_RESTART,
	CTL_REBOOT,
	CTL_POWEROFF,
	CTL_LOGS,
	CTL_VERBS
};

/** What a client asks for. */
struct ctlreq {
	enum ctl_verb verb;
	char name[CTLREQ_NAME]; /* "": none was given */
	int64_t last;		/* lines, -1: all */
	bool follow;
};

/**
 * ctlreq_parse() - read one request, strictly.
 * @text: borrowed, @len bytes without the line's end.
 * @why: on failure the reason, at most @cap bytes. Returns 0 or -1.
 */
int ctlreq_parse(struct ctlreq *out, const char *text, size_t len, char *why,
		 size_t cap);

/** ctlreq_word() - the verb as requests have it. */
const char *ctlreq_word(enum ctl_verb verb);

#endif
