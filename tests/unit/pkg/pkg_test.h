/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_TESTS_PKG_TEST_H
#define IG_TESTS_PKG_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cmocka.h>

#include <ingot/err.h>
#include <ingot/io.h>
#include <ingot/own.h>
#include <ingot/str.h>

#include "pkg_internal.h"

/* A fresh folder a test, removed behind it: *state is its path. */
static inline int folder_setup(void **state)
{
	struct ig_err err = { 0 };

	*state = pkg_scratch(&err);
	return *state ? 0 : -1;
}

static inline int folder_teardown(void **state)
{
	char *path = *state;

	pkg_scratch_removep(&path);
	return 0;
}

static inline void put_text(const char *dir, const char *name, const char *text)
{
	struct ig_err err = { 0 };
	ig_autofree char *path = ig_format(&err, "%s/%s", dir, name);
	ig_autofree char *parent = ig_strdup(path, &err);

	assert_non_null(path);
	assert_non_null(parent);
	*strrchr(parent, '/') = '\0';
	assert_int_equal(ig_mkdirs(parent, 0755, &err), 0);
	if (ig_write_file(AT_FDCWD, path, text, strlen(text), 0644, &err) < 0)
		fail_msg("%s", err.msg);
}

struct bad {
	const char *input;
	enum ig_code code;
	const char *part;
};

static inline void assert_failed(int rc, const struct ig_err *err,
				 const struct bad *bad)
{
	if (rc >= 0)
		fail_msg("accepted: %s", bad->input);
	if (err->code != bad->code || !strstr(err->msg, bad->part))
		fail_msg("%s: code %d, '%s' instead of code %d, '%s'",
			 bad->input, (int)err->code, err->msg, (int)bad->code,
			 bad->part);
}

#endif
