/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_READY_H
#define INIT_READY_H

#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum ready_kind {
	READY_NONE, /* up is enough */
	READY_PORT, /* something listens */
	READY_FILE, /* it is there, in the container's root */
	READY_EXEC, /* a program in the container ends with code 0 */
	READY_HTTP, /* a page comes */
};

#define READY_INTERVAL_US 250000
#define READY_TRY_US	  2000000
#define READY_WITHIN_US	  60000000

/** When a service counts as ready; zero: when it is up. */
struct ready {
	enum ready_kind kind;
	int64_t port;
	char *path; /* of the file, or of the page */
	struct strings exec;
	int64_t status;	  /* of the page, 0: 200 to 399 */
	int64_t interval; /* µs between two tries */
	int64_t timeout;  /* of one try */
	int64_t within;	  /* from the start; then the service has failed */
};

/** ready_read() - read a check into a struct ready, as json_read_fn. */
int ready_read(struct json *j, void *out);

/** ready_free() - free the parts; the empty value is fine. */
void ready_free(struct ready *r);

/**
 * ready_status() - the code in the first line of an HTTP answer.
 * @text: @len bytes that came from outside. -1: it is no such line.
 */
int ready_status(const char *text, size_t len);

struct ctr;

/** ready_begin() - @c is up: check it until it is ready. */
void ready_begin(struct ctr *c);

/** ready_end() - check it no more; allowed at any time. */
void ready_end(struct ctr *c);

/** ready_reaped() - a child has ended; true if it was @c's check. */
bool ready_reaped(struct ctr *c, pid_t pid, int status);

/**
 * ready_try() - one try, in a child of PID 1.
 * @pid: the container's process, @name its id. Ends within about the
 * timeout. Returns the exit code for the child: 0 when it is ready.
 */
int ready_try(const struct ready *r, pid_t pid, const char *name);

#endif
