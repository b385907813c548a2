/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_AGENTRUN_H
#define INIT_AGENTRUN_H

#include <stdbool.h>
#include <stddef.h>

#define AGENTRUN_OUT  (64 * 1024)
#define AGENTRUN_SAID 2048

/** What a command did. */
struct agentrun {
	int code;   /* -1: none */
	int signal; /* 0: none */
	bool late;  /* it was killed: the time was over */
	bool cut;   /* it printed more than there is room for */
	size_t out_len, said_len;
	char out[AGENTRUN_OUT];	  /* the beginning of its output … */
	char said[AGENTRUN_SAID]; /* … and of its errors */
};

/**
 * agentrun() - run @command, which ends in NULL, in the container @service.
 * Its input is empty; after 10 s it is killed. Returns 0, or -1 with @msg
 * (@cap bytes) filled.
 */
int agentrun(struct agentrun *out, const char *service,
	     const char *const command[], char *msg, size_t cap);

#endif
