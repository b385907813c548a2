/* SPDX-License-Identifier: Apache-2.0 */
#include "base/evloop.h"

#include "log/log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

/* poll(2) keeps so many on its stack (fs/select.c, N_STACK_PPS is 30) */
#define PIECE	16
#define REST_MS 20

struct watch {
	evloop_fn *fn;
	void *ctx;
};

/* Entry i of both is one descriptor; -1 is a place to be used again. */
static struct pollfd *fds;
static struct watch *watches;
static size_t n_fds;
static size_t cap_fds;
static struct evtimer *timers;

static size_t find(int fd)
{
	size_t i = 0;

	while (i < n_fds && fds[i].fd != fd)
		i++;
	return i;
}

static int grow(void)
{
	size_t cap = cap_fds > 0 ? cap_fds * 2 : 32;
	struct pollfd *more_fds = realloc(fds, cap * sizeof(*fds));

	if (more_fds)
		fds = more_fds;
	struct watch *more = realloc(watches, cap * sizeof(*watches));

	if (more)
		watches = more;
	if (!more_fds || !more) {
		errno = ENOMEM;
		return -1;
	}
	cap_fds = cap;
	return 0;
}

int evloop_add(int fd, short events, evloop_fn *fn, void *ctx)
{
	size_t i = find(-1);

	if (i == EVLOOP_MAX) {
		errno = ENOSPC;
		return -1;
	}
	if (i == cap_fds && grow() < 0)
		return -1;
	if (i == n_fds)
		n_fds++;
	fds[i] = (struct pollfd){ .fd = fd, .events = events };
	watches[i] = (struct watch){ fn, ctx };
	return 0;
}

void evloop_want(int fd, short events)
{
	size_t i = find(fd);

	if (i < n_fds)
		fds[i].events = events;
}

void evloop_del(int fd)
{
	size_t i = fd >= 0 ? find(fd) : n_fds;

	/* poll(2) passes -1 over, and so does the turn that is under way */
	if (i < n_fds)
		fds[i] = (struct pollfd){ .fd = -1 };
}

void evtimer_clear(struct evtimer *t)
{
	for (struct evtimer **p = &timers; *p; p = &(*p)->next) {
		if (*p == t) {
			*p = t->next;
			break;
		}
	}
	t->at = 0;
	t->next = NULL;
}

void evtimer_set(struct evtimer *t, int64_t at, void (*fn)(void *ctx),
		 void *ctx)
{
	struct evtimer **p = &timers;

	evtimer_clear(t);
	*t = (struct evtimer){ .at = at, .fn = fn, .ctx = ctx };
	while (*p && (*p)->at <= at)
		p = &(*p)->next;
	t->next = *p;
	*p = t;
}

static int timeout_ms(int64_t until)
{
	int64_t at = until;

	if (timers && (at == 0 || timers->at < at))
		at = timers->at;
	if (at == 0)
		return -1;
	at -= now_us();
	if (at <= 0)
		return 0;
	return at / 1000 < INT_MAX ? (int)(at / 1000) + 1 : INT_MAX;
}

/* What a handler adds is not ready before the next turn. */
static void call_ready(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		short events = fds[i].revents;

		if (fds[i].fd < 0 || events == 0)
			continue;
		fds[i].revents = 0;
		watches[i].fn(watches[i].ctx, fds[i].fd, events);
	}
}

void evloop_forget(void)
{
	timers = NULL;
}

int64_t evloop_due(void)
{
	int64_t now = now_us();

	while (timers && timers->at <= now) {
		struct evtimer *t = timers;

		evtimer_clear(t);
		t->fn(t->ctx);
	}
	return timers ? timers->at : 0;
}

/* As poll(2) that does not wait, but without memory of the kernel's. */
static void poll_pieces(size_t n)
{
	for (size_t i = 0; i < n; i += PIECE) {
		size_t some = n - i < PIECE ? n - i : PIECE;

		if (poll(fds + i, some, 0) >= 0)
			continue;
		/* revents are what they were */
		for (size_t k = i; k < i + some; k++)
			fds[k].revents = 0;
	}
}

static void rest(int64_t until)
{
	int ms = timeout_ms(until);
	const struct timespec t = { 0, REST_MS * 1000000 };

	if (ms < 0 || ms > REST_MS)
		nanosleep(&t, NULL);
}

int evloop_turn(int64_t until)
{
	size_t n = n_fds;
	int rc = poll(fds, n, timeout_ms(until));
	int why = errno;

	if (rc >= 0) {
		call_ready(n);
	} else if (why != EINTR) {
		rest(until);
		poll_pieces(n);
		call_ready(n);
	}
	evloop_due();
	if (rc >= 0 || why == EINTR)
		return 0;
	errno = why;
	return -1;
}
