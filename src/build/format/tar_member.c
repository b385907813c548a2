/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/rope.h>

#include "formats.h"

int ig_tar_member(struct ig_rope *out, const char *name,
		  const struct ig_rope *data, int64_t mtime, struct ig_err *err)
{
	unsigned char head[512];

	if (ig_tar_header(head, name, 0644, mtime, ig_rope_size(data), err) <
		    0 ||
	    ig_rope_mem(out, head, sizeof(head), err) < 0 ||
	    ig_rope_add(out, data, err) < 0)
		return -1;
	return ig_rope_align(out, 512, err);
}

int ig_tar_member_text(struct ig_rope *out, const char *name, const char *text,
		       int64_t mtime, struct ig_err *err)
{
	IG_AUTO(ig_rope_freep) struct ig_rope *data = ig_rope_new(err);

	if (!data || ig_rope_mem(data, text, strlen(text), err) < 0)
		return -1;
	return ig_tar_member(out, name, data, mtime, err);
}
