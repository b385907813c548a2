/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_STORE_INSIDE_H
#define IG_STORE_INSIDE_H

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <ingot/oci.h>
#include <ingot/store.h>

struct ig_hash;
struct ig_sink;
struct ig_buf;

/* What the files of this room share. Nothing else includes it. */

#define IG_STORE_CHUNK ((size_t)256 * 1024)
#define IG_TMP_PREFIX  ".put-"
#define IG_TMP_LEN     64
#define IG_BOOT_LEN    40

struct ig_store {
	char *dir;
	int dirfd, blobs, parts, partial, verified;
	int lock;		/* shared flock() while open; -1: none */
	bool readonly;		/* marks and repairs are left out */
	char boot[IG_BOOT_LEN]; /* boot id; "?" when not known */
	atomic_bool dirty;	/* data came in that may not be on disk */
	atomic_uint busy;	/* temporary files of this handle */
	pthread_mutex_t names;	/* index.json */
};

/* ---- lock.c ---- */

/** ig_lock_file() - open @name below @dirfd and flock() it with @op. Tries
 * again when the file was replaced meanwhile. *@out is -1 and the result 0
 * where the file system has no locks (with a warning). IG_ESYS with
 * EWOULDBLOCK when @op has LOCK_NB and another holds it. */
int ig_lock_file(int *out, int dirfd, const char *name, int op,
		 struct ig_err *err);
/** ig_lock_change() - flock() again on a descriptor; waits when @wait. */
int ig_lock_change(int fd, int op, bool wait, struct ig_err *err);

/* ---- mark.c ---- */

/*
 * A mark says with which size, inode and times a file was last known good.
 * It also tells the boot in which the data was written: what was not synced
 * is trusted for as long as the machine stays up and no longer.
 */
enum ig_mark {
	IG_MARK_NONE, /* none, or of another file: check the content */
	IG_MARK_OLD,  /* of this file, but written before the last boot */
	IG_MARK_GOOD,
};
#define IG_BOOT_SYNCED "-" /* in place of a boot id: is on the disk */

void ig_boot_id(char out[IG_BOOT_LEN]);
enum ig_mark ig_mark_check(const struct ig_store *store, int dir,
			   const char *name, const struct stat *st);
/** ig_mark_write() - as well as it can be done; a missing mark only costs
 * time. @boot: IG_BOOT_SYNCED or the store's. */
void ig_mark_write(const struct ig_store *store, int dir, const char *name,
		   const struct stat *st, const char *boot);
/** ig_mark_settle() - give @fd the fixed time that finished files have: the
 * clock that stamps files ticks every few milliseconds, so only a time that
 * is far away from now shows a change that comes right after the mark. */
int ig_mark_settle(int fd, struct ig_err *err);

/* ---- put.c ---- */

/** ig_tmp_open() - a new file in partial/, which gc removes when we die. */
int ig_tmp_open(int *out, struct ig_store *store, char name[IG_TMP_LEN],
		struct ig_err *err);
/** ig_tmp_drop() - remove it (when @name is not empty) and count it off. */
void ig_tmp_drop(struct ig_store *store, char name[IG_TMP_LEN]);
/** ig_put_copy() - @len bytes of @fd at @off, shared where possible. */
int ig_put_copy(struct ig_put *put, int fd, uint64_t off, uint64_t len,
		struct ig_err *err);
/** ig_put_fresh() - after commit: whether the store did not have it. */
bool ig_put_fresh(const struct ig_put *put);

/* ---- blob.c ---- */

/** ig_fd_hash() - digest of @len bytes of @fd from @off on. */
int ig_fd_hash(struct ig_hash *hash, int fd, uint64_t off, uint64_t len,
	       struct ig_err *err);
/** ig_blob_check() - open and verify; @trust false: hash even when marked.
 * A damaged blob is removed, with a warning, and IG_EDIGEST. */
int ig_blob_check(int *out, struct ig_store *store,
		  const struct ig_digest *digest, bool trust,
		  struct ig_err *err);
/** ig_blob_remove() - the blob and its mark; true when it was there. */
bool ig_blob_remove(struct ig_store *store, const char *hex);
/** ig_blob_doc() - read a document that @desc points to, into @out. */
int ig_blob_doc(struct ig_buf *out, struct ig_store *store,
		const struct ig_descriptor *desc, struct ig_err *err);
