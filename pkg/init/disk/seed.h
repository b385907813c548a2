/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SEED_H
#define INIT_SEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEED_SIZE 512u

struct stat;

/** seed_counts() - is a file with this state and @len bytes worth credit? A
 * whole one that nobody but root could read or write. Pure. */
bool seed_counts(const struct stat *st, size_t len);

/** seed_mix() - @out becomes as hard to guess as the better of both. Pure. */
void seed_mix(uint8_t out[SEED_SIZE], const uint8_t other[SEED_SIZE]);

/**
 * seed_load() - what the last run left goes into the kernel's pool, and the
 * file is replaced before the kernel is told to trust it: a work_fn.
 * @ctx: the path.
 */
int seed_load(const void *ctx);

/** seed_save() - leave a seed for the next run at @path. 0, or -1, said. */
int seed_save(const char *path);

#endif
