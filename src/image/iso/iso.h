/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_ISO_H
#define IG_IMAGE_ISO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/disk.h>
#include <ingot/tree.h>

struct ig_arena;

#define ISO_BLOCK	2048u
#define ISO_SYSTEM_AREA 32768u
#define ISO_FIRST	(ISO_SYSTEM_AREA / ISO_BLOCK)
#define ISO_EXTENT_MAX	0xfffff800u /* one extent of a longer file */
#define ISO_ALIGN	16u	    /* blocks, of what is a partition too */

/* The same files under two sets of names. */
enum iso_view {
	ISO_PLAIN, /* with Rock Ridge */
	ISO_JOLIET,
	ISO_VIEWS,
};

/* File data; hard links share it. */
struct iso_file {
	const struct ig_rope *rope; /* or: */
	const struct ig_inode *inode;
	uint64_t size;
	uint32_t lba, nlink;
	uint32_t serial;     /* 0: not numbered yet */
	unsigned char *head; /* patched first bytes, or NULL */
	uint32_t head_len;
	bool info_table;
};

/* Where a node is in one view. */
struct iso_place {
	const unsigned char *id; /* NULL: not in this view */
	uint8_t id_len, key_len; /* the key: without version */
	/* of a directory: */
	struct iso_node **kids; /* sorted by key */
	size_t kids_n;
	uint32_t lba, size, blocks; /* blocks: with continuations */
	uint32_t number;	    /* in the path tables, from 1 */
};

struct iso_node {
	struct iso_node *parent, *next, *first;
	size_t kids_n;
	const char *name;
	const struct ig_node *from; /* of the tree, or NULL */
	enum ig_type type;
	uint32_t mode, uid, gid, major, minor;
	uint32_t serial; /* what readers take for an inode number */
	int64_t time;
	const char *link;
	struct iso_file *file;
	uint32_t subdirs;
	struct iso_place at[ISO_VIEWS];
};

struct iso_dirs {
	struct iso_node **v; /* level by level, as path tables want */
	size_t n;
	uint32_t table_size;
	uint32_t table_lba[2]; /* little-endian, big-endian */
};

struct iso_image {
	struct ig_arena *arena; /* owned, with all below */
	const struct ig_iso_opts *opts;
	struct iso_node *root;
	size_t nodes_n;
	struct iso_dirs dirs[ISO_VIEWS];
	struct iso_file **file; /* in the order of their data */
	size_t files_n;
	struct iso_file **given; /* of the caller's files */
	struct iso_file **boot;	 /* of opts->boots */
	struct iso_file *esp;	 /* last of file; NULL: no GPT */
	uint32_t catalog, data, blocks;
};

/* ---- numbers: ECMA-119, 7.2 and 7.3 ---- */

void iso_le16(unsigned char *to, uint32_t value);
void iso_le32(unsigned char *to, uint32_t value);
void iso_be16(unsigned char *to, uint32_t value);
void iso_be32(unsigned char *to, uint32_t value);
void iso_both16(unsigned char to[4], uint32_t value);
void iso_both32(unsigned char to[8], uint32_t value);
static inline uint64_t iso_blocks(uint64_t bytes)
{
	return bytes / ISO_BLOCK + (bytes % ISO_BLOCK != 0);
}

/* ---- iso_nodes.c: what is in the image ---- */

int iso_root(struct iso_image *image, struct ig_err *err);
int iso_add_tree(struct iso_image *image, const struct ig_tree *tree,
		 struct ig_err *err);
int iso_add_files(struct iso_image *image, const struct ig_iso_file *files,
		  size_t n, struct ig_err *err);
/** iso_find() - the node at @path, or NULL. */
struct iso_node *iso_find(const struct iso_image *image, const char *path);

/* ---- iso_names.c, iso_joliet.c: identifiers ---- */

/* A name while it is being made unique. */
struct iso_text {
	unsigned char v[160];
	size_t stem, ext; /* bytes; the extension with its dot */
	size_t unit, max; /* bytes of a character; of both together */
};

