/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_STORE_H
#define IG_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_buf;
struct ig_digest;
struct ig_descriptor;
struct ig_sink;
struct ig_source;

/*
 * The store: a valid OCI image layout (image-layout.md) that other tools can
 * read, plus parts/ (pieces of images, by key), partial/ (downloads under
 * way) and verified/ (what was last checked). Folder mode 0700.
 *
 * Blobs are verified when they enter, and again whenever size, inode, mtime
 * or ctime are not those of the last check. Everything appears by rename.
 * Many programs may use one store: the lock (flock on `lock`) is held shared
 * while a store is open, exclusively only by ig_store_gc(); index.json is
 * changed under `index.lock`.
 * Functions may be called from many threads.
 */
struct ig_store;

/** ig_store_open() - make @dir when it is not there. */
int ig_store_open(struct ig_store **out, const char *dir, struct ig_err *err);
/** ig_store_beside() - a store with the blobs of @of, which must stay open,
 * and parts of its own in @dir: what is made there is made from nothing. */
int ig_store_beside(struct ig_store **out, const struct ig_store *of,
		    const char *dir, struct ig_err *err);
void ig_store_close(struct ig_store *store); /* accepts NULL */
void ig_store_closep(struct ig_store **store);
const char *ig_store_dir(const struct ig_store *store);

/* ---- blobs ---- */

/** ig_store_has() - whether the blob is there and sound (verifies it when it
 * was not verified before; a damaged blob is removed with a warning). */
bool ig_store_has(struct ig_store *store, const struct ig_digest *digest,
		  uint64_t size);
/** ig_store_open_blob() - descriptor for reading, of a verified blob of
 * @size bytes. IG_ENOENT when missing, IG_EDIGEST when damaged. */
int ig_store_open_blob(int *out, struct ig_store *store,
		       const struct ig_digest *digest, uint64_t size,
		       struct ig_err *err);
/** ig_store_read_blob() - all of a small blob, verified. */
int ig_store_read_blob(struct ig_buf *out, struct ig_store *store,
		       const struct ig_digest *digest, struct ig_err *err);

/* A blob that comes in. It hashes while it is written; more than @size bytes
 * are refused at once (IG_EDIGEST). */
struct ig_put;
/** ig_put_begin() - @digest NULL: not known before; @size UINT64_MAX: same. */
int ig_put_begin(struct ig_put **out, struct ig_store *store,
		 const struct ig_digest *digest, uint64_t size,
		 struct ig_err *err);
int ig_put_write(struct ig_put *put, const void *data, size_t len,
		 struct ig_err *err);
/** ig_put_commit() - check and publish. On failure nothing is left. */
int ig_put_commit(struct ig_put *put, struct ig_digest *digest, uint64_t *size,
		  struct ig_err *err);
void ig_put_free(struct ig_put *put); /* drops what was not committed */
void ig_put_freep(struct ig_put **put);
/** ig_store_put_bytes() - a small blob at once. */
int ig_store_put_bytes(struct ig_store *store, const void *data, size_t len,
		       struct ig_digest *digest, struct ig_err *err);

/* ---- names ---- */

/** ig_store_find() - the descriptor that @name (an expanded reference) has.
 * IG_ENOENT when it has none. Free with ig_descriptor_done(). */
int ig_store_find(struct ig_descriptor *out, struct ig_store *store,
		  const char *name, struct ig_err *err);
/** ig_store_name() - give @name to @desc, in place of what had it. */
int ig_store_name(struct ig_store *store, const char *name,
		  const struct ig_descriptor *desc, struct ig_err *err);
/** ig_store_unname() - IG_ENOENT when there is no such name. */
int ig_store_unname(struct ig_store *store, const char *name,
		    struct ig_err *err);
/** ig_store_each() - every name, in byte order. @each returning nonzero ends
 * the walk with that value. */
int ig_store_each(struct ig_store *store,
		  int (*each)(void *ctx, const char *name,
			      const struct ig_descriptor *desc),
		  void *ctx, struct ig_err *err);

/* ---- parts ---- */

#define IG_KEY_LEN 65 /* 64 hex digits and NUL */

/** ig_part_open() - the part file @key with the suffix @kind ("cpio", "tar",
 * "mtree", …). IG_ENOENT when it was not made yet. A part whose size, inode
 * or times are not those recorded at its making is removed and IG_ENOENT. */
int ig_part_open(int *out, struct ig_store *store, const char *key,
		 const char *kind, struct ig_err *err);
struct ig_part_put;
int ig_part_begin(struct ig_part_put **out, struct ig_store *store,
		  const char *key, const char *kind, struct ig_err *err);
int ig_part_fd(struct ig_part_put *put); /* write here */
int ig_part_commit(struct ig_part_put *put, struct ig_err *err);
void ig_part_free(struct ig_part_put *put);
void ig_part_freep(struct ig_part_put **put);

/* ---- import and export ---- */

struct ig_imported {
	size_t n;
	char **names; /* what became nameable, in the order of the source */
};
/** ig_store_import() - from an OCI layout folder, an OCI layout tar or a
 * `docker save` tar (plain or compressed; decided by content). @source "-" is
 * standard input. A member that is not what its digest says refuses the
 * whole import. Names: annotations io.containerd.image.name, else
 * org.opencontainers.image.ref.name when it is a full reference, else
 * @name (may be NULL). Names are expanded. */
int ig_store_import(struct ig_store *store, const char *source,
		    const char *name, struct ig_imported *out,
		    struct ig_err *err);
void ig_imported_done(struct ig_imported *imported);
/** ig_store_export() - @name as an OCI layout tar that ig_store_import(),
 * skopeo and LinuxKit read, deterministic. @arch NULL: every platform that is
 * complete in the store. */
int ig_store_export(struct ig_store *store, const char *name, const char *arch,
		    struct ig_sink *out, struct ig_err *err);

/* ---- collection ---- */

struct ig_gc_report {
	uint64_t blobs, parts, bytes; /* removed */
};
/** ig_store_gc() - remove blobs that no name reaches and parts not used for
 * @part_age seconds (0: all). Takes the store's exclusive lock: IG_ESYS
 * (EWOULDBLOCK) while another program has it open and @wait is false. */
int ig_store_gc(struct ig_store *store, int64_t part_age, bool wait,
		struct ig_gc_report *report, struct ig_err *err);
/** ig_store_verify() - hash every blob again; damaged ones are removed and
 * counted. */
int ig_store_verify(struct ig_store *store, uint64_t *good, uint64_t *bad,
		    struct ig_err *err);

#endif
