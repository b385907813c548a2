/* SPDX-License-Identifier: Apache-2.0 */
#include "pkg_internal.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

#define OPEN_MAX_DIRS 16

/* /var/tmp: a kernel's modules are hundreds of megabytes, and /tmp may be
 * memory. */
char *pkg_scratch(struct ig_err *err)
{
	const char *base = getenv("TMPDIR");
	ig_autofree char *path = ig_format(err, "%s/ingot-pkg-XXXXXX",
					   base && base[0] ? base : "/var/tmp");

	if (!path)
		return NULL;
	if (!mkdtemp(path)) {
		ig_fail_sys(err, errno, "make a temporary folder '%s'", path);
		return NULL;
	}
	return ig_take(&path);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path); /* what cannot be removed stays in the temporary folder */
	return 0;
}

void pkg_scratch_removep(char **path)
{
	int saved = errno;

	if (*path)
		nftw(*path, remove_one, OPEN_MAX_DIRS, FTW_DEPTH | FTW_PHYS);
	ig_freep(path);
	errno = saved;
}
