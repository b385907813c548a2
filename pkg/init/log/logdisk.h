/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_LOGDISK_H
#define INIT_LOGDISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Files that are open at a time. */
#define LOGDISK_OPEN 32

struct logfile {
	char name[128]; /* "": none */
	int fd;
	uint64_t size;
	uint64_t used; /* when, counted in lines */
};

/** The log files of a folder: NAME.log, NAME.log.1 and so on. */
struct logdisk {
	const char *dir; /* borrowed */
	uint64_t size;	 /* of a file, at most */
	unsigned files;	 /* of a name, at most */
	uint64_t lines;
	struct logfile v[LOGDISK_OPEN];
};

/**
 * logdisk_put() - write a line to its file, which is made and changed for a
 * new one as needed.
 * @text: borrowed, @len bytes with its end. Returns 0, or -1 with errno.
 */
int logdisk_put(struct logdisk *d, const char *name, const char *text,
		size_t len);

/** logdisk_sync() - have what was written on the disk. */
void logdisk_sync(struct logdisk *d);

/** logdisk_close() - close all files. */
void logdisk_close(struct logdisk *d);

/** logdisk_main() - the child of PID 1: log lines from descriptor 0 into
 * files below @dir, until they end. Returns the exit code. */
int logdisk_main(const char *dir, uint64_t size, unsigned files);

#endif
