/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "formats.h"

#define END 1024u /* two zero blocks */

int ig_compose_tar(struct ig_compose *c, const char *suffix, const char *name,
		   const char *text, struct ig_err *err)
{
	IG_AUTO(ig_generated_done)
	struct ig_generated gen = { .spool = { -1, 0 } };
	struct ig_rope *tar = ig_compose_new(c, err);

	if (!tar || ig_generate(&gen, c->plan, c->store, true, err) < 0 ||
	    ig_compose_tree_tar(tar, c, &gen, err) < 0)
		return -1;
	/* A plain member behind all others, without LinuxKit's records. */
	if (name &&
	    ig_tar_member_text(tar, name, text, ig_compose_time(c), err) < 0)
		return -1;
	if (ig_rope_zero(tar, END, err) < 0)
		return -1;
	return ig_compose_rope(c, suffix, tar, err);
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
