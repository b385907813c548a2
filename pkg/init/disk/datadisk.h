/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_DATADISK_H
#define INIT_DATADISK_H

/** Longest that one may take, seconds: a large file system is checked. */
#define DATADISK_SECONDS 1800

/**
 * datadisk_do() - find one of the machine's disks, take an empty one when it
 * may, check, grow and mount it: a work_fn. @ctx: struct setup_disk.
 */
int datadisk_do(const void *ctx);

#endif
