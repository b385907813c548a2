/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_FORMAT_H
#define IG_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_err;
struct ig_buf;
struct ig_tree;
struct ig_sink;
struct ig_source;

/*
 * Encoders of trees. All are deterministic: bytes depend on the tree (sorted
 * by ig_tree_sort()), the prefix and the options alone.
 */

struct ig_encode_opts {
	const char *prefix; /* "" or "containers/services/web/lower" */
	bool parents;	    /* entries for the prefix's components first,
			     * 0755, 0:0, fixed time */
	bool root;	    /* an entry for the tree's root at the prefix */
	int64_t max_time;   /* mtimes are clamped to it; INT64_MAX: not */
	uint32_t mark;	    /* 0: everything; else only the names whose inode
			     * has this mark */
	/* PAX records LINUXKIT.source and LINUXKIT.location (tar); NULL */
	const char *source, *location;
	/* makes (dev, ino) pairs of this archive differ from others' (cpio) */
	const char *key; /* 64 hex digits */
};

/*
 * cpio "newc" (kernel: Documentation/driver-api/early-userspace/
 * buffer-format.rst), without trailer, so that archives can be put one behind
 * the other and stay one archive. Names end 4-byte aligned.
 */

/** ig_cpio_write() - @tree as cpio entries. Hard links: the data with the
 * last name, nlink and (major, minor, ino) equal, unique by @opts.key.
 * IG_ELIMIT for a file of 4 GiB or more, IG_EFORMAT for a name over 4095
 * bytes. xattrs are dropped, one warning for all. */
int ig_cpio_write(struct ig_sink *out, const struct ig_tree *tree,
		  const struct ig_encode_opts *opts, struct ig_err *err);
/** ig_cpio_file() - one regular file entry from memory. */
int ig_cpio_file(struct ig_sink *out, const char *path, uint32_t mode,
		 int64_t mtime, const void *data, size_t len,
		 struct ig_err *err);
/** ig_cpio_end() - the trailer, padded with zeros to 512 bytes of @written. */
int ig_cpio_end(struct ig_sink *out, uint64_t written, struct ig_err *err);

/**
 * ig_cpio_parts() - the same entries compressed for an initramfs: cut into
 * pieces of some 8 MiB of data at entry boundaries chosen by content alone
 * (names of one inode may be in several), each piece one zstd frame or gzip
 * member, made on many threads, written to @fd in order. No padding: the
 * kernel takes frames at any offset, and other readers no zeros in between.
 * Memory: two pieces a thread. @codec: enum ig_codec of stream.h.
 */
int ig_cpio_parts(int fd, const struct ig_tree *tree,
		  const struct ig_encode_opts *opts, int codec, int level,
		  struct ig_err *err);

/**
 * ig_tar_write() - @tree as tar entries in LinuxKit's encoding (compat §2.3):
 * PAX records sorted, USTAR else; xattrs as SCHILY.xattr.*. Without end.
 */
int ig_tar_write(struct ig_sink *out, const struct ig_tree *tree,
		 const struct ig_encode_opts *opts, struct ig_err *err);
int ig_tar_end(struct ig_sink *out, struct ig_err *err); /* two zero blocks */
/** ig_tar_header() - the USTAR header of a regular file @name (at most 100
 * ASCII bytes) of @size bytes, below 8 GiB. */
int ig_tar_header(unsigned char out[512], const char *name, uint32_t mode,
		  int64_t mtime, uint64_t size, struct ig_err *err);

/**
 * The list of a tree as mtree(5), one line an entry in walk order, names
 * vis(3)-escaped (octal) below "./": type mode uid gid size time sha256digest
 * link nlink. What inspect, why and diff read.
 */
int ig_mtree_write(struct ig_sink *out, const struct ig_tree *tree,
		   const struct ig_encode_opts *opts, struct ig_err *err);

/* One line of it, read back. */
struct ig_mtree_line {
	char *path; /* without "./" */
	char type;  /* 'd' 'f' 'l' 'c' 'b' 'p' */
	uint32_t mode, uid, gid;
	uint64_t size;
	int64_t time;
	char sha256[65]; /* "" when absent */
	char *link;	 /* NULL */
};
/** ig_mtree_read() - call @each for every line; nonzero ends with it. */
int ig_mtree_read(struct ig_source *src,
		  int (*each)(void *ctx, const struct ig_mtree_line *line),
		  void *ctx, struct ig_err *err);

#endif
