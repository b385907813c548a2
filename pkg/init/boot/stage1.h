/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_STAGE1_H
#define INIT_STAGE1_H

#include <stdbool.h>
#include <stdint.h>

/** stage1_is() - is this the small initramfs that only finds the root? */
bool stage1_is(void);

/**
 * stage1_run() - find the root file system, check it when it is to be
 * checked, mount it and start its init. Nothing must be mounted yet.
 * @argv: what process 1 was started with. Does not return: failure is
 * log_die().
 */
void stage1_run(char **argv) __attribute__((noreturn));

/** stage1_began() - when a stage 1 before this program began, or @otherwise. */
int64_t stage1_began(int64_t otherwise);

#endif
