/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_BLOCKDEV_H
#define INIT_BLOCKDEV_H

#include "disk/fsprobe.h"

#include <stddef.h>
#include <stdint.h>

#define BLOCKDEV_NAME 64

/** A disk, or a partition of one. */
struct blockdev {
	char name[BLOCKDEV_NAME]; /* below /dev */
	char disk[BLOCKDEV_NAME]; /* itself, when it is no partition */
	unsigned part;		  /* 0: no partition */
	char dev[24];		  /* "MAJOR:MINOR" */
	uint64_t size;		  /* bytes */
	unsigned sector;	  /* bytes; of disks only */
};

struct blockdevs {
	struct blockdev *v;
	size_t n;
};

/**
 * blockdevs_read() - the block devices with something in them, by name.
 * Free with blockdevs_done(). Returns 0, or -1 with errno.
 */
int blockdevs_read(struct blockdevs *out);

/** blockdevs_done() - accepts the empty value. */
void blockdevs_done(struct blockdevs *list);

/** blockdev_probe() - what file system is at "/dev/@name"? -1 with errno. */
int blockdev_probe(struct fsprobe *out, const char *name);

/** blockdev_read() - @len bytes of "/dev/@name" at @at. 0, or -1, errno. */
int blockdev_read(const char *name, void *buf, size_t len, uint64_t at);

#endif
