/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IG_CLI_TEST_MEDIUM_H
#define IG_CLI_TEST_MEDIUM_H

#include <ingot/run.h>

#include "boot_image.h"

struct ig_err;

/* What `ingot test` boots of a format's files; paths are owned. */
struct test_medium {
	const char *format, *arch;
	bool uefi;
	struct boot_image image;
	struct ig_run_disk disks[BOOT_IMAGE_DISKS + 1];
	char *disk, *kernel; /* or NULL */
	char *vars;
};

#define TEST_MEDIUM_INIT                                                       \
	{                                                                      \
		.image = BOOT_IMAGE_INIT                                       \
	}

/** test_medium_check() - before anything is built: whether @format can be
 * booted here, by @firmware ("bios", "uefi", or NULL: what it can). IG_EUSAGE.
 */
int test_medium_check(struct test_medium *medium, const char *format,
		      const char *arch, const char *firmware,
		      struct ig_err *err);

/** test_medium_find() - the files "PREFIX…" that were built, for @run, which
 * points into @medium, where what boots goes before the disks that @run has.
 * The firmware's variables are a copy beside them. */
int test_medium_find(struct test_medium *medium, const char *prefix,
		     struct ig_run *run, struct ig_err *err);

void test_medium_done(struct test_medium *medium);

#endif
