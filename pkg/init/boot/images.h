/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_IMAGES_H
#define INIT_IMAGES_H

/** What an image's file ends with, behind the place it is mounted on. */
#define IMAGES_END ".squashfs"

/**
 * images_mount() - mount the images of bundles and volumes that are files:
 * "lower.squashfs" on "lower", "rootfs.squashfs" on "rootfs". A failure is
 * logged, and the place is taken away: what wants to use it then fails instead
 * of running on nothing.
 */
void images_mount(void);

#endif
