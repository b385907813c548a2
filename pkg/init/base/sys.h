/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_SYS_H
#define INIT_SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** Longest path taken. */
#define SYS_PATH 512

/**
 * sys_read() - read a small file into @buf, always ended by NUL. Never waits.
 * Returns the length, cut to @cap - 1, or -1 with errno.
 */
ssize_t sys_read(const char *path, char *buf, size_t cap);

/**
 * sys_slurp() - read a whole file of at most @max bytes.
 * @out: receives malloc'd text with a NUL after it. Returns 0, or -1 with
 * errno (EFBIG when it is larger).
 */
int sys_slurp(const char *path, size_t max, char **out, size_t *len);

/** sys_write() - write a string to an existing file. 0, or -1 with errno. */
int sys_write(const char *path, const char *text);

/**
 * sys_create() - open a file for writing, made when there is none.
 * @flag: O_TRUNC or O_APPEND. No link is followed, and what is no plain file is
 * refused (EPERM, ELOOP, ENXIO): others may write in its folder. Never waits.
 * Returns the descriptor, or -1 with errno.
 */
int sys_create(const char *path, int flag, mode_t mode);

/**
 * sys_open_below() - O_PATH of what @path is for who has @root as "/": links
 * do not lead out of it. Returns the descriptor, or -1 with errno.
 */
int sys_open_below(int root, const char *path);

/** sys_stdio() - descriptors 0 to 2 are open from now on: the kernel starts
 * init without them where the console comes with a module. */
void sys_stdio(void);

/** sys_mkdirs() - make a folder and its parents. 0, or -1 with errno. */
int sys_mkdirs(const char *path, mode_t mode);

/** sys_mkparent() - make the parents of @path only. */
int sys_mkparent(const char *path, mode_t mode);

/** sys_is_below() - @path is @dir or lies in it, by their text alone. */
bool sys_is_below(const char *path, const char *dir);

/** sys_exists() - is there something at @path (links followed)? */
bool sys_exists(const char *path);

/** sys_names() - free a list of sys_list(). */
void sys_names_free(char **names, size_t n);

/**
 * sys_list() - names in a folder, byte-sorted, without those that start with
 * a dot. @names: malloc'd, free with sys_names_free(). At most 4096.
 * Returns 0, or -1 with errno; *n is then 0.
 */
int sys_list(const char *dir, char ***names, size_t *n);

/** complain() - one line to descriptor 2, for children of PID 1. -1. */
int complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
