/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_CTLASK_H
#define INIT_CTLASK_H

#include "control/ctlreq.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The other end of the control socket: what programs ask PID 1. */

/** One line of the status. */
struct ctlrow {
	char *kind;
	char *name;
	char *state;
	int64_t pid; /* 0: not known */
	int64_t since_ms;
	int64_t starts;
	int64_t exit;	/* -1: none */
	int64_t signal; /* 0: none */
};

/** The last line. */
struct ctlend {
	bool ok;
	char *error;
	char *system;
	int64_t now_ms;
};

/** Takes one line of an answer, without its end; -1 ends the asking. */
typedef int ctlask_fn(void *ctx, const char *line, size_t len);

/**
 * ctlask() - ask PID 1, and hand on the lines of its answer but the last.
 * @end: receives the last; free with ctlend_free(), also after a failure.
 * What goes wrong, an answer that is an error too, is said on descriptor 2.
 * Returns 0 or -1.
 */
int ctlask(const struct ctlreq *req, ctlask_fn *fn, void *ctx,
	   struct ctlend *end);
void ctlend_free(struct ctlend *end);

/** ctlrow_parse() - read a line of the status. 0 or -1; free with
 * ctlrow_free(). */
int ctlrow_parse(struct ctlrow *out, const char *line, size_t len);
void ctlrow_free(struct ctlrow *row);

#endif
