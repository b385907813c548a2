/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include <ingot/err.h>
#include <ingot/own.h>
#include <ingot/str.h>

char *scratch_make(const char *parent, const char *name, struct ig_err *err)
{
	ig_autofree char *dir = ig_format(err, "%s/%s.XXXXXX", parent, name);

	if (dir && !mkdtemp(dir)) {
		ig_fail_sys(err, errno, "make folder '%s'", dir);
		return NULL;
	}
	return ig_take(&dir);
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	remove(path);
	return 0;
}

void scratch_remove(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
