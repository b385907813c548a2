/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_FAT_PRIV_H
#define IG_IMAGE_FAT_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ingot/disk.h>

/* FAT by Microsoft's FAT32 File System Specification 1.03 ("the spec"). */
#define FAT_UNITS_MAX 255u /* of a long name */
#define FAT_ALIAS     11u  /* bytes of a short name */
#define FAT_ENTRY     32u  /* bytes of a directory entry */
#define FAT_FIRST     2u   /* number of the first cluster */
#define FAT_ROOT16    512u /* entries of a FAT16 root, at least */
#define FAT_BACKUP    6u   /* sector of the second boot sector */

/* ---- fat_names.c ---- */

/** fat_units() - @len bytes of UTF-8 as the UTF-16 of a long name. NULL, or
 * what is wrong with the name. */
const char *fat_units(uint16_t out[FAT_UNITS_MAX], size_t *n, const char *name,
		      size_t len);
/** fat_fold() - one unit without its case: Latin, Greek, Cyrillic. */
uint16_t fat_fold(uint16_t unit);
/** fat_alias_exact() - the 8.3 form of a name that fits it but for case;
 * @same when it fits as it is, so that no long name is needed. */
bool fat_alias_exact(char out[FAT_ALIAS], bool *same, const uint16_t *units,
		     size_t n);
/** fat_alias_nth() - the @nth (from 0) short name to try for a long one. */
void fat_alias_nth(char out[FAT_ALIAS], const uint16_t *units, size_t n,
		   uint32_t nth);
#define FAT_ALIAS_TRIES 100000u

/* ---- fat_tree.c ---- */

struct fat_node {
	const char *path; /* borrowed, for messages: the first @end bytes */
	size_t end;
	uint32_t parent;
	bool dir;
	uint8_t slots; /* long name entries before the short one */
	uint16_t units_n;
	const uint16_t *units; /* the long name */
	const struct ig_rope *data;
	size_t file;	     /* index of the caller's */
	uint64_t size;	     /* bytes of data or of directory entries */
	uint32_t cluster;    /* the first one, or 0 */
	unsigned char *room; /* of a directory: where entries go */
	char alias[FAT_ALIAS];
};

struct fat_tree {
	struct ig_arena *arena;
	struct fat_node *v; /* parents before children; v[0] is the root */
	uint32_t n;
	uint32_t *names, *aliases; /* open-addressed maps to v */
	uint32_t mask;
};

/** fat_tree_init() - the folders and files with their names and sizes. */
int fat_tree_init(struct fat_tree *tree, const struct ig_fat_file *files,
		  size_t n, bool label, struct ig_err *err);
void fat_tree_done(struct fat_tree *tree);

/* ---- fat_layout.c ---- */

/* Units: sectors, where nothing else is said. */
struct fat_geo {
	bool fat32;
	uint32_t per_cluster;
	uint32_t reserved;
	uint32_t fat;	       /* each of the two */
	uint32_t root_entries; /* FAT16 */
	uint32_t data;	       /* where cluster 2 begins */
	uint32_t clusters;
	uint64_t total;
	uint32_t end; /* the first cluster behind all content */
};

/** fat_layout() - choose type and cluster size; give all their clusters. */
int fat_layout(struct fat_geo *geo, struct fat_tree *tree,
	       const struct ig_fat_opts *opts, struct ig_err *err);
/** fat_clusters() - of @node. */
uint32_t fat_clusters(const struct fat_geo *geo, const struct fat_node *node);

/* ---- fat_boot.c ---- */

/** fat_boot() - the reserved sectors and both FATs. */
int fat_boot(struct ig_rope *out, const struct fat_geo *geo,
	     const struct fat_tree *tree, const struct ig_fat_opts *opts,
	     struct ig_err *err);

/* ---- fat_dir.c ---- */

/** fat_label() - 11 characters, padded, from text that was checked. */
void fat_label(char out[FAT_ALIAS], const char *label);
/** fat_dirs() - the entries of all folders, into their rooms. */
void fat_dirs(const struct fat_tree *tree, const struct ig_fat_opts *opts);

#endif
