/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_POOL_H
#define IG_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct ig_err;

/*
 * Work spread over threads. Results never depend on the number of threads:
 * each job writes only to its own slot.
 */

/** ig_threads() - how many to use: INGOT_THREADS, or the CPUs we may run on. */
unsigned ig_threads(void);

/**
 * ig_parallel() - call job(ctx, i, err) for i in 0 … @count - 1 on up to
 * ig_threads() threads (@most when not 0), lower numbers first.
 * When a job fails no further one is started, and the error of the lowest
 * failed number is returned. With one thread all run on the caller's.
 */
int ig_parallel(size_t count, unsigned most,
		int (*job)(void *ctx, size_t i, struct ig_err *err), void *ctx,
		struct ig_err *err);

/** ig_cancelled() - whether SIGINT, SIGTERM or SIGHUP came (ig_cancel_init).
 * Long loops ask, and fail with ig_fail_cancel(). */
bool ig_cancelled(void);
void ig_cancel_set(int signal); /* async-signal-safe */
int ig_cancel_signal(void);	/* 0, or the signal */
int ig_fail_cancel(struct ig_err *err);

#endif
