/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_PLAN_H
#define INIT_PLAN_H

#include "base/json.h"
#include "service/ready.h"
#include "service/svc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Longest ingot.json taken. */
#define PLAN_MAX (64 * 1024)

/** Where a service's lines go. */
enum plan_log {
	PLAN_LOG_ANY,	  /* as all others' */
	PLAN_LOG_CONSOLE, /* on the consoles, whatever others do */
	PLAN_LOG_QUIET,	  /* not on the consoles */
	PLAN_LOG_NONE	  /* nowhere */
};

/** ingot.json: what is wanted of a bundle; zero is what others get. */
struct plan {
	struct svc_policy policy;
	bool stop;	/* it is told to end before all others */
	int signal;	/* 0: SIGTERM */
	int64_t grace;	/* µs until SIGKILL, 0: the usual */
	bool after_set; /* a step waits for these only */
	struct strings after;
	struct strings requires;
	enum plan_log log;
	struct ready ready;
	int64_t timeout; /* µs that a step may take, 0: any */
};

/**
 * plan_parse() - read ingot.json, strictly.
 * @out: receives the parts; empty on failure. Free with plan_free().
 * @text: borrowed, @len bytes. Keys not known are checked and passed over;
 * words and numbers that mean nothing here are refused.
 * @msg: on failure, what is wrong and at which line, cut to @cap bytes.
 * Returns 0 or -1. Limits: PLAN_MAX bytes, 32 levels, 4096 list entries.
 */
int plan_parse(struct plan *out, const char *text, size_t len, char *msg,
	       size_t cap);

/** plan_free() - free the parts; the empty value is fine. */
void plan_free(struct plan *p);

#endif
