/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_GPTDISK_H
#define INIT_GPTDISK_H

#include "disk/blockdev.h"
#include "disk/gpt.h"

#include <stdint.h>

/**
 * gptdisk_read() - the partition table of a disk.
 * @header: receives the header's sector.
 * Returns its entries, malloc'd; NULL when there is no sound table.
 */
uint8_t *gptdisk_read(struct gpt *gpt, uint8_t header[GPT_SECTOR],
		      const struct blockdev *disk);

struct gptedit;

/**
 * gptdisk_apply() - carry an edit out, each step on the disk before the next.
 * @fd: of the disk, for writing. Returns 0, or -1 with errno.
 */
int gptdisk_apply(int fd, const struct gptedit *edit);

/** gptdisk_put() - write all of it and wait for the disk. 0, or -1, errno. */
int gptdisk_put(int fd, const uint8_t *p, size_t len, uint64_t at);

/**
 * gptdisk_grow() - the partition takes what is behind it, if it can.
 * @part: of @disk; its size is set anew. What is done, or in the way, is said
 * behind @what. Returns 0, or -1 when it failed.
 */
int gptdisk_grow(const char *what, const struct blockdev *disk,
		 struct blockdev *part);

#endif
