/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_ARENA_H
#define IG_ARENA_H

#include <stddef.h>

struct ig_err;

/*
 * Memory for a long-lived tree, freed at once. Not for threads. All memory
 * is zeroed and aligned for any type.
 */
struct ig_arena;

/** ig_arena_new() - @max: bytes in all; passing it is IG_ELIMIT. */
struct ig_arena *ig_arena_new(size_t max, struct ig_err *err);
void ig_arena_free(struct ig_arena *arena); /* accepts NULL */
void ig_arena_freep(struct ig_arena **arena);

void *ig_arena_alloc(struct ig_arena *arena, size_t size, struct ig_err *err);
/** ig_arena_array() - @count * @size, checked. */
void *ig_arena_array(struct ig_arena *arena, size_t count, size_t size,
		     struct ig_err *err);
/** ig_arena_strn() - a copy of @len bytes with a NUL behind. */
char *ig_arena_strn(struct ig_arena *arena, const char *text, size_t len,
		    struct ig_err *err);
char *ig_arena_str(struct ig_arena *arena, const char *text,
		   struct ig_err *err);
char *ig_arena_printf(struct ig_arena *arena, struct ig_err *err,
		      const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