/* The names of one directory. */
struct iso_set {
	struct iso_slot *v; /* owned */
	size_t mask;
};

int iso_set_init(struct iso_set *set, size_t names, struct ig_err *err);
void iso_set_done(struct iso_set *set);
/** iso_claim() - put @text with @tail behind it at @place, numbered when it
 * is in @set already. */
int iso_claim(struct iso_set *set, struct iso_place *place,
	      struct iso_text *text, const char *tail, struct iso_image *image,
	      struct ig_err *err);
void iso_plain_text(struct iso_text *out, const struct iso_node *node);
void iso_joliet_text(struct iso_text *out, const struct iso_node *node);
/** iso_name_all() - identifiers and order of all nodes in both views. */
int iso_name_all(struct iso_image *image, struct ig_err *err);

/* ---- iso_rock.c: SUSP 1.12, RRIP 1.12 ---- */

#define ISO_SUSP_MAX (16u << 10)
#define ISO_CE	     28u

struct iso_susp {
	unsigned char v[ISO_SUSP_MAX]; /* entries, none above 255 bytes */
	size_t len;
};

/** iso_rock() - the entries of @node's record; @name: with its name and its
 * link, unlike in "." and "..". */
int iso_rock(struct iso_susp *out, const struct iso_node *node, bool name,
	     struct ig_err *err);
/** iso_rock_root() - as iso_rock(), for the root's ".". */
int iso_rock_root(struct iso_susp *out, const struct iso_node *root,
		  struct ig_err *err);
/** iso_susp_fit() - how many bytes from @at are whole entries, at most @room;
 * room for a CE is left when there are more. */
size_t iso_susp_fit(const struct iso_susp *susp, size_t at, size_t room);
void iso_susp_ce(unsigned char out[ISO_CE], uint32_t lba, size_t off,
		 size_t len);

/* ---- iso_dir.c: directory records ---- */

/** iso_record() - one record without system use, its length; @out may be
 * NULL. */
size_t iso_record(unsigned char *out, const struct iso_place *at, uint8_t flags,
		  int64_t time);
/** iso_dir_measure() - sets size and blocks of @dir in @view. */
int iso_dir_measure(struct iso_node *dir, enum iso_view view,
		    struct ig_err *err);
/** iso_dir_put() - its records; @out has room for all of its blocks. */
int iso_dir_put(unsigned char *out, const struct iso_node *dir,
		enum iso_view view, struct ig_err *err);

/* ---- iso_vol.c: descriptors and path tables ---- */

int iso_check_label(const struct ig_iso_opts *opts, struct ig_err *err);
void iso_time7(unsigned char out[7], int64_t time);
/** iso_descriptors() - how many blocks of them there are. */
uint32_t iso_descriptors(const struct iso_image *image);
void iso_put_descriptors(unsigned char *out, const struct iso_image *image);
int iso_measure_table(struct iso_dirs *dirs, enum iso_view view,
		      struct ig_err *err);
void iso_put_table(unsigned char *out, const struct iso_dirs *dirs,
		   enum iso_view view, bool big);

/* ---- iso_eltorito.c ---- */

/** iso_boot_find() - the files of opts->boots. */
int iso_boot_find(struct iso_image *image, struct ig_err *err);
void iso_put_catalog(unsigned char out[ISO_BLOCK],
		     const struct iso_image *image);
/** iso_boot_patch() - heads of the files that hold their own address. */
int iso_boot_patch(struct iso_image *image, struct ig_err *err);

/* ---- iso_hybrid.c ---- */

#define ISO_GPT_TAIL (33u * IG_SECTOR)

/** iso_is_grub() - whether @len bytes are GRUB's MBR for hybrid media. */
bool iso_is_grub(const void *area, size_t len);
/** iso_hybrid() - partition tables into the system area @area and, with a
 * GPT, into @tail, the last ISO_GPT_TAIL bytes. */
int iso_hybrid(unsigned char area[ISO_SYSTEM_AREA],
	       unsigned char tail[ISO_GPT_TAIL], const struct iso_image *image,
	       struct ig_err *err);

#endif
