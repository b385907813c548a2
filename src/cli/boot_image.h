/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_BOOT_IMAGE_H
#define IG_CLI_BOOT_IMAGE_H

#include <ingot/buf.h>

struct ig_err;
struct ig_run;
struct ig_run_disk;

#define BOOT_IMAGE_DISKS 32

/* The files of an image whose kernel QEMU starts. */
struct boot_image {
	char *kernel, *initrd, *cmdline_path;
	char *root; /* a file system to mount: the first disk; or NULL */
	struct ig_buf cmdline;
	char *disks[BOOT_IMAGE_DISKS];
};

#define BOOT_IMAGE_INIT                                                        \
	{                                                                      \
		.cmdline = IG_BUF_INIT(65536)                                  \
	}

/** boot_image_find() - PREFIX-kernel and what belongs to it; @run's kernel,
 * initrd and command line point into @image. IG_ENOENT. */
int boot_image_find(struct boot_image *image, const char *prefix,
		    struct ig_run *run, struct ig_err *err);

/** boot_image_first() - @disk becomes the first of @disks, @run's, which has
 * room for one more. */
void boot_image_first(struct ig_run *run, struct ig_run_disk *disks,
		      const struct ig_run_disk *disk);

/** boot_image_root() - the same with a root that is a file system. */
void boot_image_root(struct ig_run *run, struct ig_run_disk *disks,
		     const struct boot_image *image);

void boot_image_done(struct boot_image *image);

#endif
