/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/stream.h>

#include "cpio.h"

/* A piece ends at the first entry that takes it past this. */
#define PIECE (8u << 20)
/* A larger one (a single huge file) is not held in memory: it is encoded
 * straight to the file when its turn has come. */
#define PIECE_MAX (64u << 20)
#define AHEAD	  4

struct piece {
	size_t from, to; /* entries */
	uint64_t size;	 /* before compression, about */
	struct ig_buf out;
	bool ready;
};

struct parts {
	const struct ig_walk *walk;
	struct ig_cpio_dev dev;
	int fd;
	int codec, level;
	struct piece *v;
	size_t n;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	size_t next; /* the piece whose turn it is to be written */
	bool failed;
};

static int cut(struct parts *p, struct ig_err *err)
{
	const struct ig_walk *walk = p->walk;
	size_t cap = 0;

	for (size_t i = 0; i < walk->n;) {
		struct piece piece = { .from = i,
				       .out = IG_BUF_INIT(PIECE_MAX * 2) };

		while (i < walk->n && piece.size < PIECE) {
			uint64_t one = ig_cpio_size(&walk->v[i]);

			if (piece.size && one > PIECE_MAX)
				break; /* a huge one stands alone */
			piece.size += one;
			i++;
		}
		piece.to = i;
		if (p->n == cap) {
			size_t more = cap ? cap * 2 : 16;
			void *v = realloc(p->v, more * sizeof(*p->v));

			if (!v)
				return ig_fail_mem(err);
			p->v = v;
			cap = more;
		}
		p->v[p->n++] = piece;
	}
	return 0;
}

static int encode(struct parts *p, const struct piece *piece,
		  struct ig_sink *to, struct ig_err *err)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *enc = NULL;

	enc = ig_sink_encode(to, (enum ig_codec)p->codec, p->level, err);
	if (!enc)
		return -1;
	for (size_t i = piece->from; i < piece->to; i++)
		if (ig_cpio_entry(enc, p->walk, &p->walk->v[i], p->dev, err) <
		    0)
			return -1;
	return ig_sink_finish(enc, err);
}

static int encode_to_memory(struct parts *p, struct piece *piece,
			    struct ig_err *err)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *mem = NULL;

	mem = ig_sink_buf(&piece->out, err);
	if (!mem || encode(p, piece, mem, err) < 0)
		return -1;
	return ig_sink_finish(mem, err);
}

static int encode_to_file(struct parts *p, const struct piece *piece,
			  struct ig_err *err)
{
	IG_AUTO(ig_sink_closep) struct ig_sink *file = NULL;

	file = ig_sink_fd(p->fd, err);
	if (!file || encode(p, piece, file, err) < 0)
		return -1;
	return ig_sink_finish(file, err);
}

/* Under the lock: write every piece whose turn has come. */
static int flush_ready(struct parts *p, struct ig_err *err)
{
	while (p->next < p->n && p->v[p->next].ready) {
		struct piece *piece = &p->v[p->next];

		if (ig_write_all(p->fd, piece->out.data, piece->out.len, err) <
		    0)
			return -1;
		ig_buf_done(&piece->out);
		p->next++;
	}
	return 0;
}

/* Wait until @i is at most @ahead pieces behind the writer; with the lock
 * held on return. Lower numbers were started before, so they do come. */
static int wait_turn(struct parts *p, size_t i, size_t ahead,
		     struct ig_err *err)
{
	pthread_mutex_lock(&p->lock);
	while (!p->failed && i > p->next + ahead)
		pthread_cond_wait(&p->moved, &p->lock);
	return p->failed ? ig_fail(err, IG_ECANCEL, "another piece failed") : 0;
}

static int unlock(struct parts *p, int result)
{
	if (result < 0)
		p->failed = true;
	pthread_cond_broadcast(&p->moved);
	pthread_mutex_unlock(&p->lock);
	return result;
}

static int piece_job(void *ctx, size_t i, struct ig_err *err)
{
	struct parts *p = ctx;
	struct piece *piece = &p->v[i];
	int result;

	if (piece->size > PIECE_MAX) {
		result = wait_turn(p, i, 0, err);
		if (result == 0)
			result = encode_to_file(p, piece, err);
		if (result == 0)
			p->next++;
		if (result == 0)
			result = flush_ready(p, err);
		return unlock(p, result);
	}
	result = wait_turn(p, i, AHEAD, err);
	if (unlock(p, result) < 0)
		return -1;
	result = encode_to_memory(p, piece, err);
	pthread_mutex_lock(&p->lock);
	if (result == 0) {
		piece->ready = true;
		result = flush_ready(p, err);
	}
	return unlock(p, result);
}

int ig_cpio_parts(int fd, const struct ig_tree *tree,
		  const struct ig_encode_opts *opts, int codec, int level,
		  struct ig_err *err)
{
	IG_AUTO(ig_walk_done) struct ig_walk walk;
	struct parts p = { .walk = &walk,
			   .dev = ig_cpio_dev(opts->key),
			   .fd = fd,
			   .codec = codec,
			   .level = level,
			   .lock = PTHREAD_MUTEX_INITIALIZER,
			   .moved = PTHREAD_COND_INITIALIZER };
	int result;

	if (ig_walk_init(&walk, tree, opts, err) < 0 ||
	    ig_cpio_check(&walk, err) < 0)
		return -1;
	result = cut(&p, err);
	if (result == 0)
		result = ig_parallel(p.n, 0, piece_job, &p, err);
	for (size_t i = 0; i < p.n; i++)
		ig_buf_done(&p.v[i].out);
	free(p.v);
	return result;
}
