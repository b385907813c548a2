/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INIT_AGENTFILE_H
#define INIT_AGENTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#define AGENTFILE_MAX (64 * 1024)

struct agentfile {
	struct stat st;
	bool cut; /* it is longer */
	size_t len;
	char text[AGENTFILE_MAX]; /* of regular files: the beginning */
};

/**
 * agentfile_read() - look at @path as a process of the container @service
 * sees it; NULL: as the machine does. Links lead nowhere out of that root.
 * Returns 0, or -1 with @msg (@cap bytes) filled.
 */
int agentfile_read(struct agentfile *out, const char *service, const char *path,
		   char *msg, size_t cap);

/** agentfile_type() - "file", "directory", "symlink", … */
const char *agentfile_type(mode_t mode);

#endif
