/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_IMAGE_PARTS_H
#define IG_IMAGE_PARTS_H

#include <stddef.h>
#include <stdint.h>

#include <ingot/disk.h>

/* What the two kinds of partition tables share. Units: sectors. */
struct parts_place {
	uint64_t first, count;
};

struct parts_disk {
	const struct ig_partition *parts; /* borrowed */
	size_t n;
	struct parts_place *v; /* owned, one a partition */
	uint64_t sectors;      /* of the disk */
};

void parts_done(struct parts_disk *disk);

/** parts_plan() - where the partitions lie, behind @head sectors and with
 * @tail sectors behind the last one. Fails with IG_EFORMAT, IG_ELIMIT. */
int parts_plan(struct parts_disk *disk, const struct ig_disk_opts *opts,
	       uint64_t head, uint64_t tail, struct ig_err *err);

/** parts_boot() - sector 0 of @opts: code, @id and the signature. */
int parts_boot(unsigned char out[IG_SECTOR], const struct ig_disk_opts *opts,
	       uint32_t id, struct ig_err *err);

/** parts_entry() - record @index of the table in sector 0. */
void parts_entry(unsigned char out[IG_SECTOR], size_t index, uint8_t type,
		 const struct parts_place *place);

/** parts_write() - append the partitions' data and zeros up to sector @end;
 * the disk's first byte is at @base of @out. */
int parts_write(struct ig_rope *out, uint64_t base,
		const struct parts_disk *disk, uint64_t end,
		struct ig_err *err);

/** parts_where() - the answer to who asked for it. */
void parts_where(const struct parts_disk *disk,
		 const struct ig_disk_opts *opts);

#endif
