/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_CPIO_H
#define IG_IMAGE_CPIO_H

#include "walk.h"

/* What all entries of one archive share. */
struct ig_cpio_dev {
	uint32_t major, minor;
};

/** ig_cpio_dev() - a device number from the first digits of @key. */
struct ig_cpio_dev ig_cpio_dev(const char *key);

/** ig_cpio_size() - bytes that ig_cpio_entry() will write, about. */
uint64_t ig_cpio_size(const struct ig_entry_ref *ref);

int ig_cpio_entry(struct ig_sink *out, const struct ig_walk *walk,
		  const struct ig_entry_ref *ref, struct ig_cpio_dev dev,
		  struct ig_err *err);

/** ig_cpio_check() - refuse what newc cannot hold, warn of what it drops. */
int ig_cpio_check(const struct ig_walk *walk, struct ig_err *err);

#endif
