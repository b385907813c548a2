/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/arena.h>
#include <ingot/buf.h>
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/pool.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/str.h>
#include <ingot/stream.h>
#include <ingot/tree.h>

#include "formats.h"

/*
 * The tree as a tar for `wsl --install --from-file`. It is compressed in
 * pieces of one size, each a gzip member (RFC 1952, 2.2: a file is a series of
 * members), on all threads, some pieces a thread at a time.
 */
#define PIECE	  (8u << 20)
#define LEVEL	  6
#define AHEAD_MAX 64u

#define WSL_CONF  "[boot]\nsystemd=false\n\n[user]\ndefault=root\n"

/* ---- the tar ---- */

static int add_parts(struct ig_rope *rope, struct ig_compose *c,
		     struct ig_err *err)
{
	for (size_t i = 0; i < c->plan->parts_n; i++) {
		const struct ig_part *part = &c->plan->parts[i];
		int fd = -1;

		/* WSL brings its own kernel. */
		if (part->kind != IG_PART_ROOT && part->kind != IG_PART_IMAGE)
			continue;
		if (ig_part_open(&fd, c->store, part->tar_key, IG_SUFFIX_TAR,
				 err) < 0 ||
		    ig_rope_own(rope, fd, err) < 0) /* takes fd */
			return ig_wrap(err, "%s", part->location);
	}
	return 0;
}

/* What the spec or an init image says already stays. */
static int add_conf(struct ig_tree *tree, const struct ig_tree *there,
		    const char *name, const char *text, struct ig_err *err)
{
	struct ig_inode model = {
		.type = IG_DIR, .mode = 0755, .mtime = IG_FIXED_TIME, .fd = -1
	};
	struct ig_node *etc = ig_tree_find(there, "etc");
	struct ig_inode *inode;

	if (etc && ig_node_child(there, etc, name, strlen(name)))
		return 0;
	if (etc && etc->inode->type == IG_DIR)
		model = *etc->inode;
	etc = ig_tree_resolve(tree, "etc", &model, err);
	inode = etc ? ig_tree_inode(tree, IG_FILE, err) : NULL;
	if (!inode)
		return -1;
	inode->mode = 0644;
	inode->mtime = IG_FIXED_TIME;
	inode->size = strlen(text);
	inode->mem = ig_arena_str(ig_tree_arena(tree), text, err);
	if (!inode->mem)
		return -1;
	return ig_tree_put(tree, etc, name, strlen(name), inode, err) ? 0 : -1;
}

/* The name that the distribution gets when nobody gives it one. */
static char *distribution_conf(const char *name, struct ig_err *err)
{
	char *text = ig_format(
		err, "[oobe]\ndefaultName=%s\n\n[shortcut]\nenabled=false\n",
		name);
	char *p = text ? strchr(text, '=') : NULL;

	while (p && *++p != '\n')
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			*p = '-';
	return text;
}

static int add_confs(struct ig_generated *gen, struct ig_compose *c,
		     struct ig_err *err)
{
	IG_AUTO(ig_tree_freep) struct ig_tree *own = ig_tree_new(err);
	ig_autofree char *text = distribution_conf(c->opts->name, err);

	if (!own || !text ||
	    add_conf(own, gen->tree, "wsl.conf", WSL_CONF, err) < 0 ||
	    add_conf(own, gen->tree, "wsl-distribution.conf", text, err) < 0)
		return -1;
	for (struct ig_node *at = ig_tree_root(own); at; at = ig_node_next(at))
		at->inode->mark = IG_GENERATED_MARK;
	if (ig_tree_graft(gen->tree, ig_tree_root(gen->tree), own, err) < 0)
		return -1;
	ig_tree_root(gen->tree)->inode->mark = 0;
	return ig_tree_sort(gen->tree, err);
}

