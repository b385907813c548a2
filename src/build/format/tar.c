/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/stream.h>

#include "formats.h"

/* Two zero blocks are left out of every part: they end the whole. */
static int write_parts(struct ig_compose *c, int fd, struct ig_err *err)
{
	for (size_t i = 0; i < c->plan->parts_n; i++) {
		const struct ig_part *part = &c->plan->parts[i];

		if (part->kind == IG_PART_KERNEL)
			continue; /* in the root and in boot/ */
		if (ig_compose_part(fd, c, part->tar_key, IG_SUFFIX_TAR, err) <
		    0)
			return ig_wrap(err, "%s", part->location);
	}
	return 0;
}

/* A plain member behind all others: USTAR, without LinuxKit's records. */
static int write_text(struct ig_sink *out, struct ig_compose *c,
		      const char *name, const char *text, struct ig_err *err)
{
	static const char zeros[512];
	size_t len = strlen(text);
	unsigned char head[512];
	int64_t time = ig_compose_time(c);

	if (ig_tar_header(head, name, 0644, time, len, err) < 0 ||
	    ig_sink_write(out, head, sizeof(head), err) < 0 ||
	    ig_sink_write(out, text, len, err) < 0)
		return -1;
	return ig_sink_write(out, zeros, -len % sizeof(zeros), err);
}

int ig_compose_tar(struct ig_compose *c, const char *suffix, const char *name,
		   const char *text, struct ig_err *err)
{
	IG_AUTO(ig_generated_done)
	struct ig_generated gen = { .spool = { -1, 0 } };
	IG_AUTO(ig_sink_closep) struct ig_sink *out = NULL;
	struct ig_encode_opts opts = ig_generated_opts(c->plan);
	int fd;

	if (ig_generate(&gen, c->plan, c->store, true, err) < 0 ||
	    ig_compose_open(&fd, c, suffix, err) < 0 ||
	    write_parts(c, fd, err) < 0)
		return -1;
	out = ig_sink_fd(fd, err);
	if (!out || ig_tar_write(out, gen.tree, &opts, err) < 0)
		return -1;
	if (name && write_text(out, c, name, text, err) < 0)
		return -1;
	if (ig_tar_end(out, err) < 0)
		return -1;
	return ig_sink_finish(out, err);
}

static int write_tar(struct ig_compose *c, struct ig_err *err)
{
	return ig_compose_tar(c, ".tar", NULL, NULL, err);
}

const struct ig_build_format ig_format_tar = {
	.name = "tar",
	.files = "NAME.tar",
	.purpose = "the whole system as one tar, boot/ included",
	.want = IG_WANT_TAR,
	.stream = true,
	.write = write_tar,
};
