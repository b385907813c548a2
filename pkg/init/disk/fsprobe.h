/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_FSPROBE_H
#define INIT_FSPROBE_H

#include <stddef.h>
#include <stdint.h>

/** How much of a device's begin is looked at. */
#define FSPROBE_SIZE (32768u + 2048u)

/** A file system that was recognised. */
struct fsprobe {
	const char *type; /* for mount(2); NULL: none is known */
	char label[33];	  /* empty: it has none */
	char uuid[37];	  /* lower case; empty: it has none */
};

/**
 * fsprobe() - recognise a file system by its magic number.
 * @p: borrowed, the device's first @len bytes, FSPROBE_SIZE or fewer.
 */
void fsprobe(struct fsprobe *out, const uint8_t *p, size_t len);

#endif
