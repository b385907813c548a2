/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>
#include <ingot/store.h>
#include <ingot/stream.h>

#include "compose.h"

/* The parts' tars as they lie in the store: what ends a tar was left out. */
static int add_parts(struct ig_rope *tar, struct ig_compose *c,
		     struct ig_err *err)
{
	for (size_t i = 0; i < c->plan->parts_n; i++) {
		const struct ig_part *part = &c->plan->parts[i];
		int fd = -1;

		if (part->kind == IG_PART_KERNEL)
			continue; /* in the root, and in boot/ */
		if (ig_part_open(&fd, c->store, part->tar_key, IG_SUFFIX_TAR,
				 err) < 0 ||
		    ig_rope_own(tar, fd, err) < 0) /* takes fd */
			return ig_wrap(err, "%s", part->source);
	}
	return 0;
}

static int add_generated(struct ig_rope *tar, struct ig_compose *c,
			 const struct ig_generated *gen, struct ig_err *err)
{
	IG_AUTO(ig_spool_done) struct ig_spool spool = { -1, 0 };
	IG_AUTO(ig_sink_closep) struct ig_sink *out = NULL;
	struct ig_encode_opts opts = ig_generated_opts(c->plan);

	if (ig_spool_init(&spool, c->store, err) < 0)
		return -1;
	out = ig_sink_fd(spool.fd, err);
	if (!out || ig_tar_write(out, gen->tree, &opts, err) < 0 ||
	    ig_sink_finish(out, err) < 0)
		return -1;
	return ig_rope_own(tar, ig_take_fd(&spool.fd), err);
}

int ig_compose_tree_tar(struct ig_rope *out, struct ig_compose *c,
			const struct ig_generated *gen, struct ig_err *err)
{
	if (add_parts(out, c, err) < 0)
		return -1;
	return add_generated(out, c, gen, err);
}
