/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SWITCHROOT_H
#define INIT_SWITCHROOT_H

/**
 * switch_root() - make the file system at @dir the root and run its init.
 * What the root was before is removed: its memory is free again.
 * @init: borrowed, or empty: /sbin/init, else /init. @argv: what process 1
 * was started with, given on. Does not return: failure is log_die().
 */
void switch_root(const char *dir, const char *init, char **argv)
	__attribute__((noreturn));

#endif
