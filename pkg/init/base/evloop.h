/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_EVLOOP_H
#define INIT_EVLOOP_H

#include <stdint.h>

/*
 * What PID 1 waits for: descriptors that can be read or written, and times.
 * One thread, one loop; a handler never blocks.
 */

/** Most descriptors at a time. */
#define EVLOOP_MAX 4096

/** A descriptor is ready: @events as in poll(2)'s revents. */
typedef void evloop_fn(void *ctx, int fd, short events);

/**
 * evloop_add() - call @fn whenever @fd is ready for @events (poll(2)).
 * The descriptor stays the caller's, who calls evloop_del() before closing
 * it. POLLERR, POLLHUP and POLLNVAL always count: a handler that leaves such
 * a descriptor in the loop is called at every turn.
 * Returns 0, or -1 with errno: ENOMEM, or ENOSPC at EVLOOP_MAX.
 */
int evloop_add(int fd, short events, evloop_fn *fn, void *ctx);

/** evloop_want() - other @events from now on; @fd is in the loop. */
void evloop_want(int fd, short events);

/** evloop_del() - no more of @fd; allowed in every handler, for every one.
 * One that is not in the loop is passed over. */
void evloop_del(int fd);

/** A time to be called at; in place, zeroed: not armed. */
struct evtimer {
	int64_t at; /* as now_us(); 0: not armed */
	void (*fn)(void *ctx);
	void *ctx;
	struct evtimer *next; /* the loop's */
};

/** evtimer_set() - (re)arm @t for @at. Its memory stays until it has been
 * called or cleared. */
void evtimer_set(struct evtimer *t, int64_t at, void (*fn)(void *ctx),
		 void *ctx);

/** evtimer_clear() - not called any more. */
void evtimer_clear(struct evtimer *t);

/** evloop_due() - call the timers that are due, for who works outside of the
 * loop. Returns when the next one is, or 0. */
int64_t evloop_due(void);

/** evloop_forget() - in a child that works on: the timers are its parent's. */
void evloop_forget(void);

/**
 * evloop_turn() - wait for the first descriptor or time, then call all that
 * are due. @until: come back then at the latest; 0: however long it takes.
 * Returns 0, or -1 with poll(2)'s errno; EINTR is no failure. When it fails,
 * what is ready and due was called all the same, after a short rest.
 */
int evloop_turn(int64_t until);

#endif
