/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_MOUNTING_H
#define INIT_MOUNTING_H

#include "disk/rootargs.h"
#include "disk/setup_json.h"

/**
 * mounting_source() - what device a source means: "label=X", "partlabel=X",
 * "uuid=X" or "partuuid=X"; ROOT_NOTHING: it is a path or a tag. Pure.
 * Returns 0, or -1 when it is too long.
 */
int mounting_source(struct root_want *out, const char *source);

/**
 * mounting_at() - mount @device, a path or a tag, as @m says, and make the
 * place for it. Says why not. Returns 0 or -1.
 */
int mounting_at(const char *device, const char *type,
		const struct setup_mount *m);

/**
 * mounting_do() - one of the machine's mounts, a work_fn: waits for its
 * device. @ctx: struct setup_mount.
 */
int mounting_do(const void *ctx);

#endif