static int add_tail(struct ig_rope *rope, struct ig_compose *c,
		    struct ig_err *err)
{
	IG_AUTO(ig_generated_done)
	struct ig_generated gen = { .spool = { -1, 0 } };
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	IG_AUTO(ig_sink_closep) struct ig_sink *out = NULL;
	struct ig_encode_opts opts = ig_generated_opts(c->plan);

	if (ig_generate(&gen, c->plan, c->store, false, err) < 0 ||
	    add_confs(&gen, c, err) < 0 ||
	    ig_spool_init(&spool, c->store, err) < 0)
		return -1;
	out = ig_sink_fd(spool.fd, err);
	if (!out || ig_tar_write(out, gen.tree, &opts, err) < 0 ||
	    ig_tar_end(out, err) < 0 || ig_sink_finish(out, err) < 0)
		return -1;
	return ig_rope_own(rope, ig_take_fd(&spool.fd), err);
}

/* ---- the compression ---- */

struct batch {
	const struct ig_rope *tar;
	uint64_t at; /* of the first piece */
	struct ig_buf out[AHEAD_MAX];
};

static int pack_job(void *ctx, size_t i, struct ig_err *err)
{
	struct batch *b = ctx;
	uint64_t at = b->at + i * (uint64_t)PIECE;
	uint64_t left = ig_rope_size(b->tar) - at;
	size_t len = left < PIECE ? (size_t)left : PIECE;
	IG_AUTO(ig_sink_closep) struct ig_sink *mem = NULL;
	IG_AUTO(ig_sink_closep) struct ig_sink *enc = NULL;
	ig_autofree char *data = malloc(len);

	if (!data)
		return ig_fail_mem(err);
	if (ig_rope_read(b->tar, data, len, at, err) < 0)
		return -1;
	mem = ig_sink_buf(&b->out[i], err);
	enc = mem ? ig_sink_encode(mem, IG_CODEC_GZIP, LEVEL, err) : NULL;
	if (!enc || ig_sink_write(enc, data, len, err) < 0 ||
	    ig_sink_finish(enc, err) < 0)
		return -1;
	return ig_sink_finish(mem, err);
}

static int pack_batch(struct batch *b, size_t n, int fd, struct ig_err *err)
{
	int result;

	for (size_t i = 0; i < n; i++)
		ig_buf_init(&b->out[i], 2 * PIECE);
	result = ig_parallel(n, 0, pack_job, b, err);
	for (size_t i = 0; i < n; i++) {
		if (result == 0)
			result = ig_write_all(fd, b->out[i].data, b->out[i].len,
					      err);
		ig_buf_done(&b->out[i]);
	}
	return result;
}

static int pack(const struct ig_rope *tar, int fd, struct ig_err *err)
{
	ig_autofree struct batch *b = calloc(1, sizeof(*b));
	uint64_t size = ig_rope_size(tar);
	size_t most = ig_threads() * 2u;

	if (!b)
		return ig_fail_mem(err);
	if (most > AHEAD_MAX)
		most = AHEAD_MAX;
	b->tar = tar;
	while (b->at < size) {
		uint64_t n = (size - b->at + PIECE - 1) / PIECE;

		if (ig_cancelled())
			return ig_fail_cancel(err);
		if (n > most)
			n = most;
		if (pack_batch(b, (size_t)n, fd, err) < 0)
			return -1;
		b->at += n * PIECE;
	}
	return 0;
}

static int write_wsl(struct ig_compose *c, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *tar = ig_rope_new(err);
	int fd;

	if (!tar || add_parts(tar, c, err) < 0 || add_tail(tar, c, err) < 0 ||
	    ig_compose_open(&fd, c, ".wsl", err) < 0)
		return -1;
	return pack(tar, fd, err);
}

const struct ig_build_format ig_format_wsl = {
	.name = "wsl",
	.files = "NAME.wsl",
	.purpose = "for 'wsl --install --from-file' on Windows",
	.want = IG_WANT_TAR,
	.stream = true,
	.write = write_wsl,
};
