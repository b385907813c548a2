/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include <ingot/deflate.h>
#include <ingot/err.h>
#include <ingot/hash.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/stream.h>

#include "compose.h"

/* The key has the identity of the files that the rope is put together of. */
static int make_key(char out[IG_SHA256_HEX], const struct ig_packing *p,
		    struct ig_err *err)
{
	IG_AUTO(ig_hash_freep) struct ig_hash *hash = ig_hash_new(err);
	char time[32];

	if (!hash)
		return -1;
	snprintf(time, sizeof(time), "%" PRId64, p->time);
	ig_hash_field(hash, "ingot-packed");
	ig_hash_field(hash, p->kind);
	ig_hash_field(hash, p->version);
	ig_hash_field(hash, p->seed);
	ig_hash_field(hash, time);
	if (ig_rope_identity(p->from, hash, err) < 0)
		return -1;
	ig_hash_end_hex(hash, out);
	return 0;
}

static int fill(void *ctx, int fd, struct ig_err *err)
{
	const struct ig_packing *p = ctx;
	IG_AUTO(ig_sink_closep) struct ig_sink *out = ig_sink_fd(fd, err);

	if (!out || p->write(out, p, err) < 0)
		return -1;
	return ig_sink_finish(out, err);
}

int ig_compose_packed(struct ig_compose *c, const char *suffix,
		      const struct ig_packing *packing, struct ig_err *err)
{
	struct ig_rope *rope = ig_compose_new(c, err);
	struct ig_packing own = *packing;
	char key[IG_SHA256_HEX];
	const struct ig_part_file file = { key, packing->kind, fill, &own };
	int fd = -1;

	if (!rope || make_key(key, packing, err) < 0 ||
	    ig_part_once(&fd, c->store, &file, err) < 0 ||
	    ig_rope_own(rope, fd, err) < 0) /* takes fd */
		return -1;
	return ig_compose_rope(c, suffix, rope, err);
}

static int pack_gzip(struct ig_sink *out, const struct ig_packing *packing,
		     struct ig_err *err)
{
	return ig_gzip_rope(out, packing->from, err);
}

int ig_compose_gzip(struct ig_compose *c, const char *suffix,
		    const struct ig_rope *rope, struct ig_err *err)
{
	const struct ig_packing packing = {
		.kind = "gzip", .version = "1", .from = rope, .write = pack_gzip
	};

	return ig_compose_packed(c, suffix, &packing, err);
}
