/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_ROPE_H
#define IG_ROPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_source;
struct ig_hash;

/*
 * A rope: a long byte string put together of pieces that lie elsewhere, in
 * memory, in files (part files of the store), or nowhere (zeros). Disk images
 * are ropes: making one moves no data, writing one copies each piece once,
 * sharing blocks where the file system can, and leaves zeros as holes.
 */
struct ig_rope;

struct ig_rope *ig_rope_new(struct ig_err *err);
void ig_rope_free(struct ig_rope *rope); /* accepts NULL */
void ig_rope_freep(struct ig_rope **rope);
uint64_t ig_rope_size(const struct ig_rope *rope);

/** ig_rope_mem() - append a copy of @len bytes. */
int ig_rope_mem(struct ig_rope *rope, const void *data, size_t len,
		struct ig_err *err);
/** ig_rope_room() - append @len zero bytes that the caller fills in (before
 * the rope is read); the memory is the rope's. NULL on failure. */
void *ig_rope_room(struct ig_rope *rope, size_t len, struct ig_err *err);
/** ig_rope_file() - append @len bytes of @fd at @off; borrows @fd, which must
 * stay open and unchanged. */
int ig_rope_file(struct ig_rope *rope, int fd, uint64_t off, uint64_t len,
		 struct ig_err *err);
/** ig_rope_own() - as ig_rope_file() for the whole file; takes @fd. */
int ig_rope_own(struct ig_rope *rope, int fd, struct ig_err *err);
/** ig_rope_sparse() - as ig_rope_file() for the whole file, with every block of
 * 4 KiB that is all zero as zeros, whatever the file system knows of holes. */
int ig_rope_sparse(struct ig_rope *rope, int fd, struct ig_err *err);
/** ig_rope_zero() - append @len zeros; they become a hole. */
int ig_rope_zero(struct ig_rope *rope, uint64_t len, struct ig_err *err);
/** ig_rope_align() - zeros up to a multiple of @unit. */
int ig_rope_align(struct ig_rope *rope, uint64_t unit, struct ig_err *err);
/** ig_rope_pad_to() - zeros up to @size; IG_ELIMIT when it is longer. */
int ig_rope_pad_to(struct ig_rope *rope, uint64_t size, struct ig_err *err);
/** ig_rope_add() - append the pieces of @part. Memory is copied, files are
 * borrowed: @part must outlive @rope when it owns files. */
int ig_rope_add(struct ig_rope *rope, const struct ig_rope *part,
		struct ig_err *err);
/** ig_rope_slice() - append @len bytes of @part at @off, as ig_rope_add(). */
int ig_rope_slice(struct ig_rope *rope, const struct ig_rope *part,
		  uint64_t off, uint64_t len, struct ig_err *err);

/** ig_rope_read() - exactly @len bytes at @off; IG_ELIMIT past the end. */
int ig_rope_read(const struct ig_rope *rope, void *out, size_t len,
		 uint64_t off, struct ig_err *err);
/** ig_rope_write() - all of it to @fd at its position (a new regular file:
 * zeros become holes and the size is right; else everything is written). */
int ig_rope_write(const struct ig_rope *rope, int fd, struct ig_err *err);
/** ig_rope_source() - the bytes as a source; borrows @rope. */
struct ig_source *ig_rope_source(const struct ig_rope *rope,
				 struct ig_err *err);

/** ig_rope_identity() - add what makes @rope's bytes what they are to @hash:
 * the bytes themselves where they lie in memory or in a file without a name,
 * else where they lie, with the file's inode and times. For what is remembered
 * of files that are written once, as the store's parts are. */
int ig_rope_identity(const struct ig_rope *rope, struct ig_hash *hash,
		     struct ig_err *err);

/** ig_rope_data() - the first byte at or after @off that is not in a zero
 * piece, and how many there are until the next zero piece: for formats that
 * have maps. False at the end. */
bool ig_rope_data(const struct ig_rope *rope, uint64_t *off, uint64_t *len);

#endif
