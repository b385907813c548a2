/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_AGENTREQ_H
#define INIT_AGENTREQ_H

#include "base/json.h"

#include <stddef.h>
#include <stdint.h>

/** Longest request taken, without its line end. */
#define AGENTREQ_MAX   (32 * 1024)
#define AGENTREQ_WORDS 256
#define AGENTREQ_NAME  255
#define AGENTREQ_PATH  4000

enum agent_verb {
	AGENT_NONE,
	AGENT_EXEC,   /* a command in a service's container */
	AGENT_FILE,   /* stat and read; of the machine without a service */
	AGENT_EXIT,   /* how a bundle ended */
	AGENT_MEMORY, /* of the machine */
	AGENT_POWER
};

/** What the host asks: one JSON object, {"id": 7, "exec": {…}}. */
struct agentreq {
	int64_t id;
	enum agent_verb verb;
	unsigned verbs; /* how many were given */
	char *service;	/* NULL: none */
	struct strings command;
	char *path;
	char *kind; /* "onboot" or "services" */
	char *name;
	char *how; /* "reboot" or "poweroff" */
};

/**
 * agentreq_parse() - read one request, strictly: one verb, with all that it
 * needs; names are single path components, the path is absolute.
 * @out: receives the parts; but for the id, as far as it was read, empty on
 * failure. Free with agentreq_free().
 * @text: borrowed, @len bytes. @msg: on failure, why, cut to @cap bytes.
 * Returns 0 or -1.
 */
int agentreq_parse(struct agentreq *out, const char *text, size_t len,
		   char *msg, size_t cap);

/** agentreq_free() - free the parts; the empty value is fine. */
void agentreq_free(struct agentreq *r);

#endif