bool ig_hex64_ok(const char *text, size_t len);
/** ig_dir_each() - call @each for every name in the folder @dirfd but "." and
 * "..", until one gives nonzero, which is returned. */
int ig_dir_each(int dirfd, const char *what,
		int (*each)(void *ctx, const char *name, struct ig_err *err),
		void *ctx, struct ig_err *err);

/* ---- index.c ---- */

struct json_t;

/* An index.json that keeps what it does not understand. */
struct ig_layout {
	struct json_t *root;
	struct ig_index index; /* the entries that we understand, in order */
	size_t *at;	       /* which entry of @root each of them is */
};
int ig_layout_parse(struct ig_layout *out, const void *json, size_t len,
		    struct ig_err *err);
/** ig_layout_read() - index.json in the folder @dirfd; IG_ENOENT. */
int ig_layout_read(struct ig_layout *out, int dirfd, struct ig_err *err);
void ig_layout_done(struct ig_layout *layout);
/** ig_layout_note() - annotation @key of entry @i, borrowed, or NULL. */
const char *ig_layout_note(const struct ig_layout *layout, size_t i,
			   const char *key);
/** ig_layout_set() - @desc NULL: take the name away. Returns how many entries
 * had the name before, or -1. The parsed index is not updated. */
int ig_layout_set(struct ig_layout *layout, const char *name,
		  const struct ig_descriptor *desc, struct ig_err *err);
int ig_layout_print(struct ig_buf *out, const struct ig_layout *layout,
		    struct ig_err *err);
/** ig_layout_version() - check the text of an `oci-layout` file. */
int ig_layout_version(const void *json, size_t len, struct ig_err *err);

#define IG_NOTE_REF    "org.opencontainers.image.ref.name"
#define IG_NOTE_NAME   "io.containerd.image.name"
#define IG_LAYOUT_TEXT "{\"imageLayoutVersion\":\"1.0.0\"}"

/* ---- names.c ---- */

struct ig_naming {
	char *name;
	struct ig_descriptor desc;
};
/** ig_names_give() - all of them in one change of index.json. */
int ig_names_give(struct ig_store *store, const struct ig_naming *v, size_t n,
		  struct ig_err *err);
/** ig_names_make() - an empty index.json when there is none. */
int ig_names_make(struct ig_store *store, struct ig_err *err);

/* ---- walk.c ---- */

enum ig_role {
	IG_ROLE_TOP,
	IG_ROLE_ENTRY,
	IG_ROLE_CONFIG,
	IG_ROLE_LAYER
};

/*
 * Walks the documents below a descriptor, each once. @visit comes before a
 * blob is read: 1 goes on below it, 0 does not, -1 ends the walk.
 */
struct ig_seen;
struct ig_walk {
	struct ig_store *store;
	int (*visit)(void *ctx, const struct ig_descriptor *desc,
		     enum ig_role role, struct ig_err *err);
	void *ctx;
	int deepest;  /* indexes in indexes; 0: as many as import */
	bool lenient; /* a document that cannot be read has no children */
	struct ig_seen *seen; /* made by ig_walk_from(); free with
			       * ig_seen_free() */
};
int ig_walk_from(struct ig_walk *walk, const struct ig_descriptor *top,
		 struct ig_err *err);
void ig_seen_free(struct ig_seen *seen);
/** ig_seen_has(), _list() - what the visitor said 1 to. The list is borrowed
 * and sorted; @n receives how many; NULL when memory is gone. */
bool ig_seen_has(const struct ig_seen *seen, const char *hex);
const struct ig_digest *ig_seen_list(struct ig_seen *seen, size_t *n);

/* ---- ustar.c ---- */

/** ig_ustar_file(), _dir(), _end() - members with fixed owner and time. */
int ig_ustar_file(struct ig_sink *out, const char *path, uint64_t size,
		  struct ig_err *err);
int ig_ustar_pad(struct ig_sink *out, uint64_t size, struct ig_err *err);
int ig_ustar_dir(struct ig_sink *out, const char *path, struct ig_err *err);
int ig_ustar_end(struct ig_sink *out, struct ig_err *err);

#endif
