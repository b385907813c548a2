/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_LAYER_PRIV_H
#define IG_LAYER_PRIV_H

#include <archive.h>
#include <archive_entry.h>

#include <ingot/rootfs.h>

#include "tree_priv.h"

struct ig_hash;

#define TAP_BLOCK	(512u << 10)
#define LAYER_ENTRIES	2000000u
#define LAYER_XATTRS	(64u << 10)
#define LAYER_HOLES	((uint64_t)16 << 30) /* bytes that are nowhere */
#define LAYER_UNPACKED	((uint64_t)64 << 30)
#define WHITEOUT_PREFIX ".wh."
#define WHITEOUT_META	".wh..wh."
#define WHITEOUT_OPAQUE ".wh..wh..opq"

/*
 * Between the source and libarchive: hands out blocks, keeps the last two so
 * that the headers can be read again as they came, and bounds their size.
 */
struct tap {
	struct ig_source *src;
	struct ig_err *err; /* of the call under way */
	bool failed;	    /* @err tells why */
	bool in_header;
	uint64_t header; /* where the header being read begins */
	char *block[2];
	size_t len[2];
	uint64_t start[2];
	unsigned now;  /* the younger of the two */
	char *scratch; /* TAP_BLOCK, for what lies in both */
	uint64_t end;  /* of what was handed out */
};

int tap_init(struct tap *tap, struct ig_source *src, struct ig_err *err);
void tap_done(struct tap *tap);
ssize_t tap_read(struct archive *ar, void *ctx, const void **data);
/** tap_view() - @len <= TAP_BLOCK bytes at @off, NULL when not at hand. */
const char *tap_view(struct tap *tap, uint64_t off, size_t len);
/** tap_drain() - to the end of the source; *@junk: bytes that are not zero
 * lie behind @off. */
int tap_drain(struct tap *tap, uint64_t off, bool *junk, struct ig_err *err);

/** header_check() - the headers of one entry, at @off, strictly. libarchive
 * goes on after malformed records and cuts names at NUL. */
int header_check(struct tap *tap, uint64_t off, struct ig_err *err);
/** header_check_end() - libarchive says the tar ends at @off. */
int header_check_end(struct tap *tap, uint64_t off, struct ig_err *err);

enum note {
	NOTE_TWICE,
	NOTE_META,
	NOTE_ACL,
	NOTE_OWNER,
	NOTE_SHOWN,
	NOTE_TAIL,
	NOTE_COUNT,
};

struct layer {
	struct ig_tree *tree;
	struct ig_spool *spool;
	const char *who;
	const struct ig_layers_opts *opts;
	bool whiteouts; /* ".wh." names mean something */
	struct tap tap;
	struct archive *ar;
	struct ig_hash *hash; /* NULL: files are not hashed */
	uint32_t number;
	uint64_t entries;
	uint64_t holes;
	char path[PATH_MAX_LEN + 1]; /* of the entry at hand, clean */
	const struct ig_node *shown; /* last directory NOTE_SHOWN is about */
	struct {
		size_t count;
		char first[200];
	} notes[NOTE_COUNT];
};

void layer_note(struct layer *l, enum note note, const char *path);
/** layer_tell() - one warning for each kind of note. */
void layer_tell(struct layer *l);
/* ARCHIVE_RETRY, a damaged header, lies between these two. */
static inline bool layer_archive_ok(int rc)
{
	return rc == ARCHIVE_OK || rc == ARCHIVE_WARN;
}
/** layer_fail_archive() - what libarchive says, or the source before it. */
int layer_fail_archive(struct layer *l, struct ig_err *err);
/** layer_clean() - @name as a path of a tree to @out (PATH_MAX_LEN + 1): ".."
 * and a leading slash stay inside the root. */
int layer_clean(char *out, const char *name, struct ig_err *err);
/** layer_split() - the last part of @path; @parent gets what is before it. */
const char *layer_split(const char *path, char parent[PATH_MAX_LEN + 1]);
/** layer_below_whiteout() - whether @parent has a whiteout's name in it: 1
 * for what is to be ignored, -1 for what no layer may have. */
int layer_below_whiteout(struct layer *l, const char *parent,
			 struct ig_err *err);
static inline bool layer_touched(const struct layer *l, struct ig_node *node)
{
	return tnode_of(node)->layer == l->number;
}

/** layer_ahead() - a source with what @in (borrowed) gives, read by another
 * thread; NULL when there can be none. @in is nobody else's until it closes. */
struct ig_source *layer_ahead(struct ig_source *in);

/** layer_inode() - type and metadata of @entry, without data. */
int layer_inode(struct layer *l, struct ig_inode **out,
		struct archive_entry *entry, struct ig_err *err);
/** layer_data() - the data of the entry at hand to the spool. */
int layer_data(struct layer *l, struct ig_inode *inode, struct ig_err *err);

/** layer_whiteout() - the whiteout at l->path, whose last part is @base. */
int layer_whiteout(struct layer *l, const char *base, struct ig_err *err);

/*
 * IG_LAYERS_LINUXKIT: what whiteouts of directories take away is kept at the
 * same path of a second tree, the stash, and comes back when a higher layer
 * has an entry for the directory.
 */
/** stash_dir() - the stash's directory for @path, made. */
struct ig_node *stash_dir(struct layer *l, const char *path,
			  struct ig_err *err);
/** stash_sub() - the same for one name in a directory of the stash. */
struct ig_node *stash_sub(struct layer *l, struct ig_node *dir,
			  const char *name, size_t len, struct ig_err *err);
/** stash_take() - @node with all below goes into @into of the stash. */
int stash_take(struct layer *l, struct ig_node *into, struct ig_node *node,
	       struct ig_err *err);
/** stash_whiteout() - the whiteout of @path reaches the stash, too. */
void stash_whiteout(struct layer *l, const char *path);
/** stash_drop() - an opaque marker at @path. */
void stash_drop(struct layer *l, const char *path);
/** stash_show() - there is an entry for the directory @dir. */
int stash_show(struct layer *l, struct ig_node *dir, struct ig_err *err);

#endif
