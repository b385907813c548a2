/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_WHERE_H
#define IG_CLI_WHERE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ig_plan;
struct ig_store;

/*
 * What lies at a byte of an output, for messages: "in partition 2 'EFI
 * System', in the file 'initrd.img', in the part services[0] of IMAGE". One
 * structure is looked into after the other. They are ours, and still every
 * number of them is checked: a wrong one ends the search.
 */

/* Bytes of a file, or of what is in it. */
struct view {
	int fd;
	const struct view *under; /* NULL: @fd */
	uint64_t off, size;	  /* in what is under it */
	const uint64_t *map; /* NULL, or where each unit lies there; 0: zeros */
	uint64_t unit;
};

#define WHERE_MAX 1024

struct place {
	const struct ig_plan *plan;
	struct ig_store *store;
	bool initrd; /* has the system in it; else it only mounts one */
	char text[WHERE_MAX]; /* what was found, outermost first */
	size_t len;
	bool content; /* of a file; else of what holds files together */
	unsigned depth;
};

/** view_read() - @len bytes at @at; false past the end. */
bool view_read(const struct view *view, void *out, size_t len, uint64_t at);
/** view_slice() - @size bytes of @under, cut at its end. */
struct view view_slice(const struct view *under, uint64_t off, uint64_t size);

/** place_say() - append ", in …". */
void place_say(struct place *place, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/** where_in() - what the byte @at of @view is, by what @view looks like and
 * what it is called. Says nothing when it is nothing that is known. */
void where_in(struct place *place, const struct view *view, const char *name,
	      uint64_t at);

/* Each: whether @view is one; if so, what is there is said. */
bool where_tar(struct place *place, const struct view *view, uint64_t at);
bool where_uki(struct place *place, const struct view *view, uint64_t at);
bool where_disk(struct place *place, const struct view *view, uint64_t at);
bool where_fat(struct place *place, const struct view *view, uint64_t at);
bool where_iso(struct place *place, const struct view *view, uint64_t at);
bool where_qcow2(struct place *place, const struct view *view, uint64_t at);
bool where_vhd(struct place *place, const struct view *view, uint64_t at);

static inline uint32_t le16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}
static inline uint32_t le32(const unsigned char *p)
{
	return le16(p) | le16(p + 2) << 16;
}
static inline uint64_t le64(const unsigned char *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}
static inline uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}
static inline uint64_t be64(const unsigned char *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

#endif
