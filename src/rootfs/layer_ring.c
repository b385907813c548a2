/* SPDX-License-Identifier: Apache-2.0 */
#include "layer_priv.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#define SLOTS	  4u
#define SLOT_SIZE (512u << 10)

/*
 * A source that another thread reads ahead of: inflating and hashing a layer
 * costs as much as taking its tar apart, and both fit two cores.
 */
struct ring {
	struct ig_source source;
	struct ig_source *in;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t change;
	char *slots;
	size_t len[SLOTS];
	/* Under the lock. Slots from tail to head are full. */
	size_t head, tail;
	bool ended, failed, stop;
	struct ig_err err;
	/* The reader's own. */
	size_t pos;
};

/* Waits for a free slot. */
static bool may_fill(struct ring *r)
{
	bool go;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && r->head - r->tail == SLOTS)
		pthread_cond_wait(&r->change, &r->lock);
	go = !r->stop;
	pthread_mutex_unlock(&r->lock);
	return go;
}

static void *produce(void *arg)
{
	struct ring *r = arg;
	struct ig_err err = { 0 };
	size_t head = 0;
	ssize_t len = 1;

	while (len > 0 && may_fill(r)) {
		len = ig_source_fill(r->in, r->slots + head % SLOTS * SLOT_SIZE,
				     SLOT_SIZE, &err);
		pthread_mutex_lock(&r->lock);
		if (len > 0) {
			r->len[head % SLOTS] = (size_t)len;
			r->head = ++head;
		} else {
			r->ended = true;
			r->failed = len < 0;
			r->err = err;
		}
		pthread_cond_signal(&r->change);
		pthread_mutex_unlock(&r->lock);
	}
	return NULL;
}

/* Waits for a full slot: 1, 0 at the end, -1. */
static int may_read(struct ring *r, struct ig_err *err)
{
	int rc = 1;

	pthread_mutex_lock(&r->lock);
	while (r->head == r->tail && !r->ended)
		pthread_cond_wait(&r->change, &r->lock);
	if (r->head == r->tail)
		rc = r->failed ? -1 : 0;
	if (rc < 0)
		*err = r->err;
	pthread_mutex_unlock(&r->lock);
	return rc;
}

static ssize_t ring_read(struct ig_source *src, void *data, size_t len,
			 struct ig_err *err)
{
	struct ring *r = (struct ring *)src;
	size_t slot = r->tail % SLOTS; /* only we move the tail */
	size_t left;
	int rc = may_read(r, err);

	if (rc <= 0)
		return rc;
	left = r->len[slot] - r->pos;
	if (len > left)
		len = left;
	memcpy(data, r->slots + slot * SLOT_SIZE + r->pos, len);
	r->pos += len;
	if (r->pos == r->len[slot]) {
		r->pos = 0;
		pthread_mutex_lock(&r->lock);
		r->tail++;
		pthread_cond_signal(&r->change);
		pthread_mutex_unlock(&r->lock);
	}
	return (ssize_t)len;
}

static void ring_close(struct ig_source *src)
{
	struct ring *r = (struct ring *)src;
	int saved = errno;

	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_signal(&r->change);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	pthread_cond_destroy(&r->change);
	pthread_mutex_destroy(&r->lock);
	ig_freep(&r->slots);
	ig_freep(&r);
	errno = saved;
}

static const struct ig_source_ops ring_ops = { ring_read, ring_close };

/* Signals are for the caller's thread. */
static int start(struct ring *r)
{
	sigset_t all;
	sigset_t old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&r->thread, NULL, produce, r);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

struct ig_source *layer_ahead(struct ig_source *in)
{
	struct ring *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->slots = malloc((size_t)SLOTS * SLOT_SIZE);
	r->source.ops = &ring_ops;
	r->in = in;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->change, NULL);
	if (r->slots && start(r) == 0)
		return &r->source;
	pthread_cond_destroy(&r->change);
	pthread_mutex_destroy(&r->lock);
	ig_freep(&r->slots);
	ig_freep(&r);
	return NULL;
}
