/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IO_H
#define IG_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ig_err;
struct ig_buf;

/* Descriptors are -1 when empty and always O_CLOEXEC. EINTR never shows. */

int ig_write_all(int fd, const void *data, size_t len, struct ig_err *err);
/** ig_read_some() - up to @len bytes; 0 at the end. */
ssize_t ig_read_some(int fd, void *data, size_t len, struct ig_err *err);
/** ig_pread_all() - exactly @len bytes at @off, or IG_EFORMAT at the end. */
int ig_pread_all(int fd, void *data, size_t len, uint64_t off,
		 struct ig_err *err);
/** ig_copy_range() - @len bytes of @in at @off to the end of @out, by
 * copy_file_range() where the file system can share or copy, else by reading.
 * @out is written at its current position, which moves. */
int ig_copy_range(int out, int in, uint64_t off, uint64_t len,
		  struct ig_err *err);
/** ig_size_of() - size of the regular file behind @fd. */
int ig_size_of(uint64_t *out, int fd, struct ig_err *err);

/** ig_read_file() - all of a regular file (@dirfd may be AT_FDCWD), up to
 * the maximum of @buf. Fails with IG_ENOENT when there is none. */
int ig_read_file(struct ig_buf *buf, int dirfd, const char *path,
		 struct ig_err *err);

/** ig_mkdirs() - @path and its parents, mode @mode; fine when they exist. */
int ig_mkdirs(const char *path, mode_t mode, struct ig_err *err);

/*
 * A file that appears complete or not at all: written under a temporary name
 * in the same folder, fsynced, renamed.
 */
struct ig_newfile {
	int dirfd; /* borrowed or owned, see own_dir */
	bool own_dir;
	int fd;	    /* write here */
	char *name; /* final name below dirfd */
	char tmp[64];
};

#define IG_NEWFILE_INIT                                                        \
	{                                                                      \
		-1, false, -1, NULL, ""                                        \
	}

/** ig_newfile_open() - begin @path (relative to @dirfd, or AT_FDCWD). */
int ig_newfile_open(struct ig_newfile *nf, int dirfd, const char *path,
		    mode_t mode, struct ig_err *err);
/** ig_newfile_commit() - fsync (when @sync), rename, fsync the folder. */
int ig_newfile_commit(struct ig_newfile *nf, bool sync, struct ig_err *err);
/** ig_newfile_done() - remove what was not committed; accepts empty. */
void ig_newfile_done(struct ig_newfile *nf);

/** ig_write_file() - @len bytes as the whole new content of @path. */
int ig_write_file(int dirfd, const char *path, const void *data, size_t len,
		  mode_t mode, struct ig_err *err);

/** ig_spool_open() - an unlinked temporary file in the folder @dir. */
int ig_spool_open(int *out, const char *dir, struct ig_err *err);

#endif
