/* SPDX-License-Identifier: Apache-2.0 */
#include <ingot/arena.h>

#include <errno.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ingot/err.h>
#include <ingot/own.h>

/* Under AddressSanitizer every piece is a chunk, so that it sees overruns. */
#if defined(__SANITIZE_ADDRESS__)
#define CHUNK_SIZE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CHUNK_SIZE 1
#endif
#endif
#ifndef CHUNK_SIZE
#define CHUNK_SIZE 65536
#endif

struct chunk {
	struct chunk *next;
	size_t used;
	size_t size;
	alignas(max_align_t) char data[];
};

struct ig_arena {
	struct chunk *chunks; /* the first is the one being filled */
	size_t left;	      /* bytes until the limit */
	size_t max;
};

struct ig_arena *ig_arena_new(size_t max, struct ig_err *err)
{
	struct ig_arena *arena = calloc(1, sizeof(*arena));

	if (!arena) {
		ig_fail_mem(err);
		return NULL;
	}
	arena->left = max;
	arena->max = max;
	return arena;
}

void ig_arena_free(struct ig_arena *arena)
{
	struct chunk *next;

	if (!arena)
		return;
	for (struct chunk *chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		ig_freep(&chunk);
	}
	ig_freep(&arena);
}

void ig_arena_freep(struct ig_arena **arena)
{
	ig_arena_free(*arena);
	*arena = NULL;
}

static struct chunk *chunk_new(size_t least)
{
	size_t size = least > CHUNK_SIZE ? least : CHUNK_SIZE;
	size_t whole;
	struct chunk *chunk;

	if (ig_add_overflow(sizeof(*chunk), size, &whole))
		return NULL;
	chunk = calloc(1, whole);
	if (chunk)
		chunk->size = size;
	return chunk;
}

/* A chunk with @size bytes free; a large piece does not end the one in use. */
static struct chunk *chunk_for(struct ig_arena *arena, size_t size)
{
	struct chunk *first = arena->chunks;
	struct chunk *chunk;

	if (first && size <= first->size - first->used)
		return first;
	chunk = chunk_new(size);
	if (!chunk)
		return NULL;
	if (first && size >= CHUNK_SIZE / 2) {
		chunk->next = first->next;
		first->next = chunk;
	} else {
		chunk->next = first;
		arena->chunks = chunk;
	}
	return chunk;
}

void *ig_arena_alloc(struct ig_arena *arena, size_t size, struct ig_err *err)
{
	const size_t align = alignof(max_align_t);
	struct chunk *chunk;
	size_t room;
	void *out;

	if (size == 0)
		size = 1;
	if (ig_add_overflow(size, align - 1, &room) ||
	    (room -= room % align) > arena->left) {
		ig_fail(err, IG_ELIMIT, "more than %zu bytes of memory",
			arena->max);
		return NULL;
	}
	chunk = chunk_for(arena, CHUNK_SIZE == 1 ? size : room);
	if (!chunk) {
		ig_fail_mem(err);
		return NULL;
	}
	out = chunk->data + chunk->used;
	chunk->used += CHUNK_SIZE == 1 ? size : room;
	arena->left -= room;
	return out;
}

void *ig_arena_array(struct ig_arena *arena, size_t count, size_t size,
		     struct ig_err *err)
{
	size_t whole;

	if (ig_mul_overflow(count, size, &whole))
		whole = SIZE_MAX; /* past any limit */
	return ig_arena_alloc(arena, whole, err);
}

char *ig_arena_strn(struct ig_arena *arena, const char *text, size_t len,
		    struct ig_err *err)
{
	size_t size;
	char *out;

	if (ig_add_overflow(len, 1, &size))
		return ig_arena_alloc(arena, SIZE_MAX, err); /* says no */
	out = ig_arena_alloc(arena, size, err);
	if (out && len > 0)
		memcpy(out, text, len);
	return out;
}

char *ig_arena_str(struct ig_arena *arena, const char *text, struct ig_err *err)
{
	return ig_arena_strn(arena, text, strlen(text), err);
}

char *ig_arena_printf(struct ig_arena *arena, struct ig_err *err,
		      const char *fmt, ...)
{
	va_list ap;
	char *out;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0) {
		ig_fail_sys(err, errno, "format text");
		return NULL;
	}
	out = ig_arena_alloc(arena, (size_t)len + 1, err);
	if (!out)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(out, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return out;
}
